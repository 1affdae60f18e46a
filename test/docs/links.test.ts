import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { documentText } from '../support/checks/documents.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pagesIn = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const pages = ['.', 'docs', 'docs/decisions'].flatMap(pagesIn);

/** The ids that GitHub gives to the headings of a page. */
const headingIds = (markdown: string) =>
  [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

const linksOf = (markdown: string) =>
  [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link).filter((link) => !/^https?:/.test(link));

function isDead(from: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const target = path === '' ? from : join(dirname(from), path);
  if (!existsSync(join(root, target))) return true;
  return heading !== undefined && !headingIds(documentText(target)).includes(heading);
}

test.each(pages)('every link of %s leads to a file and a heading that exist', (from) => {
  expect(linksOf(documentText(from)).filter((link) => isDead(from, link))).toEqual([]);
});

test('README links to every page of docs/ and of the root', () => {
  const links = linksOf(documentText('README.md'));
  const known = [...pagesIn('.'), ...pagesIn('docs')].filter((path) => path !== 'README.md');
  expect(known.length).toBeGreaterThan(7);
  expect(known.filter((path) => !links.includes(path))).toEqual([]);
});
