import type {
  AuditLevel as LevelName,
  AuditResourcesModel,
  AuditRuleModel,
  AuditStage as StageName,
} from '../../model/audit-policy/policy';
import { present } from '../../model/optional-member';

/** How much of a request is recorded. */
export enum AuditLevel {
  /** Nothing. */
  NONE = 'None',
  /** Who, what, when and the outcome, without bodies. */
  METADATA = 'Metadata',
  /** The body that was sent, too. */
  REQUEST = 'Request',
  /** The body of the answer, too. */
  REQUEST_RESPONSE = 'RequestResponse',
}

/** A point in the life of a request at which it can be recorded. */
export enum AuditStage {
  /** Before anything is known of the outcome. */
  REQUEST_RECEIVED = 'RequestReceived',
  /** When the answer begins; failed logins are recorded here and nowhere else. */
  RESPONSE_STARTED = 'ResponseStarted',
  /** When the answer is complete. */
  RESPONSE_COMPLETE = 'ResponseComplete',
  /** When the API server failed inside. */
  PANIC = 'Panic',
}

/** Resources of one API group. */
export interface AuditResources {
  /**
   * The API group; the empty string is the core group, `*` every group from Kubernetes 1.36 on.
   * @default - the core group
   */
  readonly apiGroup?: string;

  /**
   * Resources in plural: `pods`, `pods/exec`, `pods/*` (subresources and the pods themselves), `*` for all.
   * @default - every resource and subresource of the group
   */
  readonly resources?: string[];

  /**
   * Names of objects, as the URL has them: create, list, watch and deletecollection have none.
   * @default - any
   */
  readonly resourceNames?: string[];
}

/** One rule of an audit policy. The first rule that matches a request decides. Only resources know a star. */
export interface AuditRule {
  /** What is recorded of the requests that match. */
  readonly level: AuditLevel;

  /**
   * Names of authenticated users, each written out.
   * @default - any, and requests without a user
   */
  readonly users?: string[];

  /**
   * Groups of authenticated users, of which one is enough.
   * @default - any, and requests without a user
   */
  readonly userGroups?: string[];

  /**
   * Verbs: get, list, watch, create, update, patch, delete, deletecollection; for paths the HTTP method in lower case.
   * @default - every verb
   */
  readonly verbs?: string[];

  /**
   * Resources, of which one entry is enough.
   * @default - any
   */
  readonly resources?: AuditResources[];

  /**
   * Namespaces; the empty string stands for requests outside every namespace.
   * @default - any
   */
  readonly namespaces?: string[];

  /**
   * Paths that are no resources, with a star at the end if need be; not together with resources or namespaces.
   * @default - any, unless resources or namespaces are given
   */
  readonly nonResourceUrls?: string[];

  /**
   * Stages that are left out, beside those of the policy.
   * @default - none
   */
  readonly omitStages?: AuditStage[];

  /**
   * Whether managed fields are taken out of bodies.
   * @default - as the policy says
   */
  readonly omitManagedFields?: boolean;

  /**
   * Why the rule is there; becomes a comment in the file.
   * @default - none
   */
  readonly comment?: string;
}

/** The rule under the names of audit.k8s.io/v1. */
export function ruleModel(rule: AuditRule): AuditRuleModel {
  return {
    level: LEVELS[rule.level],
    ...present('users', rule.users),
    ...present('userGroups', rule.userGroups),
    ...present('verbs', rule.verbs),
    ...present('resources', rule.resources?.map(resourcesModel)),
    ...present('namespaces', rule.namespaces),
    ...present('nonResourceURLs', rule.nonResourceUrls),
    ...present('omitStages', rule.omitStages === undefined ? undefined : stagesModel(rule.omitStages)),
    ...present('omitManagedFields', rule.omitManagedFields),
    ...present('comment', rule.comment),
  };
}

function resourcesModel({ apiGroup, resources, resourceNames }: AuditResources): AuditResourcesModel {
  return {
    group: apiGroup ?? '',
    ...present('resources', resources),
    ...present('resourceNames', resourceNames),
  };
}

const LEVELS: Readonly<Record<AuditLevel, LevelName>> = {
  [AuditLevel.NONE]: 'None',
  [AuditLevel.METADATA]: 'Metadata',
  [AuditLevel.REQUEST]: 'Request',
  [AuditLevel.REQUEST_RESPONSE]: 'RequestResponse',
};

const STAGES: Readonly<Record<AuditStage, StageName>> = {
  [AuditStage.REQUEST_RECEIVED]: 'RequestReceived',
  [AuditStage.RESPONSE_STARTED]: 'ResponseStarted',
  [AuditStage.RESPONSE_COMPLETE]: 'ResponseComplete',
  [AuditStage.PANIC]: 'Panic',
};

/** Stages under the names of audit.k8s.io/v1. */
export function stagesModel(stages: readonly AuditStage[]): StageName[] {
  return stages.map((stage) => STAGES[stage]);
}

function levelOf(name: LevelName): AuditLevel {
  return Object.values(AuditLevel).find((level) => LEVELS[level] === name) ?? AuditLevel.NONE;
}

function stageOf(name: StageName): AuditStage[] {
  return Object.values(AuditStage).filter((stage) => STAGES[stage] === name);
}

/** A rule of the model as somebody would have written it. */
export function ruleOf(model: AuditRuleModel): AuditRule {
  return {
    level: levelOf(model.level),
    ...present('users', copied(model.users)),
    ...present('userGroups', copied(model.userGroups)),
    ...present('verbs', copied(model.verbs)),
    ...present('resources', model.resources?.map(resourcesOf)),
    ...present('namespaces', copied(model.namespaces)),
    ...present('nonResourceUrls', copied(model.nonResourceURLs)),
    ...present('omitStages', model.omitStages?.flatMap(stageOf)),
    ...present('omitManagedFields', model.omitManagedFields),
    ...present('comment', model.comment),
  };
}

function resourcesOf({ group, resources, resourceNames }: AuditResourcesModel): AuditResources {
  return {
    apiGroup: group ?? '',
    ...present('resources', copied(resources)),
    ...present('resourceNames', copied(resourceNames)),
  };
}

function copied(values: readonly string[] | undefined): string[] | undefined {
  return values === undefined ? undefined : [...values];
}
