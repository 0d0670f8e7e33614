/** A sale as a table: what happens, and where it then stands. No page, no network, no clock. */
import { describe, expect, test } from 'vitest';
import {
  after,
  kept,
  noSale,
  remembered,
  type Sale,
  type SaleEvent,
  type SaleOrder,
  workOf,
} from '../../../src/web/register/sale.ts';

const order = (status: SaleOrder['status'], id = 'ord_1'): SaleOrder => ({
  id,
  status,
  amount: { amount: 12_550, currency: 'KGS' },
  qr: { payload: 'code' },
  link: 'https://switch.test/pay/ord_1',
  share_text: 'Pay',
  expires_at: '2026-11-22T06:15:00.000Z',
  paid_at: status === 'paid' ? '2026-11-22T06:01:00.000Z' : null,
  payment: status === 'paid' ? { id: 'pay_1', amount: { amount: 12_550, currency: 'KGS' }, tip: null } : null,
});
const problem = { code: 'merchant.inactive', detail: 'The shop is closed.' };

const typed: SaleEvent = { is: 'typed', text: '125.5' };
const charge: SaleEvent = { is: 'charge', key: 'k1', amountMinor: 12_550 };
const made: SaleEvent = { is: 'made', key: 'k1', order: order('open') };
const seen = (status: SaleOrder['status'], id?: string): SaleEvent => ({
  is: 'seen',
  order: order(status, id),
});
const code = { code: '48209133756102948837' };
const present: SaleEvent = { is: 'present', key: 'k2', presented: code };
const lost: SaleEvent = { is: 'take lost', key: 'k2' };
const confirming: SaleEvent = { is: 'confirming', key: 'k2', payment: 'pay_2' };
const give: SaleEvent = { is: 'give up' };

const play = (events: readonly SaleEvent[], from: Sale = noSale): Sale => events.reduce(after, from);

test.each<[story: string, events: SaleEvent[], ends: object]>([
  ['nothing is charged for nothing', [{ ...charge, amountMinor: 0 }], { at: 'amount' }],
  ['the wish has its key before anything is sent', [typed, charge], { at: 'making', key: 'k1' }],
  ['a second Enter changes nothing', [typed, charge, { ...charge, key: 'k9' }], { at: 'making', key: 'k1' }],
  ['the switch made the order', [typed, charge, made], { at: 'open', ending: false }],
  ['a repeat finds it paid already', [typed, charge, { ...made, order: order('paid') }], { at: 'paid' }],
  [
    'refused: the amount stays, the reason beside it',
    [typed, charge, { is: 'refused', key: 'k1', problem }],
    { at: 'amount', typed: '125.5', problem },
  ],
  [
    'typing on puts the reason away',
    [typed, charge, { is: 'refused', key: 'k1', problem }, typed],
    { at: 'amount', typed: '125.5' },
  ],
  ['back while it is being made keeps the amount', [typed, charge, give], { at: 'amount', typed: '125.5' }],
  ['an answer after going back opens nothing', [typed, charge, give, made], { at: 'amount' }],
  [
    'an answer to an older wish opens nothing',
    [typed, charge, give, { ...charge, key: 'k3' }, made],
    { at: 'making', key: 'k3' },
  ],
  ['still open', [typed, charge, made, seen('open')], { at: 'open' }],
  ['paid', [typed, charge, made, seen('paid')], { at: 'paid' }],
  ['another order’s news is not ours', [typed, charge, made, seen('paid', 'ord_2')], { at: 'open' }],
  ['the time ran out', [typed, charge, made, seen('expired')], { at: 'over' }],
  ['cancelled elsewhere', [typed, charge, made, seen('cancelled')], { at: 'over' }],
  ['given up here', [typed, charge, made, give], { at: 'open', ending: true }],
  ['given up and cancelled: ready for the next', [typed, charge, made, give, seen('cancelled')], noSale],
  ['given up too late: it is paid', [typed, charge, made, give, seen('paid')], { at: 'paid' }],
  [
    'given up while it is being paid: it stays, and says why',
    [typed, charge, made, give, { is: 'not given up', problem }],
    { at: 'open', ending: false, problem },
  ],
  ['the next sale begins empty', [typed, charge, made, seen('paid'), { is: 'next' }], noSale],
  ['no next sale while one is open', [typed, charge, made, { is: 'next' }], { at: 'open' }],
  ['typing changes no open sale', [typed, charge, made, { is: 'typed', text: '9' }], { at: 'open' }],
])('%s', (_, events, ends) => {
  expect(play(events)).toMatchObject(ends);
});

