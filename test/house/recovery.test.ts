/** docs/recovery.md and docs/security.md name tests for each case: they are there, under these names. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const rows = ['recovery', 'security']
  .flatMap((name) => readFileSync(join(root, `docs/${name}.md`), 'utf8').split('\n'))
  .filter((line) => /^\| (?!(?:case|attempt|what) |-)/.test(line))
  .map((line) =>
    line
      .slice('| '.length, -' |'.length)
      .split(' | ')
      .map((cell) => cell.trim()),
  );

test.each(rows.map((cells) => [cells[0] ?? '', cells.at(-1) ?? '']))('%s', (_, tests) => {
  for (const one of tests.split('<br>')) {
    const [, file, name] = /^`(test\/[^`]+)`: (.+)$/.exec(one) ?? [];
    expect(file, one).toBeDefined();
    const source = readFileSync(join(root, file ?? ''), 'utf8');
    const isThere = ["'", '`'].some((quote) => source.includes(`${quote}${name}${quote}`));
    expect(isThere, `${file} has a test called “${name}”`).toBe(true);
  }
});
