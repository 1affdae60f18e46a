import type { emulatorCore } from '../../../../emulator/core.ts';
import type { KlarnaAnswer } from '../../../../emulator/state.ts';

/** An answer as it arrives: Klarna's, or with `text` one of something between Klarna and us; `none` never arrives. */
export type NetworkAnswer = (KlarnaAnswer & { text?: string }) | 'none';

export type HttpRequest = { method: string; path: string; headers: Record<string, string>; text: string };

/** What a request is about, for the transcript. */
export type Subject = { about: string; payment: string | undefined };

export type Core = ReturnType<typeof emulatorCore>;

/** Klarna's error envelope. */
export const refusal = (status: number, error_code: string): KlarnaAnswer => ({
  status,
  body: { error_code, error_messages: ['simulated'], correlation_id: '00000000-0000-4000-8000-000000000000' },
});
