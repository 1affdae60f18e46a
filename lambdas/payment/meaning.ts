import type { Stage } from './stages.ts';

/** What one of Klarna's words means: a row of the status table. Without `stage` the word moves no payment. */
export type Meaning = {
  state: 'SUCCESS' | 'WAITING' | 'ERROR';
  code: 'SUCCEEDED' | 'FAILED' | 'BAD_REQUEST';
  /** True when no other word can follow in this session. */
  final: boolean;
  stage?: Stage;
};
