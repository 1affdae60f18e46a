import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ofType, resources, said } from '../cdk/synthesised.ts';
import { page, table } from '../support/markdown.ts';

const operations = page('docs/operations.md');
const alarms = table(operations, 'alarm');
const shell = [...operations.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text);
/** Commands in fences and in the running text. */
const commands = [...shell, ...[...operations.matchAll(/`((?:aws|npx|curl) [^`]*)`/g)].map(([, text = '']) => text)];
const named = (pattern: RegExp) => [
  ...new Set(commands.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name))),
];
const handlers = new URL('../../lambdas/handlers/', import.meta.url);
const handlerCode = readdirSync(handlers)
  .map((name) => readFileSync(new URL(name, handlers), 'utf8'))
  .join('\n');

test('docs/operations.md says of every alarm of the template, and of no other, what it means and who is hurt', () => {
  const deployed = ofType('AWS::CloudWatch::Alarm').map(([id, { Properties }]) => {
    const text = String(Properties.AlarmDescription).replace(/^[\w-]+: /, '');
    return [id.replace(/^RelayAlarms/, ''), text];
  });
  const explained = alarms.map((row) => [row.alarm, `${row['what it means']}. ${row['who is hurt']}`]);
  expect(Object.fromEntries(explained)).toEqual(Object.fromEntries(deployed));
});

test('docs/operations.md says of every alarm what to do, and links lead to a heading', () => {
  expect(alarms.filter((row) => (row['what to do'] ?? '').length < 10)).toEqual([]);
  const anchors = [...operations.matchAll(/^## (.*)$/gm)].map(([, title = '']) =>
    title.toLowerCase().replaceAll(' ', '-'),
  );
  const links = [...operations.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor]) => anchor);
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter((anchor) => !anchors.includes(anchor ?? ''))).toEqual([]);
});

describe('the commands of docs/operations.md', () => {
  test.each(shell)('are a shell’s: %#', (text) => {
    expect(spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });

  test('name resources that are in the template', () => {
    const names = named(/\$\(resource (\w+)\)/g);
    expect(names).toContain('RelayPayments');
    expect(names.filter((name) => !resources[name ?? ''])).toEqual([]);
  });

  test('name metrics that alarms or the dashboard look at', () => {
    const watched = JSON.stringify([
      ofType('AWS::CloudWatch::Alarm'),
      said(ofType('AWS::CloudWatch::Dashboard')[0]?.[1].Properties.DashboardBody),
    ]);
    const names = [
      ...named(/--metric-name (\w+)/g),
      ...named(/for metric in ([\w ]+);/g).flatMap((list) => list?.split(' ')),
    ];
    expect(names).toContain('LearnedByReading');
    expect(names.filter((name) => !watched.includes(`${name}`))).toEqual([]);
  });

  test('name indexes that the payments table has', () => {
    expect(named(/--index-name (\w+)/g)).toEqual(['due']);
    expect(JSON.stringify(resources.RelayPayments?.Properties.GlobalSecondaryIndexes)).toContain('"IndexName":"due"');
  });

  test('name commands that the command line has', () => {
    const main = page('cli/main.ts');
    expect(named(/npx klarna-relay (\w+)/g).filter((name) => !main.includes(`'${name}',`))).toEqual([]);
  });
});

test('docs/operations.md looks for log lines and fields that the functions write', () => {
  const messages = [...operations.matchAll(/message = "([\w ]+)"/g)].map(([, message]) => message);
  expect(messages).toContain('duty');
  expect(messages.filter((message) => !handlerCode.includes(`message: '${message}'`))).toEqual([]);
  const [, listed = ''] = /\nfields (.*?) \|/.exec(operations) ?? [];
  const fields = listed.split(', ').filter((field) => !field.startsWith('@'));
  expect(fields).toContain('outcome');
  expect(fields.filter((field) => !new RegExp(`\\b${field}\\b`).test(handlerCode))).toEqual([]);
});

test('docs/operations.md names routes that the API has', () => {
  const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties.RouteKey);
  const told = [...operations.matchAll(/`((?:GET|POST) \/[^`]*)`/g)].map(([, route]) => route);
  expect(told.length).toBeGreaterThan(3);
  expect(told.filter((route) => !routes.includes(route))).toEqual([]);
});

test('docs/operations.md knows every queue', () => {
  for (const [queue] of ofType('AWS::SQS::Queue')) expect(operations).toContain(`\`${queue.replace(/^Relay/, '')}\``);
});
