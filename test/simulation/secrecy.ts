import type { Broken } from './story.ts';
import type { World } from './world.ts';

/** No token, key or identity of a shopper stands in clear in anything that was written, logged, published or answered. */
export function secrecy({ around }: World): Broken[] {
  const { klarna, keys, texts, bus } = around;
  const { controls } = klarna.desk;
  const urls = klarna.letters.map(({ letter }) => new URL(letter.url).pathname.split('/')[4] ?? '');
  const secrets = new Map([
    ...controls.authorizations().map(({ token }) => [token, 'an authorization token'] as const),
    ...controls.customerTokens().map(({ token_id }) => [token_id, 'a customer token'] as const),
    ...urls.filter((secret) => secret.length > 20).map((secret) => [secret, 'the secret of a callback URL'] as const),
    [keys.first, 'a callback key'],
    [keys.second, 'a callback key'],
    [klarna.account.password, "Klarna's password"],
    ['19870815-8493', 'an identity number'],
    ['Grace Hopper', "a shopper's name"],
  ]);
  const written = [...texts, ...bus.events.map(({ entry }) => entry.Detail ?? '')].join('\n');
  return [...secrets]
    .filter(([secret]) => [secret, Buffer.from(secret).toString('base64')].some((form) => written.includes(form)))
    .map(([, name]) => ({ invariant: 'no secret in clear', says: `${name} was written` }));
}
