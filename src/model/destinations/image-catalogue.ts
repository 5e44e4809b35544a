/**
 * Which published image of Fluentd holds which gems, beside those that all of them share: the variants of
 * fluent/fluentd-kubernetes-daemonset at v1.19.3-1.1, the smaller before the larger of those that hold the same.
 */

export const IMAGE_REPOSITORY = 'fluent/fluentd-kubernetes-daemonset';
export const IMAGE_VERSION = '1.19.3-1.1';

/** Gems of each variant with their versions. */
const VARIANTS = {
  forward: {},
  elasticsearch7: { 'fluent-plugin-elasticsearch': '5.2.5', elasticsearch: '7.17.11' },
  elasticsearch8: { 'fluent-plugin-elasticsearch': '5.4.4', elasticsearch: '8.19.3' },
  elasticsearch9: { 'fluent-plugin-elasticsearch': '6.0.0', elasticsearch: '9.5.0' },
  opensearch: { 'fluent-plugin-opensearch': '1.1.6', 'opensearch-ruby': '3.4.0' },
  s3: { 'fluent-plugin-s3': '1.8.5', 'aws-sdk-s3': '1.228.2' },
  kafka2: { 'fluent-plugin-kafka': '0.19.7', 'ruby-kafka': '1.5.0', rdkafka: '0.22.2' },
  kafka: { 'fluent-plugin-kafka': '0.19.7', 'ruby-kafka': '1.5.0', rdkafka: '0.22.2' },
  cloudwatch: { 'fluent-plugin-cloudwatch-logs': '0.15.0', 'aws-sdk-cloudwatchlogs': '1.124.0' },
  kinesis: { 'fluent-plugin-kinesis': '3.6.1' },
  gcs: { 'fluent-plugin-gcs': '0.4.4' },
  syslog: { 'fluent-plugin-remote_syslog': '1.1.0', remote_syslog_sender: '1.2.4' },
  graylog: { 'fluent-plugin-gelf-hs': '1.0.8', gelf: '3.1.0' },
  datadog: { 'fluent-plugin-datadog': '0.14.4' },
  azureblob: { 'fluent-plugin-azure-storage-append-blob-lts': '0.7.0' },
  papertrail: { 'fluent-plugin-papertrail': '0.2.8' },
  logzio: { 'fluent-plugin-logzio': '0.2.2' },
  loggly: { 'fluent-plugin-loggly': '0.0.9' },
  // Its plugin is a file of the image.
  logentries: {},
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

export type ImageVariant = keyof typeof VARIANTS;

/** What a destination needs: a gem, and where only some versions will do, `~> 8.0` after its name. */
interface Requirement {
  readonly gem: string;
  readonly least?: readonly [major: number, minor: number];
}

const REQUIREMENT = /^([A-Za-z0-9_.-]+)(?: ~> (\d+)\.(\d+))?$/;

function requirementOf(text: string): Requirement {
  const [, gem, major, minor] = REQUIREMENT.exec(text) ?? [];
  if (gem === undefined) throw new Error(`'${text}' is not a gem; write its name, or its name and '~> 1.2'`);
  return { gem, ...(major !== undefined && { least: [Number(major), Number(minor)] as const }) };
}

/** Whether these gems, by name and version, have what is required. A version that is not known is taken to fit. */
export function hasGem(gems: Readonly<Record<string, string | undefined>>, required: string): boolean {
  const { gem, least } = requirementOf(required);
  if (!Object.hasOwn(gems, gem)) return false;
  const version = gems[gem];
  if (least === undefined || version === undefined) return true;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === least[0] && minor >= least[1];
}

/** The variants that hold everything, the best first. */
export function variantsWith(required: readonly string[]): ImageVariant[] {
  return imageVariants().filter((variant) => required.every((gem) => hasGem(VARIANTS[variant], gem)));
}

export function imageVariants(): ImageVariant[] {
  return Object.keys(VARIANTS) as ImageVariant[];
}

/** What of this a variant lacks. */
export function missingGems(variant: ImageVariant, required: readonly string[]): string[] {
  return required.filter((gem) => !hasGem(VARIANTS[variant], gem));
}

/**
 * A recipe for an image with all of this: from the published image that has the most of it, with the rest at the versions
 * that published images hold. Those that none holds keep what was said of their version.
 */
export function dockerfile(required: readonly string[]): string {
  const [base = 'forward'] = [...imageVariants()].sort(
    (a, b) => missingGems(a, required).length - missingGems(b, required).length,
  );
  const tag = `v${IMAGE_VERSION.replace('-', `-debian-${base}-`)}`;
  const gems = missingGems(base, required).map(gemfileLine);
  return gems.length === 0 ? `FROM ${IMAGE_REPOSITORY}:${tag}\n` : withGems(tag, gems);
}

/** The gems join those of the image in its own bundle, so that both ways of loading it find them. */
function withGems(tag: string, gems: readonly string[]): string {
  const lines = gems.map((line) => `      "${line}" \\`);
  return [
    `FROM ${IMAGE_REPOSITORY}:${tag}`,
    'USER root',
    'RUN apt-get update \\',
    ' && apt-get install -y --no-install-recommends build-essential \\',
    ` && printf '%s\\n' \\`,
    ...lines,
    '      >> /fluentd/Gemfile \\',
    ' && BUNDLE_FROZEN=false BUNDLE_DEPLOYMENT=false BUNDLE_PATH=/fluentd/vendor/bundle \\',
    '      bundle install --gemfile=/fluentd/Gemfile \\',
    ' && apt-get purge -y --auto-remove build-essential \\',
    ' && rm -rf /var/lib/apt/lists/*',
    '',
  ].join('\n');
}

function gemfileLine(required: string): string {
  const { gem, least } = requirementOf(required);
  const [holder] = variantsWith([required]);
  const gems: Readonly<Record<string, string>> = holder === undefined ? {} : VARIANTS[holder];
  const version = gems[gem] ?? (least === undefined ? undefined : `~> ${least.join('.')}`);
  return version === undefined ? `gem '${gem}'` : `gem '${gem}', '${version}'`;
}
