/**
 * Where synth and the detector meet: mount paths, ports, labels, environment names and the settings file. Constructs
 * write these, the detector reads them, and neither spells them again.
 */

export const LABEL_PREFIX = 'siem.cdk8s.io';

/** Mount paths inside the detector's container. */
export const DETECTOR_PATHS = {
  /** The compressed bundle, in parts. */
  bundle: '/opt/siem/bundle',
  /** Rule ConfigMaps, projected into one directory; watched for changes. */
  rules: '/etc/siem/rules',
  /** `SETTINGS_FILE` of the settings ConfigMap; watched for changes. */
  settings: '/etc/siem/settings',
  /** Secret files, one per credential. */
  credentials: '/etc/siem/credentials',
  /** Queue file and journal; the pod's volume. */
  state: '/var/lib/siem/detector',
} as const;

/** The settings file, as JSON, below `DETECTOR_PATHS.settings`. */
export const SETTINGS_FILE = 'detector.json';

export const DETECTOR_PORTS = {
  /** Loopback only: Fluentd's `out_http`. */
  ingest: 8088,
  /** Pod address: `/healthz`, `/readyz`, `/metrics`. */
  admin: 8090,
  /** Pod address, TLS with client certificates: the API server's audit webhook. Off by default. */
  auditWebhook: 9443,
} as const;

export const FLUENTD_PORTS = {
  /** Agents to aggregator. */
  forward: 24224,
  /** Prometheus metrics; also the probe. */
  metrics: 24231,
  /** Loopback only, in the aggregator: alerts of the detector on their way to the destinations. */
  alerts: 9880,
  /** Loopback only, in the aggregator: the state of each output, with the count of dropped chunks. */
  monitor: 24220,
  /** Into the aggregator, from outside: pushes of a Pub/Sub subscription. */
  pubsub: 9881,
  /** Into the aggregator, from outside: the API server's audit webhook. */
  auditWebhook: 9882,
} as const;

/** Path of the detector's ingest endpoint; the body is newline-delimited JSON. */
export const INGEST_PATH = '/v1/records';

/** Header with Fluentd's chunk id, the idempotency key of a delivery. */
export const CHUNK_ID_HEADER = 'x-chunk-id';

/** Fluentd tag of an alert on its way to the destinations. */
export const ALERT_TAG = 'siem.alert';

/** A webhook that receives alerts. */
export interface WebhookSettings {
  readonly name: string;
  readonly url: string;
  /** File with the key of the HMAC-SHA-256 signature; absent: unsigned. */
  readonly hmacKeyFile?: string;
  /** Least severity that is sent. */
  readonly minimumSeverity?: string;
}

/** Path of `monitor_agent` with the state of every plugin. */
export const MONITOR_PATH = '/api/plugins.json';

/** Name of the output that carries records to the detector; those of destinations are `out_<destination>` too. */
export const DETECTOR_OUTPUT_ID = 'out_detector';

/** What the detector watches beside the records: the canaries, the audit source, and the outputs of Fluentd. */
export interface WatchSettings {
  /** A canary, or a delivery to a destination, that is missing for so long is an alert. */
  readonly missingAfterSeconds: number;
  /** No audit event for so long is an alert, once there was one or a canary of that source. */
  readonly auditSilentAfterSeconds: number;
  /** A node whose canaries stay away for so long is taken to be gone. */
  readonly forgetAfterSeconds: number;
  /** Fluentd's `monitor_agent`, without a path; absent: outputs are not watched. */
  readonly monitorUrl?: string;
}

export const DEFAULT_WATCH: WatchSettings = {
  missingAfterSeconds: 120,
  auditSilentAfterSeconds: 300,
  forgetAfterSeconds: 3600,
};

/** The settings file. Everything but the listeners reloads while the detector runs. */
export interface DetectorSettings {
  readonly version: 1;
  readonly cluster: string;
  /** Proxies whose entry at the end of `sourceIPs` is not the client; CIDR notation. */
  readonly trustedProxies: readonly string[];
  /** Window of `event.failure_count`, in seconds. */
  readonly failureWindowSeconds: number;
  /** An alert without a new finding for so long is resolved. */
  readonly resolveAfterSeconds: number;
  readonly webhooks: readonly WebhookSettings[];
  /** Loopback `in_http` of the aggregator's Fluentd; absent: alerts go to receivers and the log only. */
  readonly siemUrl?: string;
  /** Absent: the detector watches nothing and raises no alert of its own. */
  readonly watch?: WatchSettings;
  readonly listeners: {
    readonly ingest: { readonly host: string; readonly port: number };
    readonly admin: { readonly host: string; readonly port: number };
    readonly auditWebhook?: {
      readonly host: string;
      readonly port: number;
      readonly certificateFile: string;
      readonly keyFile: string;
      readonly clientCaFile: string;
    };
  };
  readonly limits: {
    /** One record; a longer line is counted and skipped. */
    readonly recordBytes: number;
    /** One request body, unpacked. */
    readonly bodyBytes: number;
    /** Requests that wait for the engine; beyond it the answer is 429. */
    readonly queuedRequests: number;
    /** Keys that windows, deduplication and open alerts may hold each. */
    readonly stateKeys: number;
    /**
     * Alerts that wait in the queue file; beyond it deliveries are refused. The volume needs three times as much,
     * because the file is rewritten now and then.
     * @default 67108864 (64 MiB)
     */
    readonly queueBytes?: number;
  };
}

/** What a setting is when the constructs were not told otherwise. */
export const DEFAULT_SETTINGS: DetectorSettings = {
  version: 1,
  cluster: 'kubernetes',
  trustedProxies: [],
  failureWindowSeconds: 300,
  resolveAfterSeconds: 600,
  webhooks: [],
  listeners: {
    ingest: { host: '127.0.0.1', port: DETECTOR_PORTS.ingest },
    admin: { host: '0.0.0.0', port: DETECTOR_PORTS.admin },
  },
  limits: { recordBytes: 8 * 1024 * 1024, bodyBytes: 64 * 1024 * 1024, queuedRequests: 64, stateKeys: 100_000 },
};
