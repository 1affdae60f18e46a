type Fields = Record<string, string | number | boolean | undefined>;

export type LogEntry = {
  level?: 'info' | 'warn' | 'error';
  message: string;
  fields?: Fields;
  /** CloudWatch metrics of this entry, counted for the whole relay. */
  metrics?: Record<string, number>;
  /** Names of metrics that are counted per value of these fields as well. */
  split?: { metrics: string[]; by: string[] };
};

export type Logger = (entry: LogEntry) => void;

/**
 * Writes one JSON object per entry, at once log and metrics (CloudWatch embedded metric format). Callers name every
 * field, so whole events, bodies and paths cannot get in. It writes to stdout directly, since console.log would wrap
 * the entry.
 */
export function jsonLogger({
  relay,
  now,
  write = (text) => process.stdout.write(text),
}: {
  relay: string;
  now: () => Date;
  write?: (text: string) => void;
}): Logger {
  return ({ level = 'info', message, fields = {}, metrics = {}, split }) => {
    const at = now();
    const entry = { level, timestamp: at.toISOString(), message, relay, ...fields, ...metrics };
    write(`${JSON.stringify({ ...entry, ...embeddedMetrics({ metrics, split, at }) })}\n`);
  };
}

/** Why something failed, for the log. A parser's message is left out: it quotes the text that it could not read. */
export const reasonOf = (error: unknown): string | undefined =>
  error instanceof Error && !(error instanceof SyntaxError) ? error.message : undefined;

type Counts = { metrics: Record<string, number>; split: LogEntry['split']; at: Date };

function embeddedMetrics({ metrics, split, at }: Counts) {
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
