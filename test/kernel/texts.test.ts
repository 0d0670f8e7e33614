import { describe, it } from 'vitest';
import { type RefusalCode, refusals, refusalText } from '../../src/kernel/index.ts';
import { expectWritten, translated } from '../support/writing.ts';

const codes = Object.keys(refusals) as RefusalCode[];

describe.each(translated)('refusal texts in %s', (language) => {
  it.each(codes)('%s', (code) => {
    expectWritten(refusalText(code, language), language, refusalText(code, 'en'));
  });
});
