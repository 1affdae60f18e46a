/** A request to the emulator: its path has no query, its header names are in lower case. */
export type EmulatorRequest = {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  text: string;
};

export const klarnaIdempotencyKey = ({ headers }: EmulatorRequest) => headers['klarna-idempotency-key']?.toString();

/** The JSON body, undefined where it is unreadable. */
export function jsonBody({ text }: EmulatorRequest): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
