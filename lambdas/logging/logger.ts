type Fields = Record<string, string | number | boolean | undefined>;

export type LogEntry = {
  level?: 'info' | 'warn' | 'error';
  message: string;
  fields?: Fields;
  /** CloudWatch metrics of this line, counted for the whole relay. */
  metrics?: Record<string, number>;
  /** Names of metrics that are counted per value of these fields as well. */
  split?: { metrics: string[]; by: string[] };
};

export type Logger = (entry: LogEntry) => void;

/**
 * One JSON line per thing that happened, at once log and metrics (CloudWatch embedded metric format): nothing else is sent anywhere.
 * Callers name every field; whole events, bodies and paths have no way in. Written to stdout, since console.log would wrap the line.
 */
export function jsonLogger({
  relay,
  now,
  write = (line) => process.stdout.write(line),
}: {
  relay: string;
  now: () => Date;
  write?: (line: string) => void;
}): Logger {
  return ({ level = 'info', message, fields = {}, metrics = {}, split }) => {
    const at = now();
    const line = { level, timestamp: at.toISOString(), message, relay, ...fields, ...metrics };
    write(`${JSON.stringify({ ...line, ...embedded({ metrics, split, at }) })}\n`);
  };
}

/** Why something failed, for the log. A parser's message quotes what it could not read, and stays out of it. */
export const reasonOf = (error: unknown): string | undefined =>
  error instanceof Error && !(error instanceof SyntaxError) ? error.message : undefined;

type Counted = { metrics: Record<string, number>; split: LogEntry['split']; at: Date };

function embedded({ metrics, split, at }: Counted) {
  const names = Object.keys(metrics);
  if (names.length === 0) return {};
  const directive = (metricNames: string[], dimensions: string[]) => ({
    Namespace: 'KlarnaRelay',
    Dimensions: [dimensions],
    Metrics: metricNames.map((Name) => ({ Name, Unit: Name.endsWith('Ms') ? 'Milliseconds' : 'Count' })),
  });
  const CloudWatchMetrics = [
    directive(names, ['relay']),
    ...(split ? [directive(split.metrics, ['relay', ...split.by])] : []),
  ];
  return { _aws: { Timestamp: at.getTime(), CloudWatchMetrics } };
}
