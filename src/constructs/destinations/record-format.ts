/** Shape in which a destination gets records. */
export enum RecordFormat {
  /** As they were collected. */
  RAW = 'raw',
  /** Documents of the Elastic Common Schema. */
  ECS = 'ecs',
  /** Events of the Open Cybersecurity Schema Framework. */
  OCSF = 'ocsf',
}
