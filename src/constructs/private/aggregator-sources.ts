/** What the aggregator's own sources ask of its pod: files, ports, rights, gems. */
import { Construct } from 'constructs';
import { FLUENTD_PORTS } from '../../contract/detector-config';
import type { AggregatorSource } from '../../model/sources/aggregator-source';
import type {
  AksLogOptions,
  EksLogOptions,
  GkeLogOptions,
  KubernetesAuditWebhookOptions,
} from '../collection/aggregator-source-options';
import type { AggregatorLogChoice } from '../collection/log-source';
import { AwsCredentials } from '../destinations/aws-credentials';
import type { SecretSource } from '../destinations/secret-source';
import type { Component } from './component';
import { checkObjectName } from './names';
import { addressPeer, checkRanges } from './network-policy';
import type { TrafficRule } from './network-policy';
import type { ServicePort } from './objects';
import { projectedVolume } from './pod-parts';
import type { MountedVolume } from './pod-parts';
import type { WireObject } from './strategic-merge';
import { fail } from './validate';

/** Where Fluentd finds the credentials of its sources, a folder each. */
const SOURCE_FOLDER = '/etc/siem/sources';

const HTTPS_PORT = 443;
const EVENT_HUBS_PORT = 9093;

export interface BoundSource {
  readonly source: AggregatorSource;
  /** Entries of a projected volume. */
  readonly files: readonly WireObject[];
  readonly gems: readonly string[];
  /** Where it listens. */
  readonly port?: ServicePort;
  readonly ingress: readonly TrafficRule[];
  readonly egressPorts: readonly number[];
  readonly annotations: Readonly<Record<string, string>>;
  /** Whether two pods would read everything twice, or each a part of it. */
  readonly isPulled: boolean;
}

export interface SourceBinding {
  readonly component: Component;
  readonly annotations: Record<string, string>;
  readonly allowPlaintext: boolean;
}

/** Binds each source; at most one of a kind, because ports, positions and ids are theirs. */
export function bindSources(
  at: Construct,
  choices: readonly AggregatorLogChoice[],
  binding: SourceBinding,
): BoundSource[] {
  const kinds = choices.map(({ kind }) => kind);
  const twice = kinds.find((kind, index) => kinds.indexOf(kind) !== index);
  if (twice !== undefined) fail(at, `two sources are of the kind '${twice}'`, 'read the other one with a second stack');
  return choices.map((choice) => bindSource(new Construct(at, `Source-${choice.kind}`), choice, binding));
}

/** The files of all, in one volume. */
export function sourceVolumes(sources: readonly BoundSource[]): MountedVolume[] {
  const files = sources.flatMap((source) => source.files);
  return files.length === 0 ? [] : [projectedVolume('sources', files, SOURCE_FOLDER)];
}

function bindSource(at: Construct, choice: AggregatorLogChoice, binding: SourceBinding): BoundSource {
  switch (choice.kind) {
    case 'eks':
      return bindEks(at, choice.options, binding);
    case 'gke':
      return bindGke(at, choice.options, binding);
    case 'aks':
      return bindAks(at, choice.options, binding);
    case 'audit-webhook':
      return bindAuditWebhook(at, choice.options);
  }
}

const NOTHING = { files: [], gems: [], ingress: [], egressPorts: [], annotations: {}, isPulled: false };

function bindEks(at: Construct, options: EksLogOptions, binding: SourceBinding): BoundSource {
  const { region, logGroup, credentials = AwsCredentials.pod() } = options;
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) fail(at, `'${region}' is not a region`, "write it as 'eu-central-1'");
  if (!/^[\w./#-]{1,512}$/.test(logGroup)) {
    fail(at, `'${logGroup}' is not a log group`, "write it as '/aws/eks/<cluster>/cluster'");
  }
  const secrets = Object.entries(credentials._secrets());
  const file = (name: string): string => `${SOURCE_FOLDER}/eks/${name}`;
  return {
    ...NOTHING,
    source: {
      kind: 'eks',
      region,
      logGroup,
      fetchSeconds: options.fetchInterval?.toSeconds() ?? 10,
      lookbackSeconds: options.lookback?.toSeconds() ?? 3600,
      ...(secrets.length > 0 && { keys: { idFile: file('access-key-id'), secretFile: file('secret-access-key') } }),
    },
    files: secrets.map(([name, secret]) =>
      secretFile(at, { source: secret, use: `eks-${name}`, path: `eks/${name}` }, binding),
    ),
    gems: ['fluent-plugin-cloudwatch-logs'],
    egressPorts: [HTTPS_PORT, ...credentials._ports()],
    annotations: credentials._annotations(at),
    isPulled: true,
  };
}

