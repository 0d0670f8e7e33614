/** Crashes, evictions, lost questions and lost answers: every transfer comes to one end, the same on both sides. */
import {
  abortAllDurableObjects,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
} from 'cloudflare:test';
import { beforeAll, describe, expect, test } from 'vitest';
import { accountName, type Book } from '../../src/ledger/index.ts';
import type { HoldBody } from '../../src/ledger/model.ts';
import { periodsOf, reportsOf } from '../../src/reports/index.ts';
import { migrate, testEnv, until } from '../support/switch.ts';
import {
  alarm,
  checkRest,
  claimed,
  claimRequest,
  command,
  cutOff,
  funded,
  historyOf,
  openedShop,
  outcomeOf,
  paying,
  reconnect,
  statusOf,
  type TestAccount,
} from './bank.ts';

beforeAll(migrate);

const alarmAtMs = ({ book }: TestAccount) => runInDurableObject(book, (_, { storage }) => storage.getAlarm());
const typesOf = async (account: TestAccount) => (await historyOf(account)).map(({ type }) => type).join(' ');

// However the outcome is asked for, the question to the other side is asked again first.
const finders: [
  string,
  (payer: TestAccount, id: string, what: ReturnType<typeof command>) => Promise<unknown>,
][] = [
  ['the alarm', ({ book }) => runDurableObjectAlarm(book)],
  ['reading the payment', ({ stub }, id) => stub.transferOf(id)],
  ['listing the payments', ({ stub }) => stub.transfers(Number.MAX_SAFE_INTEGER, 1)],
  ['reading the balance', ({ stub }) => stub.balance()],
  ['reading the entries', ({ stub }) => stub.entries(100, 1)],
  ['repeating the command', ({ stub }, _, what) => stub.transfer(what)],
  ['the sweeper', ({ book }) => book.sweep(0)],
];

describe.each(finders)('a transfer left open is finished by %s', (_, find) => {
  test('the crash came before the question', async () => {
    const { funding, payer } = await funded(100n);
    const shop = await openedShop();
    const what = paying(shop, await claimed(shop, 40n));
    await cutOff(payer, 'question lost');
    const answer = await payer.stub.transfer(what);
    if (!answer.ok) throw new Error(answer.refusal.code);
    const { state, transfer } = answer.value.view;
    expect(state).toBe('processing');
    expect(await typesOf(shop)).toBe('');
    await abortAllDurableObjects();
    await find(payer, transfer.id, what);
    expect(await payer.stub.transferOf(transfer.id)).toMatchObject({ value: { state: 'completed' } });
    expect(await typesOf(shop)).toBe('accept');
    await checkRest([funding, payer, shop]);
  });

  test('the answer was lost, and the claim ran out meanwhile', async () => {
    const { funding, payer } = await funded(100n);
    const shop = await openedShop();
    const claim = await claimed(shop, 40n, { expiresAtMs: Date.now() + 400 });
    const what = paying(shop, claim);
    await cutOff(payer, 'answer lost');
    const answer = await payer.stub.transfer(what);
    if (!answer.ok) throw new Error(answer.refusal.code);
    const { state, transfer } = answer.value.view;
    expect(state).toBe('processing');
    const paid = await shop.stub.claim(claim.id);
    expect(paid?.state).toBe('paid');
    await abortAllDurableObjects();
    await until(
      async () => Date.now(),
      (nowMs) => nowMs > claim.expiresAtMs,
    );
    await alarm(shop);
    await statusOf(shop, 'frozen');
    await find(payer, transfer.id, what);
    const found = await payer.stub.transferOf(transfer.id);
    expect(found).toMatchObject({ value: { state: 'completed', endedAtMs: paid?.endedAtMs } });
    expect(await shop.stub.claim(claim.id)).toEqual(paid);
    expect(await typesOf(shop)).toBe('accept');
    await checkRest([funding, payer, shop]);
  });

  test('it is refused by then', async () => {
    const { funding, payer } = await funded(100n);
    const shop = await openedShop();
    const claim = await claimed(shop, 40n);
    const what = paying(shop, claim);
    await cutOff(payer, 'question lost');
    const answer = await payer.stub.transfer(what);
    if (!answer.ok) throw new Error(answer.refusal.code);
    await shop.stub.cancelClaim(claim.id);
    await abortAllDurableObjects();
    await find(payer, answer.value.view.transfer.id, what);
    expect(await outcomeOf(payer, what)).toBe('order.cancelled');
    expect(await typesOf(payer)).toBe('accept hold void');
    await checkRest([funding, payer, shop]);
  });
});

