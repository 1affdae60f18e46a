import { createHash } from 'node:crypto';
import * as z from 'zod/mini';

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

/** A JSON value as text that is the same for the same value, however its fields were ordered (RFC 8785). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, each]) => `${JSON.stringify(name)}:${canonicalJson(each)}`).join()}}`;
}

/** A hash of 22 characters (132 bits of SHA-256) that distinguishes two values and cannot be reversed. */
export const shortHash = (value: string | object): string =>
  createHash('sha256')
    .update(typeof value === 'string' ? value : JSON.stringify(value))
    .digest('base64url')
    .slice(0, 22);

/** Printable ASCII without braces: an id with a brace is a placeholder that Klarna did not fill in. */
const opaque = (longest: number) =>
  z.catch(z.optional(z.string().check(z.maxLength(longest), z.regex(/^[!-z|~]+$/))), undefined);

/** Ids are opaque, at most 255 characters. */
export const id = opaque(255);

/** Tokens are opaque too, at most 1024 characters. */
export const token = opaque(1024);

/** Half of a surrogate pair is no character: neither DynamoDB nor EventBridge takes it. */
export const wellFormed = z.refine<string>((text) => text.isWellFormed(), { error: 'is not well-formed Unicode' });

/** The merchant's own text, at most 255 characters. */
export const reference = z.catch(z.optional(z.string().check(z.minLength(1), z.maxLength(255), wellFormed)), undefined);

/** One of Klarna's words, known or not; they are far shorter than 64 characters. */
export const word = opaque(64);

const inUtc = (text: string) => new Date(text).toISOString();

/** ISO 8601 with a date and a time, converted to UTC and milliseconds so that times compare as text. */
export const time = z.catch(
  z.optional(
    z.pipe(
      z.string().check(
        z.regex(/^\d{4}-\d\d-\d\dT/),
        z.refine((text) => !Number.isNaN(Date.parse(text)) && /^\d{4}-/.test(inUtc(text))), // not +010000-01-01
      ),
      z.transform(inUtc),
    ),
  ),
  undefined,
);
