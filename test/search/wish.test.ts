/** What a text that people search for may be, as a table. */
import { describe, expect, test } from 'vitest';
import { exampleId } from '../../src/kernel/index.ts';
import { isPersonal, wishOf } from '../../src/search/wish.ts';

const som = (text: string) => wishOf(text).amounts.find(({ currency }) => currency === 'KGS')?.minor;

describe('a phone', () => {
  test.each([
    ['+996555123456', '+996555123456'],
    ['+996 (555) 12-34-56', '+996555123456'],
    ['00996555123456', '+996555123456'],
    ['996555123456', '+996555123456'],
    [' 996 555 123 456 ', '+996555123456'],
    ['0555123456', undefined],
    ['555', undefined],
    ['R-7', undefined],
    ['+0555123456', undefined],
  ])('%s', (text, phone) => {
    expect(wishOf(text).phone).toBe(phone);
    expect(isPersonal(text)).toBe(phone !== undefined || text === '0555123456');
  });

  test.each(['0555123456', '0 555 12-34-56', '(0555) 123456'])('without its country: %s', (text) => {
    expect(isPersonal(text)).toBe(true);
    expect(wishOf(text)).toMatchObject({ phone: undefined, amounts: [] });
  });
});

test.each([
  ['Aibek@Shop.KG', 'aibek@shop.kg'],
  ['a@b', undefined],
  ['два слова@shop.kg', undefined],
])('an e-mail address: %s', (text, email) => {
  expect(wishOf(text).email).toBe(email);
  expect(isPersonal(text)).toBe(email !== undefined);
});

test.each([
  ['125.50', 12_550],
  ['125,5', 12_550],
  ['12 550', 1_255_000],
  ['40', 4_000],
  ['0', undefined],
  ['-5', undefined],
  ['12.345', undefined],
  ['R-40', undefined],
])('an amount of soms: %s', (text, minor) => expect(som(text)).toBe(minor));

test('an amount of a currency without decimals is as many minor units', () => {
  expect(wishOf('500').amounts).toContainEqual({ minor: 500, currency: 'JPY' });
});

test('an id is an id, and nothing else', () => {
  const id = exampleId('payment');
  expect(wishOf(` ${id} `)).toEqual({ text: id, id: true, phone: undefined, email: undefined, amounts: [] });
});
