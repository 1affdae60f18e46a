#!/usr/bin/env node
import { main } from './main.ts';

const stopped = new AbortController();
process.once('SIGINT', () => stopped.abort());
process.once('SIGTERM', () => stopped.abort());
process.stdout.on('error', () => process.exit()); // the reader closed the pipe, as `| head` does

const { NO_COLOR, TERM } = process.env;
const { stdout, stderr, code } = await main(process.argv.slice(2), process.env, {
  print: (text) => void process.stdout.write(`${text}\n`),
  colours: process.stdout.isTTY === true && !NO_COLOR && TERM !== 'dumb',
  stopped: stopped.signal,
});
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode ||= code;
