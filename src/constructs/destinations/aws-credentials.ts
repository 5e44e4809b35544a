import type { IConstruct } from 'constructs';
import type { OutputPlace } from '../../model/destinations/output';
import type { FluentdParams } from '../../model/fluentd/elements';
import { fail } from '../private/validate';
import type { SecretSource } from './secret-source';

/** A key pair of AWS. */
export interface AwsKeys {
  /** Id of the key. */
  readonly accessKeyId: SecretSource;

  /** The key itself. */
  readonly secretAccessKey: SecretSource;
}

type Choice =
  | { readonly kind: 'pod' }
  | { readonly kind: 'role'; readonly roleArn: string }
  | { readonly kind: 'keys'; readonly keys: AwsKeys };

const ROLE = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/** Where the metadata service of a node and the agent of EKS Pod Identity listen. */
const METADATA_PORT = 80;
const HTTPS_PORT = 443;

/** As whom the aggregator speaks to AWS. */
export class AwsCredentials {
  /**
   * A role by the web identity of the aggregator's ServiceAccount (IRSA). Its trust policy names that ServiceAccount.
   * @param roleArn the role, as `arn:aws:iam::123456789012:role/siem`
   */
  public static serviceAccountRole(roleArn: string): AwsCredentials {
    return new AwsCredentials({ kind: 'role', roleArn });
  }

  /** What the platform gives the pod by itself: EKS Pod Identity, or the role of the node. */
  public static pod(): AwsCredentials {
    return new AwsCredentials({ kind: 'pod' });
  }

  /**
   * A key pair that does not expire.
   * @param keys where both parts come from
   */
  public static keys(keys: AwsKeys): AwsCredentials {
    return new AwsCredentials({ kind: 'keys', keys });
  }

  private constructor(private readonly choice: Choice) {}

  /**
   * Secrets that have to be bound.
   * @internal
   */
  public _secrets(): Record<string, SecretSource> {
    const { choice } = this;
    if (choice.kind !== 'keys') return {};
    return { 'access-key-id': choice.keys.accessKeyId, 'secret-access-key': choice.keys.secretAccessKey };
  }

  /**
   * Parameters that all plugins for AWS share.
   * @internal
   */
  public _params(place: OutputPlace): FluentdParams {
    if (this.choice.kind !== 'keys') return {};
    return { aws_key_id: place.secret('access-key-id'), aws_sec_key: place.secret('secret-access-key') };
  }

  /**
   * Annotations that tell EKS which role a ServiceAccount has.
   * @internal
   */
  public _annotations(at: IConstruct): Record<string, string> {
    const { choice } = this;
    if (choice.kind !== 'role') return {};
    if (!ROLE.test(choice.roleArn)) {
      fail(at, `'${choice.roleArn}' is not the ARN of a role`, "write it as 'arn:aws:iam::123456789012:role/siem'");
    }
    return { 'eks.amazonaws.com/role-arn': choice.roleArn };
  }

  /**
   * Where credentials come from, beside the service itself.
   * @internal
   */
  public _ports(): number[] {
    if (this.choice.kind === 'keys') return [];
    return this.choice.kind === 'role' ? [HTTPS_PORT] : [METADATA_PORT];
  }
}
