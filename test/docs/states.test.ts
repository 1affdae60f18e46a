import { expect, test } from 'vitest';
import { pspStatuses, riskWords, sessionWords, unknownSessionWord } from '../../lambdas/klarna/inbound/statuses.ts';
import type { Meaning } from '../../lambdas/payment/stages.ts';

import { isEnd, stages, stepsFrom } from '../../lambdas/payment/stages.ts';
import { documentTable, documentText } from '../support/checks/documents.ts';

const states = documentText('docs/states.md');

test('docs/states.md shows the table as the code has it, row for row', () => {
  const coded = Object.entries<Meaning>(pspStatuses).map(([status, { state, code, final, stage }]) => ({
    'PSP status': status,
    state,
    code,
    final: final ? 'yes' : 'no',
    stage: stage ?? '–',
  }));
  expect(documentTable(states, 'PSP status')).toEqual(coded);
});

test('docs/states.md draws every step of the graph and no other', () => {
  const drawn = [...states.matchAll(/^ {2}(\S+) --> (\S+)$/gm)].map(([, from, to]) => `${from}>${to}`);
  const steps = stages.flatMap((from) => stepsFrom(from).map((to) => `${from}>${to}`));
  const ends = stages.filter(isEnd).map((stage) => `${stage}>[*]`);
  expect(drawn.toSorted()).toEqual(['[*]>created', ...steps, ...ends].toSorted());
});

test('docs/states.md explains every stage', () => {
  const explained = documentTable(states, 'stage').flatMap(({ stage }) => stage?.split(', ') ?? []);
  expect(explained.toSorted()).toEqual([...stages].toSorted());
});

test("docs/states.md lists Klarna's words that are not in the table", () => {
  const listed = documentTable(states, "Klarna's word").map((row) => row["Klarna's word"]);
  expect(listed).toContain(riskWords.join(', '));
  const outside = Object.entries<Meaning>(sessionWords).filter(([, meaning]) => meaning === unknownSessionWord);
  expect(listed).toContain(`${outside.map(([word]) => word).join(', ')}, any other session word`);
});
