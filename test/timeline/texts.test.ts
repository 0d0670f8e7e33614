import { describe, it } from 'vitest';
import { explanationOf, stepCodes } from '../../src/timeline/texts.ts';
import { expectWritten, translated } from '../support/writing.ts';

describe.each(translated)('explanations in %s', (language) => {
  it.each(stepCodes)('%s', (code) => {
    expectWritten(explanationOf(code, language), language, explanationOf(code, 'en'));
  });
});
