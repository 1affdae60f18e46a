import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Keeps a second process out of a folder; a lock of a dead process does not count. Returns the function that unlocks
 * it.
 */
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
