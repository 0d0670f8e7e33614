/** Whoever is told of an alert is sent to a section that says what it means and what to do. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alertNames, conditionOf } from '../../src/alerts/conditions.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');

test.each(alertNames)('%s is in the table of alerts, and has a section of its own', (name) => {
  const anchor = name.replaceAll('.', '');
  expect(text).toContain(`| [${name}](#${anchor})`);
  const [, section = ''] = text.split(`\n### ${name}\n`);
  expect(section.split('\n### ')[0]?.length).toBeGreaterThan(150);
});

test('an alert is over at less than it was raised at', () => {
  for (const name of alertNames) {
    const { raiseAt = 0, clearAt = 0 } = conditionOf(name) ?? {};
    expect(clearAt, name).toBeLessThan(raiseAt);
  }
});
