import { stripVTControlCharacters } from 'node:util';

/** The width of everything that the command line prints; only a longer word exceeds it. */
export const columns = 80;

/**
 * The label and the text, wrapped; every line but the first is indented to where the text starts. A text breaks at its
 * spaces, a list only between its entries.
 */
export function wrap(label: string, text: string | string[]): string {
  const indent = ' '.repeat(widthOf(label));
  const [first = '', ...more] = typeof text === 'string' ? text.split(' ') : text;
  const lines = [`${label}${first}`];
  for (const word of more) {
    const longer = `${lines.at(-1)} ${word}`;
    if (widthOf(longer) > columns) lines.push(`${indent}${word}`);
    else lines[lines.length - 1] = longer;
  }
  return lines.join('\n');
}

/** Colours take no columns. */
const widthOf = (text: string): number => stripVTControlCharacters(text).length;
