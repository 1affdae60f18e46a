import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';

type AlarmDefinition = {
  readonly metric: IMetric;
  /** The alarm rings when the metric reaches this. */
  readonly threshold: number;
  /**
   * How many periods in a row.
   * @default 1 - it rings at once
   */
  readonly periods?: number;
  /** What has happened, in one sentence. */
  readonly meaning: string;
  /** Whom it affects, and how, in full sentences. */
  readonly impact: string;
};

/** By the id of the alarm, which says what has happened. */
export type AlarmDefinitions = Readonly<Record<string, AlarmDefinition>>;
