/** docs/recovery.md names tests for each case: they are there, under these names. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const rows = readFileSync(join(root, 'docs/recovery.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!case |-)/.test(line))
  .map((line) =>
    line
      .slice('| '.length, -' |'.length)
      .split(' | ')
      .map((cell) => cell.trim()),
  );

test.each(rows.map(([what = '', , tests = '']) => [what, tests]))('%s', (_, tests) => {
  for (const one of tests.split('<br>')) {
    const [, file, name] = /^`(test\/[^`]+)`: (.+)$/.exec(one) ?? [];
    expect(file, one).toBeDefined();
    const source = readFileSync(join(root, file ?? ''), 'utf8');
    const isThere = ["'", '`'].some((quote) => source.includes(`${quote}${name}${quote}`));
    expect(isThere, `${file} has a test called “${name}”`).toBe(true);
  }
});
