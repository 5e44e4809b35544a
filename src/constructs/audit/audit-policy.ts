import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { Construct } from 'constructs';
import { checkRulesAgainstPolicy } from '../../analysis/liveness';
import type { AuditPolicyModel } from '../../model/audit-policy/policy';
import type { PolicyLines } from '../../model/audit-policy/render';
import { renderPolicy } from '../../model/audit-policy/render';
import { validatePolicy } from '../../model/audit-policy/validate';
import { baselinePolicy } from '../../model/audit-policy/profiles';
import { DEFAULT_KUBERNETES_VERSION } from '../../model/kubernetes-version';
import { present } from '../../model/optional-member';
import type { Diagnostic, RuleSet } from '../../rule';
import type { HostFile, IHostFiles } from '../host-files';
import { KubernetesVersion } from '../private/kubernetes-version';
import { refusePolicy } from '../private/policy-problems';
import { fail } from '../private/validate';
import { AuditDelivery } from './audit-delivery';
import type { AuditRule } from './audit-rule';
import { AuditStage, ruleModel, ruleOf, stagesModel } from './audit-rule';

/** Properties of `AuditPolicy`. */
export interface AuditPolicyProps {
  /**
   * Rules in the order in which they are tried; the first that matches a request decides.
   * @default - the baseline: credentials without bodies, every write that grants power with bodies, noise left out,
   * everything else without bodies
   */
  readonly rules?: AuditRule[];

  /**
   * An existing policy file instead of rules. It is read strictly, and delivered as it stands.
   * @default - none
   */
  readonly policyFile?: string;

  /**
   * Stages that are recorded for no request. Failed logins are written at ResponseStarted alone.
   * @default - [AuditStage.REQUEST_RECEIVED]; with a policy file, what it says
   */
  readonly omitStages?: AuditStage[];

  /**
   * Whether managed fields are taken out of bodies.
   * @default true - with a policy file, what it says
   */
  readonly omitManagedFields?: boolean;

  /**
   * How the policy reaches the API server.
   * @default AuditDelivery.kubeadm()
   */
  readonly delivery?: AuditDelivery;

  /**
   * Kubernetes version of the API server, 1.27 to 1.37: what it refuses differs.
   * @default '1.33'
   */
  readonly kubernetesVersion?: string;
}

/**
 * What the API server records. A policy that the API server would refuse, or a rule that could match nothing, stops
 * synth. The policy is a file on control-plane nodes; nothing of it becomes a manifest.
 */
export class AuditPolicy extends Construct implements IHostFiles {
  /**
   * The rules of the baseline, to be put behind rules of one's own.
   * @param kubernetesVersion version of the API server; '1.33' when not given
   */
  public static baselineRules(kubernetesVersion?: string): AuditRule[] {
    return baselinePolicy(kubernetesVersion ?? DEFAULT_KUBERNETES_VERSION).rules.map(ruleOf);
  }

  /** Name of the policy's file; it holds a hash of the content. */
  public readonly policyFileName: string;
  /** Text of the policy's file. */
  public readonly policyText: string;
  /** Kubernetes version of the API server. */
  public readonly kubernetesVersion: string;

  private readonly model: AuditPolicyModel;
  private readonly lines: PolicyLines;
  private readonly delivery: AuditDelivery;
  private readonly auditDeliveryFiles: HostFile[];

  /**
   * Declares what the API server records.
   * @param scope where it belongs
   * @param id name of the construct
   * @param props rules, version and delivery
   */
  public constructor(scope: Construct, id: string, props: AuditPolicyProps = {}) {
    super(scope, id);
    this.kubernetesVersion = KubernetesVersion.parse(this, props.kubernetesVersion).toString();
    const { model, text, lines } =
      props.policyFile === undefined ? this.written(props) : this.read(props.policyFile, props);
    this.model = model;
    this.policyText = text;
    this.lines = lines;
    this.policyFileName = `audit-policy-${createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH)}.yaml`;
    this.delivery = props.delivery ?? AuditDelivery.kubeadm();
    this.auditDeliveryFiles = this.delivery._toHostFiles(this, this.policyFileName, this.kubernetesVersion);
  }

  /** What belongs on the control-plane nodes: write it with `writeHostFiles()`. */
  public get hostFiles(): HostFile[] {
    return [{ path: this.policyFileName, text: this.policyText }, ...this.auditDeliveryFiles];
  }

  /** The file that the API server writes, for the collector to read. */
  public get auditLogPath(): string {
    return this.delivery._logPath(this);
  }

  /** @internal */
  public _toModel(): AuditPolicyModel {
    return this.model;
  }

  /**
   * Rules that cannot fire under this policy.
   * @internal
   */
  public _checkRules(ruleSet: RuleSet): Diagnostic[] {
    const { policyFileName: policyFile, kubernetesVersion, lines } = this;
    return checkRulesAgainstPolicy(ruleSet, this.model, { policyFile, kubernetesVersion, lines });
  }

  private written(props: AuditPolicyProps): PolicyText {
    const rules = props.rules?.map(ruleModel) ?? baselinePolicy(this.kubernetesVersion).rules;
    const model: AuditPolicyModel = {
      omitStages: stagesModel(props.omitStages ?? [AuditStage.REQUEST_RECEIVED]),
      omitManagedFields: props.omitManagedFields ?? true,
      rules,
    };
    if (rules.length === 0) {
      fail(
        this,
        'the audit policy has no rule, which kube-apiserver refuses',
        'leave rules out for the baseline, or give one',
      );
    }
    const problems = validatePolicy(model, this.kubernetesVersion);
    if (problems.length > 0) {
      refusePolicy(this, { problems, document: model, kubernetesVersion: this.kubernetesVersion });
    }
    const { text, ...lines } = renderPolicy(model);
    return { model, text, lines };
  }

  private read(file: string, { rules, omitStages, omitManagedFields }: AuditPolicyProps): PolicyText {
    if (rules !== undefined || omitStages !== undefined || omitManagedFields !== undefined) {
      fail(this, `policyFile '${file}' is given together with parts of a policy`, 'give either the file or rules');
    }
    if (!existsSync(file) || !statSync(file).isFile()) {
      fail(
        this,
        `there is no policy file '${file}'`,
        'give the path from the folder synth runs in, or an absolute one',
      );
    }
    const text = readFileSync(file, 'utf8')
      .replace(/^\uFEFF/, '')
      .replace(/\r\n?/g, '\n');
    const { policy, document, lines, problems } = policyLoader().loadPolicy(text, this.kubernetesVersion);
    if (policy === undefined || problems.length > 0) {
      refusePolicy(this, {
        problems,
        ...present('document', document),
        file,
        kubernetesVersion: this.kubernetesVersion,
      });
    }
    return { model: policy, text, lines };
  }
}

/** Characters of the hash in a file name. */
const HASH_LENGTH = 8;

/** A policy and the file it stands in. */
interface PolicyText {
  readonly model: AuditPolicyModel;
  readonly text: string;
  readonly lines: PolicyLines;
}

/** Loaded for policies in files alone: its YAML library makes up a third of what importing this package takes. */
function policyLoader(): typeof import('../../model/audit-policy/load') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- see above
  return require('../../model/audit-policy/load') as typeof import('../../model/audit-policy/load');
}
