import type { NoiseRule } from './noise-rule';
import type { SecretSource } from './secret-source';

/** How much of an audit event is shipped. */
export enum BodyLevel {
  /** No bodies. */
  METADATA = 'Metadata',
  /** Bodies of requests. */
  REQUEST = 'Request',
  /** Bodies of requests and of responses. */
  REQUEST_RESPONSE = 'RequestResponse',
}

/** Where records are made smaller and unreadable. */
export enum ShippingStage {
  /** Between the detector and the destinations: rules see everything. */
  AFTER_DETECTION = 'after-detection',
  /** Before both: rules that read what is gone stop synth. */
  BEFORE_DETECTION = 'before-detection',
}

/** Values that become pseudonyms: the same value has the same one, and only the key tells which. */
export interface PseudonymOptions {
  /** Key of the HMAC-SHA-256. With another key the same value has another pseudonym. */
  readonly key: SecretSource;

  /**
   * Fields that hold a text or a list of texts, as paths in the record, such as `user.username`. The values are replaced
   * in all other texts of the record too, where they have at least six characters and stand by themselves.
   * @default - none
   */
  readonly fields?: string[];

  /**
   * Whether every IP address in any text of a record becomes a pseudonym.
   * @default false
   */
  readonly addresses?: boolean;
}

/** What is left out or made unreadable on the way to the destinations. */
export interface ShippingOptions {
  /**
   * Bodies above this level are left out of audit events. They say under `siem.recorded_level` what was recorded.
   * @default BodyLevel.REQUEST_RESPONSE
   */
  readonly maxBodyLevel?: BodyLevel;

  /**
   * Whether secrets are replaced by `[redacted]`: data of Secrets, variables with secret names, tokens, passwords, private
   * keys and keys of clouds in any text, alerts included.
   * @default true
   */
  readonly redactSecrets?: boolean;

  /**
   * Values that are replaced by pseudonyms; alerts keep theirs.
   * @default - none
   */
  readonly pseudonyms?: PseudonymOptions;

  /**
   * What is not shipped, or only a share of it.
   * @default - everything is shipped
   */
  readonly noise?: NoiseRule[];

  /**
   * Where that happens.
   * @default ShippingStage.AFTER_DETECTION
   */
  readonly stage?: ShippingStage;
}
