import type { Chance } from '../../deterministic/chance.ts';
import type { NetworkAnswer } from './network-answer.ts';

const html = '<!doctype html><html><title>Attention required</title><p>Please try again.</p></html>';
const bodies = [html, '', '{"message":"Not Found"}', '{"error":{"reason":"blocked"}}', 'upstream error'] as const;
const json = { 'content-type': 'application/json' };

/**
 * A page of a gateway, a proxy or a filter between Klarna and us. It has a status of its own and never Klarna's envelope. Only where
 * Klarna's answer has to have a content may a success be false.
 */
export function gatewayPage(
  chance: Chance,
  { method, path }: { method: string; path: string },
): Exclude<NetworkAnswer, 'none'> {
  const mayLie = method === 'GET' || /sessions|authorizations|tokens/.test(path);
  if (mayLie && chance.happens(0.25)) return falseSuccess(chance);
  const status = chance.pick([400, 403, 404, 404, 410, 413, 451, 500, 502, 301, 302]);
  const headers = status < 400 ? { location: 'https://klarna.example/login' } : undefined;
  return { status, text: chance.pick(bodies), ...(headers && { headers }) };
}

/** HTML, a cut body, or the body of another endpoint. */
function falseSuccess(chance: Chance): Exclude<NetworkAnswer, 'none'> {
  const text = chance.pick([
    html,
    '{"order_id":"5b6b1d5c-31a2-4f5e-9f5d-',
    '',
    JSON.stringify({ payment_method_type: 'INVOICE', status: 'ACTIVE' }),
    JSON.stringify({ client_token: 'x', payment_method_categories: [{ identifier: 'pay_later', name: 'Pay later' }] }),
  ]);
  return { status: 200, text, headers: json };
}
