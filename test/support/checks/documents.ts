import { readFileSync } from 'node:fs';

/** The text of a page of this project, by its path from the root. */
export const documentText = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** The rows of the first table whose header row starts with `first`, each by column title. */
export function documentTable(markdown: string, first: string): Record<string, string>[] {
  const text = markdown.split('\n');
  const start = text.findIndex((row) => row.startsWith(`| ${first} |`));
  if (start < 0) throw new Error(`no table starts with ${first}`);
  const end = text.findIndex((row, n) => n > start && !row.startsWith('|'));
  const [titles, , ...rows] = text.slice(start, end).map(cells);
  return rows.map((row) => Object.fromEntries(row.map((cell, n) => [titles?.[n] ?? '', cell])));
}

const cells = (row: string) =>
  row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
