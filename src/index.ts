export { SecurityMonitoring } from './constructs/security-monitoring';
export type { SecurityMonitoringProps } from './constructs/security-monitoring';
export type { StackProps, ComponentProps } from './constructs/component-props';
export type { ContainerResources } from './constructs/container-resources';
export { StackNamespaces } from './constructs/stack-namespaces';
export type { StackNamespacesProps } from './constructs/stack-namespaces';
export { HostFiles, writeHostFiles } from './constructs/host-files';
export type { HostFile, IHostFiles } from './constructs/host-files';

export { FluentdCollector } from './constructs/collection/fluentd-collector';
export type { FluentdCollectorProps } from './constructs/collection/fluentd-collector';
export type { CollectorOptions } from './constructs/collection/collector-options';
export { LogSource } from './constructs/collection/log-source';
export { FileRotation } from './constructs/collection/log-source-options';
export type {
  ContainerLogOptions,
  ContainerSelector,
  EventLogOptions,
  FileLogOptions,
  HostAuthOptions,
  HostFileOptions,
  JournalOptions,
  KubernetesAuditOptions,
  MultilineLogs,
} from './constructs/collection/log-source-options';
export { HostAuth, ContainerRuntime } from './constructs/collection/node-logs';
export { FluentdAgent } from './constructs/collection/fluentd-agent';
export { FluentdAggregator } from './constructs/collection/fluentd-aggregator';
export type { FluentdAggregatorProps } from './constructs/collection/fluentd-aggregator';
export type {
  AksLogOptions,
  EksLogOptions,
  GkeLogOptions,
  KubernetesAuditWebhookOptions,
} from './constructs/collection/aggregator-source-options';
export { VolumeRetention } from './constructs/collection/aggregator-operation';
export type { AggregatorOperationProps, AggregatorPersistence } from './constructs/collection/aggregator-operation';
export { TaintEffect } from './constructs/collection/pod-scheduling';
export type { PodScheduling, PodToleration } from './constructs/collection/pod-scheduling';
export { FluentdVariant, FluentdImage } from './constructs/collection/fluentd-image';
export type { CustomImageOptions, FluentdImageOptions } from './constructs/collection/fluentd-image';
export { TransportSecurity } from './constructs/collection/transport-security';
export type { ExistingTransportSecrets, CertManagerOptions } from './constructs/collection/transport-security';

export { AuditPolicy } from './constructs/audit/audit-policy';
export type { AuditPolicyProps } from './constructs/audit/audit-policy';
export { AuditLevel, AuditStage } from './constructs/audit/audit-rule';
export type { AuditResources, AuditRule } from './constructs/audit/audit-rule';
export { AuditDelivery } from './constructs/audit/audit-delivery';
export type { KubeadmDeliveryOptions } from './constructs/audit/audit-delivery';

