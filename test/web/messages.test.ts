/** Plural forms where the switch runs: the runtime there knows fewer languages than the switch. */
import { describe, expect, it } from 'vitest';
import { catalogue, type Messages, speaker } from '../../src/web/messages.ts';

describe('plural forms', () => {
  const texts = catalogue({
    en: { payments: { one: '{count} payment', other: '{count} payments' }, by: 'Paid by {name}' },
    ky: { payments: { one: '{count} төлөм', other: '{count} төлөмдөр' }, by: '{name} төлөдү' },
    ru: {
      payments: { one: '{count} платёж', few: '{count} платежа', many: '{count} платежей' },
      by: 'Оплатил {name}',
    },
    th: { payments: { other: '{count} รายการ' }, by: 'ชำระโดย {name}' },
    km: { payments: { other: '{count} ការទូទាត់' }, by: 'ទូទាត់ដោយ {name}' },
    zh: { payments: { other: '{count} 笔付款' }, by: '{name} 付款' },
  });

  it.each([
    ['en', 1, '1 payment'],
    ['en', 0, '0 payments'],
    ['en', 21, '21 payments'],
    ['ky', 1, '1 төлөм'],
    ['ky', 0, '0 төлөмдөр'],
    ['ky', 5, '5 төлөмдөр'],
    ['ky', 21, '21 төлөмдөр'],
    ['ru', 1, '1 платёж'],
    ['ru', 2, '2 платежа'],
    ['ru', 5, '5 платежей'],
    ['ru', 11, '11 платежей'],
    ['ru', 21, '21 платёж'],
    ['ru', 0, '0 платежей'],
    ['th', 1, '1 รายการ'],
    ['km', 2, '2 ការទូទាត់'],
    ['zh', 3, '3 笔付款'],
  ] as const)('%s %i', (language, count, said) => {
    expect(texts(language)('payments', { count })).toBe(said);
  });

  it('arguments stand where the language wants them', () => {
    expect(texts('zh')('by', { name: 'Айгүл' })).toBe('Айгүл 付款');
  });

  it('a script speaks the same from the messages it is given', () => {
    const given: Messages = JSON.parse(JSON.stringify(texts.messages.ru));
    const say = speaker<{ payments: { one: string; other: string } }>('ru', given);
    expect(say('payments', { count: 3 })).toBe('3 платежа');
  });
});
