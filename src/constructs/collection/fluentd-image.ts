import type { IConstruct } from 'constructs';
import {
  hasGem,
  IMAGE_REPOSITORY,
  IMAGE_VERSION,
  missingGems,
  variantsWith,
} from '../../model/destinations/image-catalogue';
import type { Component } from '../private/component';
import { checkImageReference } from '../private/image-reference';
import { fail } from '../private/validate';

/** Which client libraries are in the image, beside those that all variants share. */
export enum FluentdVariant {
  /** Nothing more: agents, and destinations that are reached by HTTP. */
  FORWARD = 'forward',
  /** Client of Elasticsearch 7. */
  ELASTICSEARCH_7 = 'elasticsearch7',
  /** Client of Elasticsearch 8. */
  ELASTICSEARCH_8 = 'elasticsearch8',
  /** Client of Elasticsearch 9. */
  ELASTICSEARCH_9 = 'elasticsearch9',
  /** Client of OpenSearch. */
  OPENSEARCH = 'opensearch',
  /** Client of Amazon S3. */
  S3 = 's3',
  /** Client of Kafka. */
  KAFKA_2 = 'kafka2',
  /** Client of Kafka; the same gems as `KAFKA_2`. */
  KAFKA = 'kafka',
  /** Client of Amazon CloudWatch Logs. */
  CLOUDWATCH = 'cloudwatch',
  /** Client of Amazon Kinesis. */
  KINESIS = 'kinesis',
  /** Client of Google Cloud Storage. */
  GCS = 'gcs',
  /** Sender of syslog messages. */
  SYSLOG = 'syslog',
  /** Sender of GELF messages. */
  GRAYLOG = 'graylog',
  /** Client of Datadog. */
  DATADOG = 'datadog',
  /** Client of Azure Blob Storage. */
  AZURE_BLOB = 'azureblob',
  /** Client of Papertrail. */
  PAPERTRAIL = 'papertrail',
  /** Client of Logz.io. */
  LOGZIO = 'logzio',
  /** Client of Loggly. */
  LOGGLY = 'loggly',
  /** Client of Logentries. */
  LOGENTRIES = 'logentries',
}

/** Options of `FluentdImage.published()`. */
export interface FluentdImageOptions {
  /**
   * Which client libraries are in it.
   * @default - what the destinations need
   */
  readonly variant?: FluentdVariant;

  /**
   * Full version and revision of the image.
   * @default '1.19.3-1.1'
   */
  readonly version?: string;

  /**
   * Digest of the image, `sha256:…`; it wins over the version.
   * @default - the tag decides
   */
  readonly digest?: string;
}

/** Options of `FluentdImage.custom()`. */
export interface CustomImageOptions {
  /**
   * Gems that are in it beside those that all published images share, each by its name, with its version after a blank
   * where it is known: `fluent-plugin-kafka 0.19.7`. What a destination needs and is not among them stops synth.
   * @default - whatever the destinations need
   */
  readonly gems?: string[];
}

/** The configuration uses settings of this release, and it closes holes of earlier ones. */
const LEAST_VERSION = [1, 19, 3];

interface CustomChoice {
  readonly kind: 'custom';
  readonly reference: string;
  readonly gems: readonly string[] | undefined;
}

type Choice = CustomChoice | { readonly kind: 'published'; readonly options: FluentdImageOptions };

/** The image that Fluentd runs from, pinned. */
export class FluentdImage {
  /**
   * An image of the family `fluent/fluentd-kubernetes-daemonset`.
   * @param options variant, version and digest
   */
  public static published(options: FluentdImageOptions = {}): FluentdImage {
    return new FluentdImage({ kind: 'published', options });
  }

  /**
   * An image of your own, with Fluentd 1.19.3 or later in the same layout and the plugins that your destinations need.
   * The `dockerfile` of a `SiemConnection` makes one that has them.
   * @param reference the image with a full version tag or a digest
   * @param options the gems that are in it
   */
  public static custom(reference: string, options: CustomImageOptions = {}): FluentdImage {
    return new FluentdImage({ kind: 'custom', reference, gems: options.gems });
  }

  private constructor(private readonly choice: Choice) {}

  /**
   * Where it is pulled from, by a component that may have a mirror.
   * @internal
   */
  public _pulledBy(component: Component, at: IConstruct, requiredGems: readonly string[]): string {
    const reference = this._reference(at, requiredGems);
    return this.choice.kind === 'custom' ? component.image(reference) : component.published(reference);
  }

  /**
   * The reference of an image that has what is required.
   * @internal
   */
  public _reference(at: IConstruct, requiredGems: readonly string[]): string {
    const { choice } = this;
    const reference =
      choice.kind === 'custom'
        ? customReference(at, choice, requiredGems)
        : publishedReference(at, choice.options, requiredGems);
    checkImageReference(at, reference);
    return reference;
  }
}

function customReference(at: IConstruct, { reference, gems }: CustomChoice, requiredGems: readonly string[]): string {
  if (gems === undefined) return reference;
  const held = Object.fromEntries(gems.map((gem) => gem.split(' ')).map(([name = '', version]) => [name, version]));
  const missing = requiredGems.filter((gem) => !hasGem(held, gem));
  if (missing.length === 0) return reference;
  const problem = `the image '${reference}' lacks ${missing.join(' and ')}, which a destination needs`;
  fail(at, problem, "build it from the connection's 'dockerfile', and name them in 'gems'");
}

function publishedReference(at: IConstruct, options: FluentdImageOptions, requiredGems: readonly string[]): string {
  const { version = IMAGE_VERSION, digest } = options;
  const fitting = variantsWith(requiredGems);
  const variant = options.variant ?? fitting[0] ?? refuse(at, requiredGems);
  const missing = missingGems(variant, requiredGems);
  if (missing.length > 0) {
    const remedy = fitting.length === 0 ? REMEDY : `leave 'variant' out, or name ${fitting.join(' or ')}`;
    fail(at, `the image variant '${variant}' lacks ${missing.join(' and ')}, which a destination needs`, remedy);
  }
  return `${IMAGE_REPOSITORY}:${versionTag(at, version, variant)}${digest === undefined ? '' : `@${digest}`}`;
}

const REMEDY =
  "build one from the connection's 'dockerfile', and name it with FluentdImage.custom(reference, { gems })";

function refuse(at: IConstruct, requiredGems: readonly string[]): never {
  const holders = requiredGems.map((gem) => {
    const variants = variantsWith([gem]);
    return `${gem} is in ${variants.length === 0 ? 'none' : variants.join(' and ')}`;
  });
  fail(at, `no published image has what the destinations need: ${holders.join(', ')}`, REMEDY);
}

function versionTag(at: IConstruct, version: string, variant: string): string {
  const match = /^v?(\d+)\.(\d+)\.(\d+)-(\d+\.\d+)$/.exec(version);
  const [, major, minor, patch, revision] = match ?? [];
  if (revision === undefined) {
    fail(at, `the Fluentd version '${version}' is not complete`, `name version and revision: '${IMAGE_VERSION}'`);
  }
  const numbers = [Number(major), Number(minor), Number(patch)];
  if (isBelow(numbers, LEAST_VERSION)) {
    fail(at, `Fluentd ${numbers.join('.')} is too old`, `name ${LEAST_VERSION.join('.')} or a later one`);
  }
  return `v${numbers.join('.')}-debian-${variant}-${revision}`;
}

function isBelow(version: readonly number[], least: readonly number[]): boolean {
  const at = version.findIndex((part, index) => part !== least[index]);
  return at >= 0 && (version[at] ?? 0) < (least[at] ?? 0);
}
