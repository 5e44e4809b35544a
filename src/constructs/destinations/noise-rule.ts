import type { EventSource } from '../../contract/event';
import type { NoiseRule as NoiseRuleModel, NoiseTest } from '../../model/shipping/filters';

/** What every rule about noise says. */
export interface NoiseOptions {
  /** Name of the rule, unique; the label of its counter. */
  readonly ruleName: string;

  /** What nobody will find in the SIEM because of it, in words. Shown at synth. */
  readonly loses: string;

  /**
   * Share that is shipped all the same, from 0 to 1. Kept records say so under `siem.sampled`.
   * @default 0
   */
  readonly keptShare?: number;
}

/** Audit events that are noise. What is given has to hold together; at least one condition is needed. */
export interface AuditNoiseOptions extends NoiseOptions {
  /**
   * Verbs, such as `get` and `watch`.
   * @default - any
   */
  readonly verbs?: string[];

  /**
   * Resources, such as `leases`.
   * @default - any
   */
  readonly resources?: string[];

  /**
   * Namespaces of the objects.
   * @default - any
   */
  readonly namespaces?: string[];

  /**
   * Users, by their whole names.
   * @default - any
   */
  readonly users?: string[];

  /**
   * How the paths of the requests begin, such as `/healthz`.
   * @default - any
   */
  readonly pathPrefixes?: string[];

  /**
   * Whether requests that were refused or failed (status 400 and above) are noise too.
   * @default false
   */
  readonly includeFailures?: boolean;
}

/** Lines of containers that are noise. What is given has to hold together; at least one condition is needed. */
export interface ContainerNoiseOptions extends NoiseOptions {
  /**
   * Namespaces of the pods.
   * @default - any
   */
  readonly namespaces?: string[];

  /**
   * How the names of the pods begin.
   * @default - any
   */
  readonly podPrefixes?: string[];

  /**
   * Names of the containers.
   * @default - any
   */
  readonly containers?: string[];

  /**
   * Texts of which a line holds one.
   * @default - any
   */
  readonly messageContains?: string[];
}

/** Records that are not worth their place in the SIEM: an explicit list, each with what is lost. Alerts are never noise. */
export class NoiseRule {
  /**
   * Audit events of the API server.
   * @param options which, and what is lost
   */
  public static auditEvents(options: AuditNoiseOptions): NoiseRule {
    const { verbs, resources, namespaces, users, pathPrefixes, includeFailures = false } = options;
    const tests = [
      ...isIn(['verb'], verbs),
      ...isIn(['objectRef', 'resource'], resources),
      ...isIn(['objectRef', 'namespace'], namespaces),
      ...isIn(['user', 'username'], users),
      ...startsWith(['requestURI'], pathPrefixes),
    ];
    // The stage RequestReceived has no status, and goes with the rest of its request.
    const failures: NoiseTest = { path: ['responseStatus', 'code'], below: 400, absent: true };
    return new NoiseRule(
      options,
      'kubernetes-audit',
      includeFailures || tests.length === 0 ? tests : [...tests, failures],
    );
  }

  /**
   * Lines that containers wrote.
   * @param options which, and what is lost
   */
  public static containerLines(options: ContainerNoiseOptions): NoiseRule {
    const { namespaces, podPrefixes, containers, messageContains } = options;
    return new NoiseRule(options, 'container', [
      ...isIn(['kubernetes', 'namespace_name'], namespaces),
      ...startsWith(['kubernetes', 'pod_name'], podPrefixes),
      ...isIn(['kubernetes', 'container_name'], containers),
      ...(messageContains === undefined ? [] : [{ path: ['message'], contains: messageContains }]),
    ]);
  }

  private constructor(
    private readonly options: NoiseOptions,
    private readonly eventSource: EventSource,
    private readonly tests: readonly NoiseTest[],
  ) {}

  /** Name of the rule. */
  public get ruleName(): string {
    return this.options.ruleName;
  }

  /** What nobody will find in the SIEM because of it. */
  public get loses(): string {
    return this.options.loses;
  }

  /**
   * The rule as the model has it.
   * @internal
   */
  public _toNoiseRule(): NoiseRuleModel {
    return { name: this.ruleName, source: this.eventSource, keep: this.options.keptShare ?? 0, where: this.tests };
  }
}

function isIn(path: readonly string[], values: readonly string[] | undefined): NoiseTest[] {
  return values === undefined ? [] : [{ path, in: values }];
}

function startsWith(path: readonly string[], starts: readonly string[] | undefined): NoiseTest[] {
  return starts === undefined ? [] : [{ path, starts }];
}
