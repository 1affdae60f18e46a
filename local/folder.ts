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

/** The folder of `--data`: JSON files that survive a `kill -9` whole. */
export type Folder = {
  path: (name: string) => string;
  read: (name: string) => unknown;
  /** Replaces a file in one step, readable by its owner only. */
  write: (name: string, value: unknown) => void;
  remove: (name: string) => void;
  /** The file names of a subfolder. */
  list: (name: string) => string[];
  append: (name: string, value: unknown) => void;
  /** The values appended so far. An incomplete last value was never acknowledged to a caller; it is removed. */
  readAll: (name: string) => unknown[];
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
    readAll: (name) => {
      const text = textOf(name);
      const complete = text.slice(0, text.lastIndexOf('\n') + 1);
      if (complete !== text) write(name, complete);
      return complete
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    },
  };
}
