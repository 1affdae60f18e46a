import { createHash } from 'node:crypto';

/** The JSON object in these bytes, whatever their content type says. */
export function parseJson(bytes: Uint8Array): object | 'empty' | 'unreadable' {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim();
    const body: unknown = text === '' ? 'empty' : JSON.parse(text);
    if (body === null || body === 'empty') return 'empty';
    return typeof body === 'object' ? body : 'unreadable';
  } catch {
    return 'unreadable';
  }
}

/** A hash of 22 characters (132 bits of SHA-256) that distinguishes two values and cannot be reversed. */
export const shortHash = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
