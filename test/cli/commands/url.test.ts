import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, test } from 'vitest';
import { url } from '../../../cli/commands/url.ts';
import { Misuse } from '../../../cli/misuse.ts';
import { callbackUrl } from '../../../lambdas/klarna/inbound/callback-url.ts';
import { paymentIdOf } from '../../support/builders/reports.ts';

const key = 'k'.repeat(43);
const expected = callbackUrl({ base: 'https://r.example', kind: 'push', payment: paymentIdOf('order-1'), key });

describe('for a deployment', () => {
  test('the key in the environment mints what the relay accepts', async () => {
    const env = { KLARNA_RELAY_KEY: key };
    expect(await url(['push', 'order-1', '--base', 'https://r.example/'], env)).toBe(`${expected}\n`);
    expect(await url(['push', 'order-1'], { ...env, KLARNA_RELAY_BASE: 'https://r.example' })).toBe(`${expected}\n`);
    expect(
      await url(['push', 'order-1', '--base', 'https://r.example'], { KLARNA_RELAY_KEY: `{"current":"${key}"}` }),
    ).toBe(`${expected}\n`);
    const other = { ...env, KLARNA_RELAY_BASE: 'https://other.example' };
    expect(await url(['push', 'order-1', '--base', 'https://r.example'], other)).toBe(`${expected}\n`);
  });

  test('the key in Secrets Manager is read with the caller’s credentials', async () => {
    const aws = mockClient(SecretsManagerClient);
    aws
      .on(GetSecretValueCommand, { SecretId: 'callbacks' })
      .resolves({ SecretString: JSON.stringify({ current: key }) });
    const words = ['push', 'order-1', '--base', 'https://r.example', '--secret', 'callbacks', '--json'];
    expect(JSON.parse(await url(words, { AWS_REGION: 'eu-central-1' }))).toEqual({
      kind: 'push',
      payment: 'order-1',
      url: expected,
    });
  });
});

describe('for the local run', () => {
  test('the local run mints it', async () => {
    const local = createServer(async (request, answer) => {
      answer.end(JSON.stringify({ url: `minted for ${await text(request)} at ${request.url}` }));
    });
    await new Promise<void>((listening) => local.listen(0, '127.0.0.1', listening));
    const PORT = String((local.address() as AddressInfo).port);
    expect(await url(['push', 'order-1'], { PORT })).toBe(
      'minted for {"kind":"push","payment":"order-1"} at /local/url\n',
    );
    local.close();
  });

  test('without a local run the error names a way out', async () => {
    await expect(url(['push', 'order-1'], { PORT: '1' })).rejects.toThrow(
      'npm start, or name a deployment with --base',
    );
  });
});

test.each([
  [['nothing', 'order-1'], 'kind: nothing; one of status_update'],
  [[], 'kind: missing'],
  [['push'], 'payment:'],
  [['push', 'a/b'], 'payment:'],
  [['push', 'a', 'b'], 'payment:'],
  [['push', 'a', '--bass', 'x'], '--bass'],
  [['push', 'a', '--base', 'https://r.example'], '--secret or KLARNA_RELAY_KEY'],
])('%j is refused by name', async (args, message) => {
  const refused = await url(args, {}).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Misuse);
  expect(refused).toMatchObject({ message: expect.stringContaining(message) });
});

test('its help names its options', async () => {
  expect(await url(['--help'], {})).toContain('--secret ID');
});
