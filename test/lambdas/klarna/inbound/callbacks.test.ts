import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { CallbackKind } from '../../../../lambdas/klarna/inbound/callback-url.ts';
import { type Reading, readCallback } from '../../../../lambdas/klarna/inbound/callbacks.ts';

const observedAt = '2026-11-22T10:00:00.000Z';

const bytes = (body: unknown) => {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
};

const read = (
  kind: CallbackKind,
  body: unknown,
  more: { query?: Record<string, string>; observedAt?: string } = {},
): Reading => readCallback({ kind, body: bytes(body), query: {}, observedAt, ...more });

const session = (fields: object) => ({
  event_id: 'e-1',
  session: { session_id: 'hpp-1', status: 'IN_PROGRESS', updated_at: '2026-11-22T09:59:58.5Z', ...fields },
});

/** What Klarna documents, as it documents it. */
const samples: { name: string; kind: CallbackKind; body: unknown }[] = JSON.parse(
  readFileSync(new URL('./klarna-callbacks.json', import.meta.url), 'utf8'),
);

describe('bodies from Klarna’s documentation', () => {
  const sample = (name: string) => {
    const found = samples.find((one) => one.name === name);
    if (!found) throw new Error(`no sample ${name}`);
    return read(found.kind, found.body === null ? '' : found.body);
  };

  test('are seven, and each is understood or empty', () => {
    expect(samples.map(({ name }) => sample(name).understood)).toEqual([
      'read',
      'read',
      'read',
      'read',
      'read',
      'read',
      'empty',
    ]);
  });

  test('of a shopper who arrives', () => {
    const { report, eventId } = sample('shopper arrives');
    expect(eventId).toBe('270b2adc-35a4-4524-800a-a5d2b8a96a2c');
    expect(report).toMatchObject({
      source: 'status_update',
      verifiedBy: 'url_secret',
      word: 'IN_PROGRESS',
      at: '2019-05-13T14:51:46.288Z',
      observedAt,
      facts: { hpp_session_id: '35bde117-ce5f-774f-9bcb-ec514a0963ad', expires_at: '2019-05-15T13:51:43.507Z' },
      statement: { pspStatus: 'IN_PROGRESS', about: 'session', meaning: { state: 'WAITING', stage: 'in_progress' } },
    });
    expect(report.readRequest).toBeUndefined();
  });

  test('of a completion with NONE brings the token and requests no read', () => {
    const { report, token } = sample('completed, place_order_mode NONE');
    expect(token).toBe('a1a8f727-2756-6058-bd3c-40069be0994b');
    expect(report.readRequest).toBeUndefined();
    expect(report.facts.order_id).toBeUndefined();
  });

  test('of a completion with an order requests a read of the order', () => {
    const { report, token } = sample('completed, PLACE_ORDER or CAPTURE_ORDER');
    expect(token).toBeUndefined();
    expect(report.readRequest).toBe('order');
    expect(report.facts).toMatchObject({
      order_id: 'a1a8f727-2756-6058-bd3c-40069be0994b',
      klarna: { klarna_reference: 'X438HG0Q', at: expect.any(String) },
    });
  });

  test('of a completion with token and order keeps both', () => {
    const { report, token } = sample("completed as a public integrator's test holds it: token and order id together");
    expect(token).toBe('a1a8f727-2756-6058-bd3c-40069be0994b');
    expect(report.readRequest).toBe('order');
  });

  test('of an authorization moves the stage, not the session, and requests a read of the session', () => {
    const { report, token } = sample('authorization granted');
    expect(token).toBe('1eddf502-f3a0-45bf-b1fd-f2e3a2758200');
    expect(report).toMatchObject({
      word: 'authorization',
      at: observedAt,
      facts: { kp_session_id: 'e4b81ca2-0aae-4c16-bcb2-29a0a088a35b' },
      statement: { pspStatus: 'COMPLETED', about: 'stage', meaning: { final: false, stage: 'authorized' } },
      readRequest: 'session',
    });
  });

  test('of a risk decision is not believed and requests a read of the order', () => {
    const { report } = sample('risk accepted');
    expect(report).toMatchObject({
      word: 'FRAUD_RISK_ACCEPTED',
      readRequest: 'order',
      facts: {},
      hintedOrderId: 'de305d54-75b4-431b-adb2-eb6b9e546014',
    });
    expect(report.statement).toBeUndefined();
  });

  test('of a retry without a body requests a read of the session', () => {
    const { report } = sample('retry with an empty body');
    expect(report.readRequest).toBe('session');
    expect(report.statement).toBeUndefined();
  });
});

