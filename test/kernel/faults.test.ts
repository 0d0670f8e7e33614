import { describe, expect, test } from 'vitest';
import { faultText } from '../../src/kernel/index.ts';

describe('a fault in the log', () => {
  test('says what, why and where, and no value of a query', () => {
    const cause = new Error('D1_ERROR: no such table');
    const fault = new Error(
      'Failed query: insert into api_key values (?, ?)\nparams: Айгүл,a@b.kg,secret hash',
      { cause },
    );
    const text = faultText(fault);
    expect(text).toContain('Failed query: insert into api_key values (?, ?)');
    expect(text).toContain('caused by Error: D1_ERROR: no such table');
    expect(text).toMatch(/\n {4}at /);
    expect(text).not.toMatch(/params|Айгүл|a@b\.kg|secret hash/);
  });

  test('does not quote a text that is not JSON', () => {
    const read = () => JSON.parse('Айгүл');
    expect(read).toThrow(/Айгүл/);
    try {
      read();
    } catch (fault) {
      expect(faultText(fault)).toMatch(/^SyntaxError\n {4}at /);
    }
  });

  test.each([['secret text'], [{ secret: 1 }], [undefined], [null]])('%j is no fault to print', (thrown) => {
    expect(faultText(thrown)).toMatch(/^(?:string|object|undefined)$/);
  });
});