function bindGke(at: Construct, options: GkeLogOptions, binding: SourceBinding): BoundSource {
  const { token, tlsSecretName, sourceRanges } = options;
  const port = { name: 'gke-push', port: FLUENTD_PORTS.pubsub };
  const tls = tlsSecretName === undefined ? undefined : tlsFiles(at, 'gke', tlsSecretName, ['tls.crt', 'tls.key']);
  return {
    ...NOTHING,
    source: {
      kind: 'gke',
      tokenFile: `${SOURCE_FOLDER}/gke/token`,
      ...(tls !== undefined && {
        tls: { certificateFile: `${SOURCE_FOLDER}/gke/tls.crt`, keyFile: `${SOURCE_FOLDER}/gke/tls.key` },
      }),
    },
    files: [
      secretFile(at, { source: token, use: 'gke-token', path: 'gke/token' }, binding),
      ...(tls === undefined ? [] : [tls]),
    ],
    port,
    ingress: [listening(at, port.port, sourceRanges)],
  };
}

function bindAks(at: Construct, options: AksLogOptions, binding: SourceBinding): BoundSource {
  const { namespaceHost, eventHub, connectionString, consumerGroup = '$Default' } = options;
  if (!/^[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)+$/i.test(namespaceHost)) {
    fail(at, `'${namespaceHost}' is not a host name`, "write it as '<name>.servicebus.windows.net'");
  }
  const wrong = [eventHub, consumerGroup].find((name) => !/^\$?[\w.-]{1,256}$/.test(name));
  if (wrong !== undefined) fail(at, `'${wrong}' names no event hub and no consumer group`, 'use its name as it stands');
  return {
    ...NOTHING,
    source: {
      kind: 'aks',
      brokers: `${namespaceHost}:${EVENT_HUBS_PORT}`,
      eventHub,
      consumerGroup,
      connectionStringFile: `${SOURCE_FOLDER}/aks/connection-string`,
    },
    files: [
      secretFile(
        at,
        { source: connectionString, use: 'aks-connection-string', path: 'aks/connection-string' },
        binding,
      ),
    ],
    gems: ['fluent-plugin-kafka'],
    egressPorts: [EVENT_HUBS_PORT],
    isPulled: true,
  };
}

function bindAuditWebhook(at: Construct, options: KubernetesAuditWebhookOptions): BoundSource {
  const port = { name: 'audit-events', port: FLUENTD_PORTS.auditWebhook };
  const folder = `${SOURCE_FOLDER}/audit-webhook`;
  return {
    ...NOTHING,
    source: {
      kind: 'audit-webhook',
      tls: {
        certificateFile: `${folder}/tls.crt`,
        keyFile: `${folder}/tls.key`,
        clientCaFile: `${folder}/ca.crt`,
      },
    },
    files: [tlsFiles(at, 'audit-webhook', options.tlsSecretName, ['tls.crt', 'tls.key', 'ca.crt'])],
    port,
    ingress: [listening(at, port.port, options.sourceRanges)],
  };
}

function listening(at: Construct, port: number, ranges: readonly string[] | undefined): TrafficRule {
  checkRanges(at, 'source range', ranges);
  return { ports: [port], ...(ranges !== undefined && { peers: ranges.map(addressPeer) }) };
}

function tlsFiles(at: Construct, folder: string, secretName: string, keys: readonly string[]): WireObject {
  const name = checkObjectName(at, 'TLS secret name', secretName);
  return { secret: { name, items: keys.map((key) => ({ key, path: `${folder}/${key}` })) } };
}

interface SecretUse {
  readonly source: SecretSource;
  /** Last part of the name of a Secret that has to be made. */
  readonly use: string;
  readonly path: string;
}

function secretFile(at: Construct, { source, use, path }: SecretUse, binding: SourceBinding): WireObject {
  const { component, annotations, allowPlaintext } = binding;
  const { secretName, key } = source.bind(at, {
    name: `${component.stackName}-${use}`,
    namespaceName: component.namespaceName,
    key: path.split('/').at(-1) ?? use,
    labels: component.labels,
    annotations,
    allowPlaintext,
  });
  return { secret: { name: secretName, items: [{ key, path }] } };
}
