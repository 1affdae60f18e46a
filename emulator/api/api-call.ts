import type { KlarnaCallbacks } from '../callbacks/callbacks.ts';
import type { EmulatorState, KlarnaAnswer } from '../state.ts';

/** A call of Klarna's API: `id` and `part` come from the path, `page` is the base URL of the emulator's pages. */
type ApiCall = {
  state: EmulatorState;
  callbacks: KlarnaCallbacks;
  page: string;
  id: string;
  part: string;
  body: unknown;
};

/** Answers one operation; those in this folder have Klarna's operation ids as names. @throws KlarnaProblem */
export type ApiOperation = (call: ApiCall) => KlarnaAnswer;
