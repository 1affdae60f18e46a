import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ofType, resources, textOf } from '../cdk/resources.ts';
import { documentTable, documentText } from '../support/checks/documents.ts';

const operations = documentText('docs/operations.md');
const alarms = documentTable(operations, 'alarm');
const shell = [...operations.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text);
/** Commands in code blocks and in sentences. */
const commands = [...shell, ...[...operations.matchAll(/`((?:aws|npx|curl) [^`]*)`/g)].map(([, text = '']) => text)];
const namesIn = (pattern: RegExp) => [
  ...new Set(commands.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name))),
];
const lambdas = new URL('../../lambdas/', import.meta.url);
const code = readdirSync(lambdas, { recursive: true, encoding: 'utf8' })
  .filter((name) => /^(handlers|dependencies|logging)\/.*\.ts$/.test(name))
  .map((name) => readFileSync(new URL(name, lambdas), 'utf8'))
  .join('\n');

test('docs/operations.md says of every alarm of the template, and of no other, what has happened and its impact', () => {
  const deployed = ofType('AWS::CloudWatch::Alarm').map(([id, { Properties }]) => {
    const text = String(Properties.AlarmDescription).replace(/^[\w-]+: /, '');
    return [id.replace(/^RelayAlarms/, ''), text];
  });
  const explained = alarms.map((row) => [row.alarm, `${row['what has happened']} ${row.impact}`]);
  expect(Object.fromEntries(explained)).toEqual(Object.fromEntries(deployed));
});

test('docs/operations.md says of every alarm what to do, and every link leads to a heading', () => {
  expect(alarms.filter((row) => (row['what to do'] ?? '').length < 10)).toEqual([]);
  const anchors = [...operations.matchAll(/^## (.*)$/gm)].map(([, title = '']) =>
    title.toLowerCase().replaceAll(' ', '-'),
  );
  const links = [...operations.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor]) => anchor);
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter((anchor) => !anchors.includes(anchor ?? ''))).toEqual([]);
});

describe('the commands of docs/operations.md', () => {
  test.each(shell)('are valid bash: %#', (text) => {
    expect(spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });

  test('name only resources of the template', () => {
    const names = namesIn(/\$\(resource (\w+)\)/g);
    expect(names).toContain('RelayPayments');
    expect(names.filter((name) => !resources[name ?? ''])).toEqual([]);
  });

  test('name only metrics that alarms or the dashboard watch', () => {
    const watched = JSON.stringify([
      ofType('AWS::CloudWatch::Alarm'),
      textOf(ofType('AWS::CloudWatch::Dashboard')[0]?.[1].Properties.DashboardBody),
    ]);
    const names = [
      ...namesIn(/--metric-name (\w+)/g),
      ...namesIn(/for metric in ([\w ]+);/g).flatMap((list) => list?.split(' ')),
    ];
    expect(names).toContain('LearnedByReading');
    expect(names.filter((name) => !watched.includes(`${name}`))).toEqual([]);
  });

  test('name only indexes of the payments table', () => {
    expect(namesIn(/--index-name (\w+)/g)).toEqual(['due']);
    expect(JSON.stringify(resources.RelayPayments?.Properties.GlobalSecondaryIndexes)).toContain('"IndexName":"due"');
  });

  test('name only commands of the CLI', () => {
    const main = documentText('cli/main.ts');
    expect(namesIn(/npx klarna-relay (\w+)/g).filter((name) => !main.includes(`'${name}',`))).toEqual([]);
  });
});

test('docs/operations.md names only log entries and fields that the functions write', () => {
  const messages = [...operations.matchAll(/message = "([\w ]+)"/g)].map(([, message]) => message);
  expect(messages).toContain('tasks');
  expect(messages.filter((message) => !code.includes(`message: '${message}'`))).toEqual([]);
  const [, listed = ''] = /\nfields (.*?) \|/.exec(operations) ?? [];
  const fields = listed.split(', ').filter((field) => !field.startsWith('@'));
  expect(fields).toContain('outcome');
  expect(fields.filter((field) => !new RegExp(`\\b${field}\\b`).test(code))).toEqual([]);
});

test('docs/operations.md names only routes of the API', () => {
  const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties.RouteKey);
  const mentions = [...operations.matchAll(/`((?:GET|POST) \/[^`]*)`/g)].map(([, route]) => route);
  expect(mentions.length).toBeGreaterThan(3);
  expect(mentions.filter((route) => !routes.includes(route))).toEqual([]);
});

test('docs/operations.md names every queue', () => {
  for (const [queue] of ofType('AWS::SQS::Queue')) expect(operations).toContain(`\`${queue.replace(/^Relay/, '')}\``);
});
