/** Reads what `cdk8s synth` wrote, so that it can be run as it would run in a pod. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseAllDocuments } from 'yaml';
import type { DetectorSettings, WatchSettings } from '../../src/contract/detector-config';
import { SETTINGS_FILE } from '../../src/contract/detector-config';

export interface Manifest {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: { readonly [key: string]: string };
  };
  readonly data?: { readonly [key: string]: string };
  readonly binaryData?: { readonly [key: string]: string };
}

/** Every object in the YAML files of a synth output, in the order of the files. */
export function readManifests(directory: string): Manifest[] {
  return fs
    .readdirSync(directory)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .flatMap((file) => parseAllDocuments(fs.readFileSync(path.join(directory, file), 'utf8'), { version: '1.1' }))
    .map((document) => document.toJS() as Manifest)
    .filter((manifest) => manifest as Manifest | null);
}

/** ConfigMaps whose name starts with `prefix`, sorted by name. */
export function configMaps(manifests: readonly Manifest[], prefix: string): Manifest[] {
  return manifests
    .filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith(prefix))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** Where the detector finds its files, taken out of the ConfigMaps into `directory`. */
export interface DetectorFiles {
  readonly program: string;
  readonly rules: string;
  readonly settings: string;
  readonly state: string;
}

/**
 * Writes the detector's program, rules and settings as its volumes would show them. `change` sees the settings before
 * they are written; it is for what only the machine knows: ports and addresses.
 */
export function unpackDetector(
  manifests: readonly Manifest[],
  directory: string,
  change: (settings: DetectorSettings) => DetectorSettings,
): DetectorFiles {
  const files: DetectorFiles = {
    program: path.join(directory, 'detector.cjs'),
    rules: path.join(directory, 'rules'),
    settings: path.join(directory, 'settings'),
    state: path.join(directory, 'state'),
  };
  for (const folder of [files.rules, files.settings, files.state]) fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(files.program, gunzipSync(bundleOf(manifests)));
  for (const { data } of configMaps(manifests, 'siem-rules-')) {
    for (const [key, text] of Object.entries(data ?? {})) fs.writeFileSync(path.join(files.rules, key), text);
  }
  const [settings] = configMaps(manifests, 'siem-detector-settings');
  const text = settings?.data?.[SETTINGS_FILE];
  if (text === undefined) throw new Error(`no ConfigMap siem-detector-settings with ${SETTINGS_FILE}`);
  writeSettings(files, change(JSON.parse(text) as DetectorSettings));
  return files;
}

/** What stands on this machine for the world of a pod. */
export interface LocalPlaces {
  readonly ports: { readonly ingest: number; readonly admin: number };
  readonly webhooks: DetectorSettings['webhooks'];
  /** Fluentd's input for alerts; absent: there is no SIEM to forward to. */
  readonly siemUrl?: string;
  /** Fluentd's `monitor_agent`; absent: no output is watched. */
  readonly monitorUrl?: string;
}

/** The settings as one machine can run them. */
export function localSettings(settings: DetectorSettings, places: LocalPlaces): DetectorSettings {
  const { ports, webhooks, siemUrl, monitorUrl } = places;
  const host = '127.0.0.1';
  const { siemUrl: inPod, watch, ...rest } = settings;
  return {
    ...rest,
    ...(watch === undefined ? {} : { watch: watchOf(watch, monitorUrl) }),
    webhooks,
    listeners: { ingest: { host, port: ports.ingest }, admin: { host, port: ports.admin } },
    ...(inPod === undefined || siemUrl === undefined ? {} : { siemUrl }),
  };
}

function watchOf(watch: WatchSettings, monitorUrl: string | undefined): WatchSettings {
  const { missingAfterSeconds, auditSilentAfterSeconds, forgetAfterSeconds } = watch;
  const times = { missingAfterSeconds, auditSilentAfterSeconds, forgetAfterSeconds };
  return monitorUrl === undefined ? times : { ...times, monitorUrl };
}

function writeSettings(files: DetectorFiles, settings: DetectorSettings): void {
  fs.writeFileSync(path.join(files.settings, SETTINGS_FILE), `${JSON.stringify(settings, null, 2)}\n`);
}

/** The compressed program, its parts joined in the order of their names. */
function bundleOf(manifests: readonly Manifest[]): Buffer {
  const parts = configMaps(manifests, 'siem-detector-bundle-').flatMap(({ binaryData }) =>
    Object.values(binaryData ?? {}),
  );
  if (parts.length === 0) throw new Error('the manifests hold no detector bundle');
  return Buffer.concat(parts.map((part) => Buffer.from(part, 'base64')));
}
