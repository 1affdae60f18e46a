import { readFileSync } from 'node:fs';

export const documentText = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** The rows of the first table whose header row starts with `first`, each by column title. */
export function documentTable(markdown: string, first: string): Record<string, string>[] {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${first} |`));
  if (start < 0) throw new Error(`no table starts with ${first}`);
  const end = lines.findIndex((line, n) => n > start && !line.startsWith('|'));
  const [titles, , ...rows] = lines.slice(start, end).map(cells);
  return rows.map((row) => Object.fromEntries(row.map((cell, n) => [titles?.[n] ?? '', cell])));
}

const cells = (line: string) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
