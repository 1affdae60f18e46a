import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** The folder that `--data` names, as far as it is ours: JSON files that a `kill -9` leaves whole. */
export type Folder = {
  path: (name: string) => string;
  read: (name: string) => unknown;
  /** Replaces a file in one step, readable by its owner only. */
  write: (name: string, value: unknown) => void;
  remove: (name: string) => void;
  /** The names in a subfolder. */
  list: (name: string) => string[];
  append: (name: string, value: unknown) => void;
  /** The values appended so far. A last line cut short was never answered for, and goes. */
  lines: (name: string) => unknown[];
};

export function openFolder(root: string): Folder {
  const path = (name: string) => join(root, name);
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const write = (name: string, text: string) => {
    mkdirSync(join(path(name), '..'), { recursive: true });
    writeFileSync(`${path(name)}.new`, text, { mode: 0o600 });
    renameSync(`${path(name)}.new`, path(name));
  };
  const textOf = (name: string) => (existsSync(path(name)) ? readFileSync(path(name), 'utf8') : '');
  return {
    path,
    read: (name) => (existsSync(path(name)) ? JSON.parse(textOf(name)) : undefined),
    write: (name, value) => write(name, JSON.stringify(value)),
    remove: (name) => rmSync(path(name), { force: true }),
    list: (name) => (existsSync(path(name)) ? readdirSync(path(name)).filter((each) => !each.endsWith('.new')) : []),
    append: (name, value) => appendFileSync(path(name), `${JSON.stringify(value)}\n`),
    lines: (name) => {
      const text = textOf(name);
      const whole = text.slice(0, text.lastIndexOf('\n') + 1);
      if (whole !== text) write(name, whole);
      return whole
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    },
  };
}
