import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Keeps a second process out of a folder; one that was killed no longer counts. Returns what gives it back. */
export function lock(path: string): () => void {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
  } catch (error) {
    const holder = Number(readFileSync(path, 'utf8'));
    if (holder !== process.pid && isAlive(holder)) throw new Error(`process ${holder} uses it`, { cause: error });
    writeFileSync(path, String(process.pid));
  }
  return () => rmSync(path, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
