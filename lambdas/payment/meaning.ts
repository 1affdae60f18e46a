import type { Stage } from './stages.ts';

export const states = ['SUCCESS', 'WAITING', 'ERROR'] as const;
export const codes = ['SUCCEEDED', 'FAILED', 'BAD_REQUEST'] as const;

/** What one of Klarna's words means: a row of the status table. Without `stage` the word moves no payment. */
export type Meaning = {
  state: (typeof states)[number];
  code: (typeof codes)[number];
  /** True when no other word can follow in this session. */
  final: boolean;
  stage?: Stage;
};