export { SiemConnection } from './constructs/destinations/siem-connection';
export type { SiemConnectionProps } from './constructs/destinations/siem-connection';
export { FluentdOutput } from './constructs/destinations/fluentd-output';
export type {
  DestinationBindOptions,
  DestinationProps,
  DestinationTls,
  DestinationBuffer,
  SiemDestinationConfig,
  ISiemDestination,
} from './constructs/destinations/destination';
export { NoiseRule } from './constructs/destinations/noise-rule';
export type { AuditNoiseOptions, ContainerNoiseOptions, NoiseOptions } from './constructs/destinations/noise-rule';
export { RecordFormat } from './constructs/destinations/record-format';
export { BodyLevel, ShippingStage } from './constructs/destinations/shipping-options';
export type { PseudonymOptions, ShippingOptions } from './constructs/destinations/shipping-options';
export { SecretStoreKind, SecretSource } from './constructs/destinations/secret-source';
export type {
  ExistingSecretOptions,
  ExternalSecretOptions,
  SecretBindOptions,
  SecretReference,
} from './constructs/destinations/secret-source';
export { HttpDestination } from './constructs/destinations/http';
export type { HttpDestinationProps } from './constructs/destinations/http';
export { ElasticsearchVersion, ElasticsearchDestination } from './constructs/destinations/elasticsearch';
export type { DataStream, SearchIndexProps } from './constructs/destinations/search-index';
export type { ElasticsearchDestinationProps } from './constructs/destinations/elasticsearch';
export { OpenSearchDestination } from './constructs/destinations/opensearch';
export type { OpenSearchDestinationProps } from './constructs/destinations/opensearch';
export { SplunkHecDestination } from './constructs/destinations/splunk';
export type { SplunkHecDestinationProps } from './constructs/destinations/splunk';
export { LokiDestination, LokiLabel } from './constructs/destinations/loki';
export type { LokiDestinationProps } from './constructs/destinations/loki';
export { DatadogDestination } from './constructs/destinations/datadog';
export type { DatadogDestinationProps } from './constructs/destinations/datadog';
export { NewRelicDestination, NewRelicRegion } from './constructs/destinations/new-relic';
export type { NewRelicDestinationProps } from './constructs/destinations/new-relic';
export { SumoLogicDestination } from './constructs/destinations/sumo-logic';
export type { SumoLogicDestinationProps } from './constructs/destinations/sumo-logic';
export { AwsCredentials } from './constructs/destinations/aws-credentials';
export type { AwsKeys } from './constructs/destinations/aws-credentials';
export { CloudWatchDestination } from './constructs/destinations/cloudwatch';
export type { CloudWatchDestinationProps } from './constructs/destinations/cloudwatch';
export { GcsDestination } from './constructs/destinations/gcs';
export type { GcsDestinationProps } from './constructs/destinations/gcs';
export { GelfDestination } from './constructs/destinations/gelf';
export type { GelfDestinationProps } from './constructs/destinations/gelf';
export { KafkaDestination, KafkaMechanism } from './constructs/destinations/kafka';
export type { KafkaDestinationProps } from './constructs/destinations/kafka';
export { KinesisDestination } from './constructs/destinations/kinesis';
export type { KinesisDestinationProps } from './constructs/destinations/kinesis';
export { S3Destination } from './constructs/destinations/s3';
export type { S3DestinationProps } from './constructs/destinations/s3';
export { SyslogDestination, SyslogFormat, SyslogFraming } from './constructs/destinations/syslog';
export type { SyslogDestinationProps } from './constructs/destinations/syslog';
export { UnsupportedDestination } from './constructs/destinations/unsupported';

export { Detector } from './constructs/detection/detector';
export type { DetectorProps } from './constructs/detection/detector';
export { DetectorSidecar } from './constructs/detection/detector-sidecar';
export type { DetectorSidecarProps } from './constructs/detection/detector-sidecar';
export type { DetectionProps } from './constructs/detection/detection-props';
export { DetectorRuntime } from './constructs/detection/detector-runtime';
export type { InlineRuntimeOptions } from './constructs/detection/detector-runtime';
export type { AlertWebhook } from './constructs/detection/alert-webhook';
export type { SelfMonitoringOptions } from './constructs/detection/self-monitoring-options';
export type { AuditWebhookListener } from './constructs/detection/audit-webhook-listener';
export { Severity, RuleAction, RuleStatus, Rule } from './constructs/detection/rule';
export type { RuleProps } from './constructs/detection/rule';
export { RulePack } from './constructs/detection/rule-pack';
export { RuleSet } from './constructs/detection/rule-set';
export type { RuleSetProps } from './constructs/detection/rule-set';

export { Manifest } from './constructs/private/manifest';
export { PodWorkload } from './constructs/private/workload';
export { MetricsMonitoring } from './constructs/monitoring/metrics-monitoring';
export type { MetricsMonitoringProps } from './constructs/monitoring/metrics-monitoring';
export type { MonitoringOptions } from './constructs/monitoring/monitoring-options';
