/** Reports the progress of long work. */
export type Progress = (text: string) => void;

const interval = 2000;

/** Writes at most every two seconds, so shorter work prints nothing. Meant for stderr: stdout holds the result. */
export function progressTo(stream: { write: (text: string) => unknown }, now = () => performance.now()): Progress {
  let last = now();
  return (text) => {
    if (now() - last < interval) return;
    last = now();
    stream.write(`${text}\n`);
  };
}