describe('what the payer presents', () => {
  const open = play([typed, charge, made]);

  test.each<[story: string, events: SaleEvent[], taking: object | undefined]>([
    ['is asked for once', [present], { key: 'k2', state: 'asking', presented: code }],
    ['a second scan meanwhile is not sent', [present, { ...present, key: 'k9' }], { key: 'k2' }],
    ['without an answer it is not known', [present, lost], { key: 'k2', state: 'lost' }],
    [
      'nothing else is taken while it is not known',
      [present, lost, { ...present, key: 'k9' }],
      { key: 'k2' },
    ],
    [
      'asking again sends the same under the same key',
      [present, lost, { is: 'take again' }],
      { key: 'k2', state: 'asking', presented: code },
    ],
    ['taken: the order says the rest', [present, { is: 'taken', key: 'k2' }], undefined],
    [
      'refused: the way is free for another',
      [present, { is: 'take refused', key: 'k2', problem }],
      undefined,
    ],
    [
      'a late answer to an older one changes nothing',
      [
        present,
        { is: 'take refused', key: 'k2', problem },
        { ...present, key: 'k3' },
        { is: 'take refused', key: 'k2', problem },
      ],
      { key: 'k3' },
    ],
    [
      'above their threshold the payer confirms, and the register waits',
      [present, confirming],
      { key: 'k2', state: 'confirming', payment: 'pay_2' },
    ],
    [
      'not confirmed: the way is free for another',
      [present, confirming, { is: 'take refused', key: 'k2', problem }],
      undefined,
    ],
    ['nothing is taken for a sale that was given up', [give, present], undefined],
  ])('%s', (_, events, taking) => {
    const sale = play(events, open);
    expect(sale.at).toBe('open');
    if (taking === undefined) expect(sale).not.toHaveProperty('taking');
    else expect(sale).toMatchObject({ taking });
  });

  test('and a lost one that was paid after all is paid by what the order says', () => {
    expect(play([present, lost, seen('paid')], open)).toMatchObject({ at: 'paid' });
  });
});

test.each<[Sale['at'] | string, SaleEvent[], readonly string[]]>([
  ['amount', [], []],
  ['making', [typed, charge], ['make']],
  ['open', [typed, charge, made], ['watch']],
  ['taking', [typed, charge, made, present], ['watch', 'take']],
  // By itself a register never charges again.
  ['taking, lost', [typed, charge, made, present, lost], ['watch']],
  ['the payer confirms', [typed, charge, made, present, confirming], ['watch', 'follow']],
  ['given up', [typed, charge, made, give], ['watch', 'cancel']],
  ['paid', [typed, charge, made, seen('paid')], []],
])('what has to be done while %s', (_, events, work) => {
  expect(workOf(play(events))).toEqual(work);
});

describe('a device that is switched off', () => {
  test.each<[string, SaleEvent[]]>([
    ['an amount', [typed]],
    ['a wish, with its key', [typed, charge]],
    ['an open order', [typed, charge, made]],
    ['an order given up', [typed, charge, made, give]],
    ['a paid one', [typed, charge, made, seen('paid')]],
  ])('goes on with %s', (_, events) => {
    const sale = play(events);
    expect(remembered(kept(sale, 'opr_1'), 'opr_1')).toEqual(sale);
  });

  test('does not keep what the payer presented', () => {
    const text = kept(play([typed, charge, made, present]), 'opr_1');
    expect(text).not.toContain(code.code);
    expect(remembered(text, 'opr_1')).toEqual(play([typed, charge, made]));
  });

  test.each([[null], ['{'], ['{}'], ['null'], ['{"person":"opr_1","sale":{}}']])(
    'has nothing of %s',
    (text) => {
      expect(remembered(text, 'opr_1')).toEqual(noSale);
    },
  );

  test('shows nobody the sale of another person', () => {
    expect(remembered(kept(play([typed, charge, made]), 'opr_1'), 'opr_2')).toEqual(noSale);
  });
});
