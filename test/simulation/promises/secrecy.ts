import type { BrokenPromise } from '../transcript.ts';
import type { World } from '../world.ts';

/** Nothing that was stored, logged, published or answered holds a token, a key or a shopper's identity in clear text. */
export function secrecy({ surroundings }: World): BrokenPromise[] {
  const { klarna, callbackKeys, texts, bus } = surroundings;
  const { controls } = klarna.core;
  const urlSecrets = klarna.callbacks.map(({ callback }) => new URL(callback.url).pathname.split('/')[4] ?? '');
  const secrets = new Map([
    ...controls.authorizations().map(({ token }) => [token, 'an authorization token'] as const),
    ...controls.customerTokens().map(({ token_id }) => [token_id, 'a customer token'] as const),
    ...urlSecrets
      .filter((secret) => secret.length > 20)
      .map((secret) => [secret, 'the secret of a callback URL'] as const),
    [callbackKeys.first, 'a callback key'],
    [callbackKeys.second, 'a callback key'],
    [klarna.account.password, "Klarna's password"],
    ['19870815-8493', 'an identity number'],
    ['Grace Hopper', "a shopper's name"],
  ]);
  const written = [...texts, ...bus.events.map(({ entry }) => entry.Detail ?? '')].join('\n');
  return [...secrets]
    .filter(([secret]) => [secret, Buffer.from(secret).toString('base64')].some((form) => written.includes(form)))
    .map(([, name]) => ({ promise: 'no secret in clear text', text: `${name} was written` }));
}
