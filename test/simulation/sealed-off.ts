import crypto, { createCipheriv, KeyObject, publicEncrypt, type webcrypto } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import zlib, { gunzipSync, gzipSync } from 'node:zlib';
import type { Chance } from './chance.ts';
import type { Clock } from './clock.ts';

/** The run that this thread is in: its time and its chance. One at a time. */
let inside: { clock: Clock; chance: Chance } | undefined;

const run = () => {
  if (!inside) throw new Error('outside of a run');
  return inside;
};

export const enter = (clock: Clock, chance: Chance) => {
  inside = { clock, chance };
};

/**
 * Shuts a thread off from real time, real chance and other threads, for good: whatever asks for a pause or a UUID gets the run's;
 * who asks for the time or for chance in a way that nobody can steer is told so. Compressing and encrypting, which Node gives
 * to other threads, is done at once by the same algorithms, so that the order of events hangs on nothing but the seed.
 */
export function sealOff(): void {
  timers.setTimeout = pause;
  crypto.randomUUID = () => run().chance.uuid();
  Object.assign(zlib, {
    gzip: (bytes: string, done: (error: null, zipped: Buffer) => void) => done(null, gzipSync(bytes, { level: 1 })),
    gunzip: (bytes: Buffer, done: (error: null, text: Buffer) => void) => done(null, gunzipSync(bytes)),
  });
  syncBuiltinESMExports();
  AbortSignal.timeout = () => new AbortController().signal;
  Object.assign(globalThis.crypto.subtle, { importKey, encrypt });
  const forbidden = (what: string) => () => {
    throw new Error(`${what} in a simulation`);
  };
  Math.random = forbidden('Math.random');
  Date.now = forbidden('Date.now');
  globalThis.Date = new Proxy(Date, {
    construct: (real, given, as) =>
      given.length === 0 ? forbidden('new Date()')() : Reflect.construct(real, given, as),
  });
  Object.assign(globalThis, { setTimeout: forbidden('setTimeout'), setInterval: forbidden('setInterval') });
}

function pause<Value>(ms = 1, value?: Value, { signal }: { signal?: AbortSignal } = {}): Promise<Value> {
  return new Promise((resolve, reject) => {
    const { clock } = run();
    const takeBack = clock.at(clock.now() + ms, () => resolve(value as Value));
    signal?.addEventListener('abort', () => {
      takeBack();
      reject(signal.reason);
    });
  });
}

type RawKey = { raw: Uint8Array };
const importKey = async (_: 'raw', raw: Uint8Array): Promise<RawKey> => ({ raw });

type Gcm = { name: 'AES-GCM'; iv: Uint8Array; additionalData: Uint8Array };

/** What jose asks of WebCrypto, without its threads. */
async function encrypt(
  how: Gcm | { name: 'RSA-OAEP' },
  key: RawKey | webcrypto.CryptoKey,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  if (!('raw' in key)) return publicEncrypt({ key: KeyObject.from(key), oaepHash: 'sha256' }, bytes);
  if (how.name !== 'AES-GCM') throw new Error(`${how.name} in a simulation`);
  const cipher = createCipheriv('aes-256-gcm', key.raw, how.iv).setAAD(how.additionalData);
  return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}
