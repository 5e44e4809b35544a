import type { RuleDocument } from '../../contract/rule-document';

/** How much a finding matters. */
export enum Severity {
  /** Worth keeping, nothing to do. */
  INFORMATIONAL = 'informational',
  /** Look at it when there is time. */
  LOW = 'low',
  /** Look at it today. */
  MEDIUM = 'medium',
  /** Look at it now. */
  HIGH = 'high',
  /** Somebody is woken. */
  CRITICAL = 'critical',
}

/** What is done about a finding. */
export enum RuleAction {
  /** An alert is sent. */
  ALERT = 'alert',
  /** An alert is sent that names who or what would be blocked; nothing is changed in the cluster. */
  BLOCK = 'block',
}

/** How far a rule has come. */
export enum RuleStatus {
  /** New; expect noise. */
  EXPERIMENTAL = 'experimental',
  /** Being tried on real events. */
  TEST = 'test',
  /** Proved. */
  STABLE = 'stable',
}

/** Properties of `Rule`. */
export interface RuleProps {
  /** Name of the rule, as people read it in an alert. */
  readonly name: string;

  /** When the rule fires, in the rule language: `event.type == "exec" and event.user not in authorized_users`. */
  readonly condition: string;

  /**
   * Identity of the rule: lower-case letters, digits and dashes. Changing it starts new alerts.
   * @default - a slug of the name
   */
  readonly ruleId?: string;

  /**
   * What the rule finds and why it matters.
   * @default - none
   */
  readonly description?: string;

  /**
   * How much a finding matters.
   * @default Severity.MEDIUM
   */
  readonly severity?: Severity;

  /**
   * What is done about a finding.
   * @default RuleAction.ALERT
   */
  readonly action?: RuleAction;

  /**
   * How far the rule has come.
   * @default - not said
   */
  readonly status?: RuleStatus;

  /**
   * Only events of this source reach the rule, such as `kubernetes-audit` or `host-auth`.
   * @default - events of every source
   */
  readonly eventSource?: string;

  /**
   * Labels of the rule, such as ATT&CK techniques.
   * @default - none
   */
  readonly tags?: string[];

  /**
   * Where to read more.
   * @default - none
   */
  readonly references?: string[];

  /**
   * What else can cause a finding.
   * @default - none
   */
  readonly falsePositives?: string[];
}

/** A detection rule, written in code. The condition is text: rules are data, and synth writes them as a reviewer reads them. */
export class Rule {
  /** Name of the rule. */
  public readonly name: string;
  /** When the rule fires. */
  public readonly condition: string;
  private readonly document: RuleDocument;

  /**
   * Declares the rule. It is checked at synth, together with all others.
   * @param props name, condition and what else a rule file can say
   */
  public constructor(props: RuleProps) {
    this.name = props.name;
    this.condition = props.condition;
    this.document = documentOf(props);
  }

  /** @internal */
  public _toDocument(): RuleDocument {
    return this.document;
  }
}

function documentOf(props: RuleProps): RuleDocument {
  return {
    ...(props.ruleId === undefined ? {} : { id: props.ruleId }),
    name: props.name,
    ...(props.description === undefined ? {} : { description: props.description }),
    ...(props.severity === undefined ? {} : { severity: props.severity }),
    ...(props.status === undefined ? {} : { status: props.status }),
    ...(props.eventSource === undefined ? {} : { source: props.eventSource }),
    condition: props.condition,
    ...(props.action === undefined ? {} : { action: props.action }),
    ...listMember('tags', props.tags),
    ...listMember('references', props.references),
    ...listMember('falsePositives', props.falsePositives),
  };
}

function listMember(
  key: 'tags' | 'references' | 'falsePositives',
  values: string[] | undefined,
): Partial<RuleDocument> {
  return values === undefined || values.length === 0 ? {} : { [key]: [...values] };
}
