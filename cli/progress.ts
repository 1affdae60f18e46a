/** Tells on the way what long work has done. */
export type Progress = (text: string) => void;

const every = 2000;

/** At most every two seconds, so that work which is shorter says nothing. Meant for stderr: stdout is the result's. */
export function progressTo(stream: { write: (text: string) => unknown }, now = () => performance.now()): Progress {
  let last = now();
  return (text) => {
    if (now() - last < every) return;
    last = now();
    stream.write(`${text}\n`);
  };
}
