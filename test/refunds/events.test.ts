/** Both parties hear how a refund ended, once, and the merchant is not told the payer's account. */
import { beforeAll, expect, test } from 'vitest';
import { identify } from '../../src/events/index.ts';
import { orderEvents } from '../../src/orders/index.ts';
import { paymentEvents } from '../../src/payments/index.ts';
import { refundEvents } from '../../src/refunds/index.ts';
import {
  command,
  feedOf,
  funded,
  newBook,
  opened,
  openedFunding,
  openedShop,
  outcomeOf,
  statusOf,
  type TestAccount,
} from '../ledger/bank.ts';
import { migrate } from '../support/switch.ts';

beforeAll(migrate);

const sources = [paymentEvents, refundEvents, orderEvents('https://switch.test')];
const parties = { facts: { payerParticipant: 'par_1', merchant: 'mch_1', merchantName: 'Дордой' } };

/** All there is to tell about what happened to these accounts, in the order it happened to each. */
async function eventsOf(...accounts: TestAccount[]) {
  const runs = await Promise.all(
    accounts.map(async (account) => ({ book: account.facts.book, entries: await feedOf(account) })),
  );
  return identify(runs, sources);
}

async function paidBy(payer: TestAccount, shop: TestAccount): Promise<string> {
  const paid = await payer.stub.transfer(command(shop, 100n, parties));
  if (!paid.ok) throw new Error(paid.refusal.code);
  return paid.value.view.transfer.id;
}

const back = (payer: TestAccount, shop: TestAccount, payment: string, amountMinor: bigint) =>
  shop.stub.refund({
    payment,
    amountMinor,
    totalMaxMinor: null,
    creditorBooks: payer.place.books,
    facts: { reason: 'returned' },
    idempotency: { key: `key ${payment} ${amountMinor}`, request: '' },
  });

test.each(['between', 'within'])('%s books: completed and declined, to both', async (where) => {
  const place = where === 'within' ? { book: newBook() } : {};
  const [payer, shop] = [await opened(place), await openedShop(place)];
  await outcomeOf(await openedFunding(place), command(payer, 100n, { kind: 'top_up' }));
  const payment = await paidBy(payer, shop);
  await back(payer, shop, payment, 40n);
  await statusOf(shop, 'frozen');
  await back(payer, shop, payment, 10n);
  const events = await eventsOf(payer, shop);
  const told = events.map(({ type, owner }) => `${type} ${owner}`).sort();
  expect(told).toEqual([
    'payment.completed mch_1',
    'payment.completed par_1',
    'refund.completed mch_1',
    'refund.completed par_1',
    'refund.declined mch_1',
    'refund.declined par_1',
  ]);
  const refunds = events.filter(({ type }) => type.startsWith('refund'));
  for (const { owner, data } of refunds) {
    expect(data).toMatchObject({
      payment,
      account: owner === 'par_1' ? payer.id : null,
      participant: 'par_1',
      merchant: { id: 'mch_1', name: 'Дордой' },
      reason: 'returned',
    });
  }
  expect(refunds.find(({ type }) => type === 'refund.completed')?.data).toMatchObject({
    status: 'completed',
    amount: { amount: 40, currency: 'KGS' },
    refusal: null,
  });
  expect(refunds.find(({ type }) => type === 'refund.declined')?.data).toMatchObject({
    status: 'declined',
    amount: { amount: 10 },
    refusal: { code: 'account.frozen' },
  });
});

test('a refund that was held and voided is declined', async () => {
  const { payer } = await funded(100n);
  const shop = await openedShop();
  const payment = await paidBy(payer, shop);
  await statusOf(payer, 'closed');
  await back(payer, shop, payment, 100n);
  const events = (await eventsOf(payer, shop)).filter(({ type }) => type.startsWith('refund'));
  expect(events.map(({ type, owner }) => `${type} ${owner}`)).toEqual([
    'refund.declined par_1',
    'refund.declined mch_1',
  ]);
  expect(events[0]?.data).toMatchObject({ refusal: { code: 'account.closed' }, completed_at: null });
});
