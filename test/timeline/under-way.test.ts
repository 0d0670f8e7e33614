/** Payments that are cut off on their way: the timeline says what is certain and what is awaited. */
import { beforeAll, expect, test } from 'vitest';
import { directoryOf } from '../../src/directory/index.ts';
import { eventsOf } from '../../src/events/index.ts';
import { paymentEvents } from '../../src/payments/index.ts';
import { historyOf, type TimelineParts } from '../../src/timeline/history.ts';
import { endOf, stepsOf } from '../../src/timeline/steps.ts';
import {
  alarm,
  command,
  cutOff,
  type Fault,
  funded,
  ledger,
  openedShop,
  reconnect,
  statusOf,
  type TestAccount,
} from '../ledger/bank.ts';
import { rowsIn } from '../support/meter.ts';
import { migrate, testAct, testEnv } from '../support/switch.ts';

beforeAll(migrate);

const directory = directoryOf(testEnv.DIRECTORY);
const parts: TimelineParts = {
  directory,
  ledger,
  reported: async () => new Map(),
  eventsOf: ({ facts, entries }) =>
    entries.flatMap(({ entry }) => eventsOf({ facts, entry }, [paymentEvents])),
  callbacksOf: async () => [],
  completeUpTo: async () => 0,
};

async function listed({ facts, place }: TestAccount): Promise<void> {
  const { id, books } = place;
  const { kind, owner, currency, status } = facts;
  const row = {
    id,
    books: [...books],
    kind,
    owner,
    currency,
    status,
    limitMinor: '0',
    label: null,
    createdAtMs: 1,
  };
  await directory.add(testAct, directory.tables.accounts, row);
}

async function told(payer: TestAccount, payment: string): Promise<string[]> {
  const history = await historyOf(parts, payer.place, payment);
  if (!history) return [];
  const codes = stepsOf(history).map(({ code }) => code);
  const between = codes.slice(codes.indexOf('payment.checked') + 1);
  return [endOf(history.payment).status, ...between.filter((code) => code.startsWith('payment.'))];
}

async function cutOffBy(fault: Fault, frozen: boolean) {
  const { payer } = await funded(100n);
  const shop = await openedShop();
  await listed(shop);
  await cutOff(payer, fault);
  if (frozen) await statusOf(shop, 'frozen');
  const answer = await payer.stub.transfer(command(shop, 60n));
  if (!answer.ok) throw new Error(answer.refusal.code);
  return { payer, shop, payment: answer.value.view.transfer.id };
}

const held = 'payment.held';
const cases: [Fault, boolean, string[], string[]][] = [
  [
    'question lost',
    false,
    ['processing', held, 'payment.accept_awaited'],
    ['completed', held, 'payment.accepted', 'payment.settled'],
  ],
  [
    'answer lost',
    false,
    ['completed', held, 'payment.accepted', 'payment.settle_awaited'],
    ['completed', held, 'payment.accepted', 'payment.settled'],
  ],
  [
    'answer lost',
    true,
    ['declined', held, 'payment.accept_refused', 'payment.void_awaited'],
    ['declined', held, 'payment.accept_refused', 'payment.voided'],
  ],
];

test.each(cases)('%s (the merchant frozen: %s)', async (fault, frozen, before, after) => {
  const { payer, payment } = await cutOffBy(fault, frozen);
  expect(await told(payer, payment)).toEqual(before);
  await reconnect(payer);
  await alarm(payer);
  await payer.stub.entries(Number.MAX_SAFE_INTEGER, 1);
  expect(await told(payer, payment)).toEqual(after);
});

test('to be read costs no row, and changes nothing', async () => {
  const { payer, shop, payment } = await cutOffBy('answer lost', false);
  let rows = 0;
  const more = await rowsIn(payer, async () => {
    rows = await rowsIn(shop, () => told(payer, payment));
  });
  expect(rows + more).toBe(0);
});

test('a payment of somebody else is not there', async () => {
  const { payment } = await cutOffBy('question lost', false);
  const { payer } = await funded(100n);
  expect(await told(payer, payment)).toEqual([]);
});