test('what was answered as completed is listed so after a crash, although only the hold was on disk', async () => {
  const { funding, payer } = await funded(100n);
  const shop = await openedShop();
  expect(await outcomeOf(payer, command(shop, 40n))).toBe('completed');
  expect(await typesOf(payer)).toBe('accept hold');
  await abortAllDurableObjects();
  const listed = await payer.stub.transfers(Number.MAX_SAFE_INTEGER, 10);
  expect(listed.map(({ view }) => view.state)).toEqual(['completed']);
  await checkRest([funding, payer, shop]);
});

test('nor is it named then among what has not ended', async () => {
  const { funding, payer } = await funded(100n);
  const shop = await openedShop();
  expect(await outcomeOf(payer, command(shop, 40n))).toBe('completed');
  expect(await typesOf(payer)).toBe('accept hold');
  await abortAllDurableObjects();
  expect(await payer.book.unended(Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
  await checkRest([funding, payer, shop]);
});

describe('while the other side does not answer', () => {
  test('the money is held, the alarm keeps asking, and the answer ends it', async () => {
    const { funding, payer } = await funded(100n);
    const shop = await openedShop();
    await cutOff(payer, 'question lost');
    const what = command(shop, 70n);
    expect(await outcomeOf(payer, what)).toBe('processing');
    expect(await outcomeOf(payer, what)).toBe('processing');
    expect(await outcomeOf(payer, command(shop, 31n))).toBe('payment.insufficient_funds');
    for (let round = 0; round < 3; round++) {
      expect(await runDurableObjectAlarm(payer.book)).toBe(true);
      expect(await alarmAtMs(payer)).not.toBeNull();
    }
    expect(await payer.stub.balance()).toMatchObject({
      balanceMinor: 100n,
      availableMinor: 30n,
      heldMinor: 70n,
      openTransfers: 1,
    });
    await reconnect(payer);
    await runDurableObjectAlarm(payer.book);
    expect(await typesOf(payer)).toBe('accept hold decline settle');
    await checkRest([funding, payer, shop]);
  });

  test('nobody waits for it for long, and a repeat meanwhile is told so', async () => {
    const { funding, payer } = await funded(100n);
    const shop = await openedShop();
    await cutOff(payer, 'no answer');
    const what = command(shop, 70n);
    const first = outcomeOf(payer, what);
    await until(
      () => typesOf(payer),
      (types) => types === 'accept hold',
    );
    expect(await outcomeOf(payer, what)).toBe('idempotency.in_flight');
    expect(await first).toBe('processing');
    await reconnect(payer);
    expect(await outcomeOf(payer, what)).toBe('completed');
    await checkRest([funding, payer, shop]);
  });

  test('an alarm that was lost is set again as soon as the account wakes', async () => {
    const { payer } = await funded(100n);
    const shop = await openedShop();
    await cutOff(payer, 'question lost');
    await payer.stub.transfer(command(shop, 70n));
    await runInDurableObject(payer.book, (_, { storage }) => storage.deleteAlarm());
    await abortAllDurableObjects();
    await payer.stub.claim('none');
    expect(await alarmAtMs(payer)).not.toBeNull();
  });

  test('hundreds of open transfers are finished visit by visit, over crashes, and new ones go on', async () => {
    const { funding, payer } = await funded(10_000n);
    const shop = await openedShop();
    await cutOff(payer, 'question lost');
    await Promise.all(Array.from({ length: 700 }, () => payer.stub.transfer(command(shop, 1n))));
    expect(await payer.book.sweep(0)).toMatchObject({ open: 700 });
    await abortAllDurableObjects();
    expect(await outcomeOf(payer, command(shop, 5n))).toBe('completed');
    await until(
      () => payer.book.sweep(Number.MAX_SAFE_INTEGER),
      ({ open }) => open === 0,
    );
    expect(await shop.stub.balance()).toMatchObject({ balanceMinor: 705n });
    await checkRest([funding, payer, shop]);
  });
});

describe('the credited account', () => {
  async function heldTransfer(payer: TestAccount, what: ReturnType<typeof command>) {
    await cutOff(payer, 'question lost');
    await payer.stub.transfer(what);
    const hold = (await historyOf(payer)).find(({ type }) => type === 'hold');
    const { transfer }: HoldBody = JSON.parse(hold?.body ?? '');
    return transfer;
  }

  test('credits once, however often and by how many it is asked', async () => {
    const { funding, payer } = await funded(100n);
    const shop = await openedShop();
    const transfer = await heldTransfer(payer, paying(shop, await claimed(shop, 40n)));
    const receipts = await Promise.all(Array.from({ length: 20 }, () => shop.book.accept(transfer)));
    await evictDurableObject(shop.book);
    receipts.push(await shop.book.accept(transfer));
    for (const receipt of receipts) expect(receipt).toEqual(receipts[0]);
    expect(await typesOf(shop)).toBe('accept');
    await reconnect(payer);
    await checkRest([funding, payer, shop]);
  });

  test.each([
    [false, 'merchant.inactive'],
    [true, 'merchant.inactive'],
  ])(
    'having refused once refuses for ever, even when it could accept (claim: %s)',
    async (withClaim, code) => {
      const { funding, payer } = await funded(100n);
      const shop = await openedShop();
      const claim = withClaim ? await claimed(shop, 40n) : undefined;
      const what = claim ? paying(shop, claim) : command(shop, 40n);
      const transfer = await heldTransfer(payer, what);
      await statusOf(shop, 'frozen');
      expect(await shop.book.accept(transfer)).toMatchObject({ refusal: { code } });
      await statusOf(shop, 'active');
      expect(await shop.book.accept(transfer)).toMatchObject({ refusal: { code } });
      await reconnect(payer);
      expect(await outcomeOf(payer, what)).toBe(code);
      await abortAllDurableObjects();
      expect(await shop.book.accept(transfer)).toMatchObject({ refusal: { code } });
      expect(await typesOf(shop)).toBe('');
      await checkRest([funding, payer, shop]);
      if (claim) expect(await outcomeOf(payer, paying(shop, claim))).toBe('completed');
    },
  );
});

test('a crash while forty payments are under way loses none and doubles none', async () => {
  const { funding, payer } = await funded(1_000n);
  const shop = await openedShop();
  const commands = Array.from({ length: 40 }, () => command(shop, 10n));
  const acknowledged = new Set<string>();
  for (let crash = 0; crash < 4; crash++) {
    const running = commands.map(async (what) => {
      if ((await outcomeOf(payer, what)) === 'completed') acknowledged.add(what.idempotency.key);
    });
    for (let turn = 0; turn < crash * 3; turn++) await funding.stub.claim('none');
    await abortAllDurableObjects();
    await Promise.allSettled(running);
  }
  for (const key of acknowledged) {
    expect(await payer.stub.replay({ key, request: 'request' })).toMatchObject({
      value: { state: 'completed' },
    });
  }
  for (const what of commands) expect(await outcomeOf(payer, what)).toBe('completed');
  expect(await payer.stub.balance()).toMatchObject({ balanceMinor: 600n });
  await checkRest([funding, payer, shop]);
});

test('works of others that fail do not make an account forget who has answered', async () => {
  const { funding, payer } = await funded(100n);
  const shop = await openedShop();
  const request = claimRequest(1n);
  await payer.stub.openClaim(request);
  const outcomes = await runInDurableObject(payer.book, async (instance: Book) => {
    let failures = 0;
    let running = true;
    // A second claim of the same id cannot be written: every such commit is rolled back.
    const failing = async () => {
      while (running) await instance.openClaim(accountName(payer.id, 0), request).catch(() => failures++);
    };
    const paying = async () => {
      const states: string[] = [];
      for (let count = 0; count < 20; count++) {
        const answer = await instance.transfer(accountName(payer.id, 0), command(shop, 1n));
        states.push(answer.ok ? answer.value.view.state : answer.refusal.code);
      }
      running = false;
      return states;
    };
    const [states] = await Promise.all([paying(), failing()]);
    return { states: [...new Set(states)], failures };
  });
  expect(outcomes.states).toEqual(['completed']);
  expect(outcomes.failures).toBeGreaterThan(0);
  await checkRest([funding, payer, shop]);
});

test('the sweeper’s visit sends again what the reports have not got', async () => {
  const { payer } = await funded(100n);
  const shop = await openedShop();
  const answer = await payer.stub.transfer(command(shop, 1n));
  const id = answer.ok ? answer.value.view.transfer.id : '';
  const row = () =>
    testEnv.REPORTS.prepare('SELECT status FROM transfer WHERE id = ?').bind(id).first<{ status: string }>();
  const recorded = () => until(row, (found) => found?.status === 'completed');
  await recorded();
  // The payer's own settle must not be what brings the row back.
  await payer.book.sweep(Number.MAX_SAFE_INTEGER);
  const { projection } = reportsOf(periodsOf(testEnv));
  await until(
    async () => (await projection.watermarks([payer.facts.book])).get(payer.facts.book),
    (seq) => seq === 3,
  );
  await testEnv.REPORTS.batch([
    testEnv.REPORTS.prepare('DELETE FROM transfer WHERE id = ?').bind(id),
    testEnv.REPORTS.prepare('DELETE FROM watermark WHERE book = ?').bind(shop.facts.book),
  ]);
  expect(await row()).toBeNull();
  await shop.book.sweep(0);
  await recorded();
});
