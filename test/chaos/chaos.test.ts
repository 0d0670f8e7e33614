/** A short run of `npm run chaos`: a real switch, many clients, two kills. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const script = join(import.meta.dirname, '../../scripts/chaos.ts');

test('killed twice under load, it loses nothing and pays nothing twice', { timeout: 400_000 }, async () => {
  const child = spawn(process.execPath, [script, '--kills', '2', '--seconds', '6'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  expect(last, output).toMatch(/^\{/);
  const { acked, ...rest } = JSON.parse(last);
  expect(rest, output).toEqual({ missing: 0, duplicated: 0, open: 0, clearing: 0, kills: 2, ok: true });
  expect(acked).toBeGreaterThan(50);
  expect(code).toBe(0);
});
