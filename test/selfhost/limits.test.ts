/** What workerd does by itself with requests that never end; the switch relies on it. */
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cleanUp, newState, prepareStates, type Started, start } from './harness.ts';

let running: Started;
beforeAll(async () => {
  await prepareStates();
  running = await start(newState());
});
afterAll(cleanUp);

/** The first line of the answer to a text sent as it is; empty when the connection just ends. */
function firstLine(text: string): Promise<string> {
  const { hostname, port } = new URL(running.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
      socket.end();
    });
    // Closed while it is still being sent: that is an end, too.
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer.split('\r\n')[0] ?? ''));
    socket.write(text);
  });
}
const request = (path: string, headers: string) => `GET ${path} HTTP/1.1\r\nhost: switch\r\n${headers}\r\n`;

test('an address of a hundred kilobytes is refused', async () => {
  expect(await firstLine(request(`/?${'x'.repeat(100_000)}`, ''))).toMatch(/^HTTP\/1\.1 414 /);
});

test.each([
  ['a header of a megabyte', `x: ${'y'.repeat(1_000_000)}\r\n`],
  ['a hundred thousand headers', 'x: y\r\n'.repeat(100_000)],
])('%s is refused', async (_, headers) => {
  expect(await firstLine(request('/', headers))).toMatch(/^(?:HTTP\/1\.1 431 |$)/);
});

test('and the next caller is served', async () => {
  expect(await firstLine(request('/', ''))).toMatch(/^HTTP\/1\.1 \d{3} /);
});