describe('the id of a report', () => {
  const id = (...callback: Parameters<typeof read>) => read(...callback).report.id;

  test('is the same for equal callbacks, whenever they arrive', () => {
    const later = { observedAt: '2026-11-22T10:09:00.000Z' };
    expect(id('status_update', session({}), later)).toBe(id('status_update', session({})));
    const granted = { authorization_token: 't', session_id: 's' };
    expect(id('authorization', granted, later)).toBe(id('authorization', granted));
    const risk = { order_id: 'o', event_type: 'FRAUD_RISK_ACCEPTED' };
    expect(id('notification', risk, later)).toBe(id('notification', risk));
    expect(id('push', '', { query: { order: 'o' }, ...later })).toBe(id('push', '', { query: { order: 'o' } }));
  });

  test('differs with the event, word, time, order or token, even under one event_id', () => {
    const ids = [
      id('status_update', session({})),
      id('status_update', { ...session({}), event_id: 'e-2' }),
      id('status_update', session({ status: 'FAILED' })),
      id('status_update', session({ updated_at: '2026-11-22T09:59:59Z' })),
      id('status_update', session({ session_id: 'hpp-2' })),
      id('status_update', session({ order_id: 'o' })),
      id('status_update', session({ authorization_token: 't' })),
      id('status_update', session({ klarna_reference: 'r' })),
      id('status_update', session({ expires_at: '2026-11-24T00:00:00Z' })),
      id('authorization', { authorization_token: 't', session_id: 's' }),
      id('authorization', { authorization_token: 't' }),
      id('authorization', { authorization_token: 'u' }),
      id('notification', { order_id: 'o', event_type: 'A' }),
      id('notification', { order_id: 'o', event_type: 'B' }),
      id('push', '', { query: { order: 'o' } }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('differs with the authorization token of the same session', () => {
    expect(id('authorization', { authorization_token: 'a', session_id: 's' })).not.toBe(
      id('authorization', { authorization_token: 'b', session_id: 's' }),
    );
  });

  test('differs for each empty body: the next one may mean something else', () => {
    expect(id('status_update', '')).not.toBe(id('status_update', '', { observedAt: '2026-11-22T10:00:01.000Z' }));
  });

  test('does not show the token', () => {
    expect(id('authorization', { authorization_token: 'tell-no-one' })).not.toContain('tell-no-one');
  });
});

describe('an empty body', () => {
  const emptyBodies = [
    ['no body', ''],
    ['blanks', ' \r\n\t'],
    ['null', 'null'],
  ] as const;

  test.each(emptyBodies)('(%s) requests a read and is no error', (_, body) => {
    for (const [kind, target] of [
      ['status_update', 'session'],
      ['authorization', 'session'],
      ['notification', 'order'],
      ['push', 'order'],
    ] as const) {
      const { report, understood, token } = read(kind, body);
      expect({
        understood,
        readRequest: report.readRequest,
        statement: report.statement,
        facts: report.facts,
        token,
      }).toEqual({
        understood: 'empty',
        readRequest: target,
        facts: {},
        statement: undefined,
        token: undefined,
      });
    }
  });
});

describe('an unreadable body', () => {
  const unreadable = [
    ['half a document', '{"session": {'],
    ['a number', '7'],
    ['a string', '"COMPLETED"'],
    ['a list', '[{"session": {}}]'],
    ['a form', 'status=COMPLETED'],
    ['no session', { event_id: 'e' }],
    ['a session that is a list', { session: [] }],
    ['invalid UTF-8', Buffer.from(JSON.stringify(session({ tomorrow: '\u00ff' })), 'latin1')],
    ['a very deep list', '['.repeat(60_000)],
  ] as const;

  test.each(unreadable)('(%s) requests a read', (_, body) => {
    const { report, understood } = read('status_update', body);
    expect(understood).toBe('unreadable');
    expect(report.readRequest).toBe('session');
    expect(report.statement).toBeUndefined();
  });

  test('of a status_update without a status or a time keeps its ids and requests a read', () => {
    for (const broken of [
      { status: undefined },
      { updated_at: undefined },
      { updated_at: 'yesterday' },
      { updated_at: '22 Nov 2026 10:00 UTC' },
      { updated_at: 7 },
      { updated_at: '2026-13-45T00:00:00Z' },
    ]) {
      const { report, understood, token } = read(
        'status_update',
        session({ order_id: 'o', authorization_token: 't', ...broken }),
      );
      expect(understood).toBe('unreadable');
      expect(report).toMatchObject({ readRequest: 'session', facts: { hpp_session_id: 'hpp-1', order_id: 'o' } });
      expect(report.statement).toBeUndefined();
      expect(token).toBe('t');
    }
  });

  test('is another report than another one of the same moment', () => {
    const id = (order_id: string) => read('status_update', session({ status: undefined, order_id })).report.id;
    expect(id('a')).not.toBe(id('b'));
  });

  test('of an authorization or a notification keeps its ids', () => {
    const granted = { session_id: 's', merchant_reference1: 'm', authorization_token: 'x'.repeat(1025) };
    expect(read('authorization', granted)).toMatchObject({
      understood: 'unreadable',
      report: {
        readRequest: 'session',
        facts: { kp_session_id: 's', merchant: { merchant_reference1: 'm', at: observedAt } },
      },
    });
    expect(read('notification', { order_id: 'o' }).report).toMatchObject({ readRequest: 'order', hintedOrderId: 'o' });
  });

  test('of an authorization without a token requests a read', () => {
    expect(read('authorization', { session_id: 's' })).toMatchObject({
      understood: 'unreadable',
      report: { readRequest: 'session' },
    });
  });

  test('of a notification without an event requests a read', () => {
    expect(read('notification', { order_id: 'o' })).toMatchObject({
      understood: 'unreadable',
      report: { readRequest: 'order' },
    });
  });
});

describe('changes that Klarna may make', () => {
  test('an unknown session word is published unchanged and requests a read', () => {
    const { report, understood } = read('status_update', session({ status: 'ALMOST_THERE' }));
    expect(understood).toBe('unknown_word');
    expect(report).toMatchObject({
      word: 'ALMOST_THERE',
      readRequest: 'session',
      statement: { pspStatus: 'ALMOST_THERE', meaning: { state: 'WAITING', final: false } },
    });
  });

  test('an unknown event type requests a read of the order', () => {
    const { report, understood } = read('notification', { order_id: 'o', event_type: 'FRAUD_RISK_PONDERED' });
    expect(understood).toBe('unknown_word');
    expect(report).toMatchObject({ word: 'FRAUD_RISK_PONDERED', readRequest: 'order' });
  });

  test('unknown fields are ignored, and personal data is not read', () => {
    const reading = read(
      'status_update',
      session({
        customer: { date_of_birth: '1987-08-15', national_identification_number: '19870815-84932' },
        tomorrow: 1,
      }),
    );
    expect(reading.understood).toBe('read');
    expect(JSON.stringify(reading)).not.toMatch(/1987|date_of_birth|tomorrow/);
  });

  test('a field of the wrong type is left out, and the others are read', () => {
    const { report, understood } = read(
      'status_update',
      session({ order_id: 7, klarna_reference: { a: 1 }, expires_at: 'soon' }),
    );
    expect(understood).toBe('read');
    expect(report.facts).toEqual({ hpp_session_id: 'hpp-1' });
  });

  test('a field named __proto__ changes nothing', () => {
    const { report } = read(
      'status_update',
      '{"__proto__":{"order_id":"x"},"session":{"__proto__":{"order_id":"x"},"status":"BACK","updated_at":"2026-11-22T10:00:00Z"}}',
    );
    expect(report.facts.order_id).toBeUndefined();
    expect(Object.prototype).not.toHaveProperty('order_id');
  });

  test('a completion with neither token nor order requests a read of the session', () => {
    expect(read('status_update', session({ status: 'COMPLETED' })).report.readRequest).toBe('session');
  });

  test('merchant references of an authorization are kept', () => {
    const { report } = read('authorization', {
      authorization_token: 't',
      merchant_reference1: 'Bestellung 7 €',
      merchant_reference2: 'r2',
    });
    expect(report.facts.merchant).toMatchObject({ merchant_reference1: 'Bestellung 7 €', merchant_reference2: 'r2' });
  });

  test('a byte order mark is ignored', () => {
    expect(read('status_update', `\uFEFF${JSON.stringify(session({}))}`).understood).toBe('read');
  });
});

describe('a placeholder that Klarna did not fill in', () => {
  test.each(['{order.id}', '{{order_id}}', '{{session_id}}', '{checkout.order.id}'])('(%s) is no id', (literal) => {
    expect(read('push', '', { query: { order: literal } }).report).toMatchObject({
      readRequest: 'order',
      hintedOrderId: undefined,
      facts: {},
    });
    expect(
      read('status_update', session({ session_id: literal, order_id: literal, authorization_token: literal })).report
        .facts.hpp_session_id,
    ).toBeUndefined();
    expect(
      read('notification', { order_id: literal, event_type: 'FRAUD_RISK_ACCEPTED' }).report.hintedOrderId,
    ).toBeUndefined();
    expect(read('authorization', { authorization_token: literal }).token).toBeUndefined();
  });
});

describe('bounds', () => {
  const long = (length: number) => 'x'.repeat(length);

  test('ids of up to 255, tokens of up to 1024 and words of up to 64 characters are read, longer ones are not', () => {
    const widest = read(
      'status_update',
      session({ session_id: long(255), status: long(64), authorization_token: long(1024) }),
    );
    expect(widest.report).toMatchObject({ word: long(64), facts: { hpp_session_id: long(255) } });
    expect(widest.token).toHaveLength(1024);
    const wider = read('status_update', session({ session_id: long(256), authorization_token: long(1025) }));
    expect(wider.report.facts.hpp_session_id).toBeUndefined();
    expect(wider.token).toBeUndefined();
    expect(read('status_update', session({ status: long(65) })).understood).toBe('unreadable');
  });

  test('merchant references of 1 to 255 characters are read', () => {
    const referenceOf = (reference: string) =>
      read('authorization', { authorization_token: 't', merchant_reference1: reference }).report.facts.merchant
        ?.merchant_reference1;
    expect([referenceOf('x'), referenceOf(long(255))]).toEqual(['x', long(255)]);
    expect([referenceOf(''), referenceOf(long(256))]).toEqual([undefined, undefined]);
  });

  test('ids and words are printable ASCII without blanks', () => {
    expect(read('status_update', session({ status: 'FAI LED' })).understood).toBe('unreadable');
    expect(read('status_update', session({ session_id: 'a\u0000b' })).report.facts.hpp_session_id).toBeUndefined();
    expect(read('status_update', session({ session_id: '' })).report.facts.hpp_session_id).toBeUndefined();
  });
});

describe('times', () => {
  test.each([
    ['2026-11-22T09:59:58Z', '2026-11-22T09:59:58.000Z'],
    ['2026-11-22T10:59:58.1234567+01:00', '2026-11-22T09:59:58.123Z'],
  ])('%s is converted to UTC and milliseconds', (given, converted) => {
    expect(read('status_update', session({ updated_at: given, expires_at: given })).report).toMatchObject({
      at: converted,
      facts: { expires_at: converted },
    });
  });
});
