/** A short run of `npm run chaos`: a real switch, many clients, two kills. Its record can be judged again. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isSound, judge } from '../../scripts/chaos/judge.ts';

const script = join(import.meta.dirname, '../../scripts/chaos.ts');

test('killed twice under load, it loses nothing and pays nothing twice', { timeout: 700_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tolom-chaos-record-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const record = join(folder, 'record.json');
  const child = spawn(process.execPath, [script, '--kills', '2', '--seconds', '6', '--record', record], {
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

  // The same, had one of its payments been lost: the judge goes by what it is shown.
  const found = JSON.parse(readFileSync(record, 'utf8'));
  expect(isSound(judge(found))).toBe(true);
  const [lost] = found.payments.splice(0, 1);
  const verdict = judge(found);
  expect(verdict.problems.join('\n')).toContain(lost.id);
  expect(isSound(verdict)).toBe(false);
});
