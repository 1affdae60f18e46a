import { expect, test } from 'vitest';
import { parseTemplate } from '../../../local/cloud/template.ts';
import { limitsIn, throttle } from '../../../local/gateway/throttle.ts';
import { synthesisedOnce } from '../../support/engines/template.ts';

const limits = limitsIn(parseTemplate(await synthesisedOnce()));

test('Klarna’s callbacks and the merchant’s routes have the limits of the template', () => {
  expect(limits('POST /callbacks/{kind}/{payment}/{secret}')).toEqual({ rate: 500, burst: 1000 });
  expect(limits('POST /payments')).toEqual({ rate: 50, burst: 100 });
});

test('a template without limits lets everything through', () => {
  expect(limitsIn(parseTemplate({ Resources: {} }))('POST /payments')).toBeUndefined();
  expect(throttle(() => undefined)('any')).toBe(true);
});

test('a route admits its burst at once and then its rate, whatever other routes use', () => {
  let ms = 0;
  const admits = throttle(
    (route) => (route === 'a' ? { rate: 10, burst: 3 } : { rate: 1, burst: 1 }),
    () => ms,
  );
  const admitted = (route: string, count: number) =>
    Array.from({ length: count }, () => admits(route)).filter(Boolean).length;
  expect(admitted('a', 5)).toBe(3);
  expect(admitted('b', 2)).toBe(1);
  ms = 200;
  expect(admitted('a', 5)).toBe(2);
  ms = 10_000;
  expect(admitted('a', 5)).toBe(3);
});
