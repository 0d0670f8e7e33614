/** What every adapter must do, whatever it speaks; each is run against a partner that keeps books. */
import { beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../../scripts/issuer/serve.ts';
import { verifierOf } from '../../scripts/issuer/verifier.ts';
import { directoryOf } from '../../src/directory/index.ts';
import {
  type Adapter,
  Breaker,
  balanceAdapter,
  httpAdapter,
  iso20022Adapter,
  type Movement,
  memoryStore,
  movements,
  type Order,
  type Question,
  reach,
  type SandboxRecord,
  sandboxAdapter,
  type WireTerms,
} from '../../src/issuers/index.ts';
import { newTransferId } from '../../src/kernel/index.ts';
import { ledgerOf } from '../../src/ledger/index.ts';
import { balancesOf } from '../../src/partners/index.ts';
import { importPublicKey } from '../../src/signing/index.ts';
import { newKeyPair } from '../support/signing.ts';
import { adminKey, get, migrate, testEnv } from '../support/switch.ts';
import { newIssuer, newPayer } from '../support/town.ts';

let counter = 0;
const orderOf = (amountMinor: number, more: Partial<Order> = {}): Order => ({
  id: newTransferId('payment', Date.now(), ++counter),
  amountMinor,
  currency: 'KGS',
  account: 'KG-1',
  atMs: Date.now(),
  ...more,
});

const signal = () => new AbortController().signal;

/** Accounts of the switch itself, one of them with money. */
async function inTheSwitch(): Promise<{ adapter: Adapter; account: string }> {
  const issuer = await newIssuer();
  const { account } = await newPayer(issuer, 1_000_000);
  const parts = { directory: directoryOf(testEnv.DIRECTORY), ledger: ledgerOf(testEnv.BOOKS), books: 3 };
  return { adapter: balanceAdapter(balancesOf(parts, issuer.id)), account };
}

/** A partner behind a protocol, as near as a function call. */
async function overHttp(adapterOf: (terms: WireTerms) => Adapter, path: string): Promise<Adapter> {
  const [ours, theirs] = await Promise.all([newKeyPair(), newKeyPair()]);
  const keyOf = (publicKey: string) => async () => importPublicKey(publicKey);
  const parts = {
    adapter: sandboxAdapter(memoryStore()),
    signer: { keyId: 'sgk_partner', privateKey: theirs.privateKey },
    verify: verifierOf(keyOf(ours.publicKey)),
  };
  return adapterOf({
    url: `https://partner.example/${path}`,
    signer: async () => ({ keyId: 'switch', privateKey: ours.privateKey }),
    keyOf: keyOf(theirs.publicKey),
    fetch: (request) => serve(parts, request).catch(() => hung()),
  });
}
const hung = (): Promise<never> => Promise.reject(new Error('the connection broke'));

const adapters: [string, () => Promise<Adapter>][] = [
  ['sandbox', async () => sandboxAdapter(memoryStore())],
  [
    'sandbox, its books in the directory',
    async () => {
      const directory = directoryOf(testEnv.DIRECTORY);
      return sandboxAdapter({
        change: (key, change) => directory.changeSandboxOrder<SandboxRecord>(key, change),
      });
    },
  ],
  ['http', () => overHttp(httpAdapter, 'tolom/')],
  [
    'iso20022',
    () =>
      overHttp(
        (terms) => iso20022Adapter({ ...terms, switchId: 'TOLOM', partnerId: 'SANDBOX' }),
        'bank/iso20022',
      ),
  ],
];

beforeAll(migrate);

const asking = (adapter: () => Adapter) => async (question: Question, movement: Movement, order: Order) => {
  const connection = { id: 'con_test', adapter: adapter(), terms: { deadlineMs: 5_000 } };
  const outcome = await reach(connection, new Breaker(), question, movement, order);
  return outcome.state === 'refused' ? outcome.refusal.code : outcome.state;
};

/** What holds of every adapter, whoever is behind it. */
const everyAdapter: [string, () => Promise<{ adapter: Adapter; account: string }>][] = [
  ['balance', inTheSwitch],
  ...adapters.map(([name, make]): (typeof everyAdapter)[number] => [
    name,
    async () => ({ adapter: await make(), account: 'KG-1' }),
  ]),
];

describe.each(everyAdapter)('%s', (_, make) => {
  let made: Awaited<ReturnType<typeof make>>;
  beforeAll(async () => {
    made = await make();
  });
  const ask = asking(() => made.adapter);
  const orderThere = (amountMinor: number) => orderOf(amountMinor, { account: made.account });

  describe.each(movements)('%s', (movement) => {
    test('is approved, says what was moved, and says so again', async () => {
      const order = orderThere(1_250);
      const { adapter } = made;
      const answer = { state: 'approved', amountMinor: 1_250, currency: 'KGS' };
      expect(await adapter.perform(movement, order, signal())).toMatchObject(answer);
      expect(await adapter.perform(movement, order, signal())).toMatchObject(answer);
      expect(await adapter.status(movement, order, signal())).toMatchObject(answer);
    });

    test('nobody gave is absent', async () => {
      expect(await ask('status', movement, orderThere(10))).toBe('absent');
    });

    test('is reversed, once and for all', async () => {
      const order = orderThere(500);
      expect(await ask('perform', movement, order)).toBe('approved');
      expect(await ask('reverse', movement, order)).toBe('reversed');
      expect(await ask('reverse', movement, order)).toBe('reversed');
      expect(await ask('status', movement, order)).toBe('reversed');
      expect(await ask('perform', movement, order)).not.toBe('reversed');
      expect(await ask('status', movement, order)).toBe('reversed');
    });

    test('that comes after its own reversal is not carried out', async () => {
      const order = orderThere(500);
      expect(await ask('reverse', movement, order)).toBe('reversed');
      expect(await ask('perform', movement, order)).not.toBe('approved');
      expect(await ask('status', movement, order)).not.toBe('approved');
    });

    test('given several times at once is carried out once', async () => {
      const order = orderThere(300);
      const answers = await Promise.all([1, 2, 3].map(() => ask('perform', movement, order)));
      expect(answers).toContain('approved');
      expect(answers.every((answer) => answer === 'approved' || answer === 'unknown')).toBe(true);
      expect(await ask('status', movement, order)).toBe('approved');
    });
  });

  test('a debit, a refund and a credit of one transfer are three orders', async () => {
    const order = orderThere(900);
    expect(await ask('perform', 'debit', order)).toBe('approved');
    expect(await ask('status', 'refund', order)).toBe('absent');
    expect(await ask('reverse', 'credit', order)).toBe('reversed');
    expect(await ask('status', 'debit', order)).toBe('approved');
  });
});

describe('accounts of the switch', () => {
  test('pay what they have, once, and get it back by a reversal', async () => {
    const { adapter, account } = await inTheSwitch();
    const ask = asking(() => adapter);
    const balance = async () => (await get(`/v1/accounts/${account}`, adminKey)).body.balance.amount;
    const order = orderOf(400_000, { account });
    await Promise.all([ask('perform', 'debit', order), ask('perform', 'debit', order)]);
    expect(await balance()).toBe(600_000);
    expect(await ask('perform', 'debit', orderOf(600_001, { account }))).toBe('payment.insufficient_funds');
    expect(await ask('reverse', 'debit', order)).toBe('reversed');
    expect(await ask('reverse', 'debit', order)).toBe('reversed');
    expect(await balance()).toBe(1_000_000);
    const spent = orderOf(1_000_000, { account });
    const credited = orderOf(7, { account });
    expect(await ask('perform', 'credit', credited)).toBe('approved');
    expect(await ask('perform', 'debit', { ...spent, amountMinor: 1_000_007 })).toBe('approved');
    expect(await ask('reverse', 'credit', credited)).toBe('stands');
    expect((await get('/v1/centre/trial-balance', adminKey)).body.balanced).toBe(true);
  });

  test('of somebody else are not there', async () => {
    const { adapter } = await inTheSwitch();
    const { account } = await inTheSwitch();
    expect(await asking(() => adapter)('perform', 'debit', orderOf(5, { account }))).toBe(
      'account.not_found',
    );
  });
});

/** What partners do besides, by the sandbox's magic amounts, through every protocol. */
describe.each(adapters)('%s', (_, make) => {
  let adapter: Adapter;
  beforeAll(async () => {
    adapter = await make();
  });
  const ask = asking(() => adapter);

  describe.each(movements)('%s', (movement) => {
    test('whose answer is lost was carried out', async () => {
      const order = orderOf(66_611);
      expect(await ask('perform', movement, order)).toBe('unknown');
      expect(await ask('status', movement, order)).toBe('approved');
    });

    test('that never arrived is unknown, and absent', async () => {
      const order = orderOf(66_612);
      expect(await ask('perform', movement, order)).toBe('unknown');
      expect(await ask('status', movement, order)).toBe('absent');
    });

    test('undecided is unknown, not refused', async () => {
      const order = orderOf(66_614);
      expect(await ask('perform', movement, order)).toBe('unknown');
      expect(await ask('status', movement, order)).toBe('unknown');
      expect(await ask('reverse', movement, order)).toBe('reversed');
    });

    test('approved after its reversal is reversed again', async () => {
      const order = orderOf(66_615);
      await ask('perform', movement, order);
      expect(await ask('reverse', movement, order)).toBe('reversed');
      expect(await ask('status', movement, order)).toBe('approved');
      expect(await ask('reverse', movement, order)).toBe('reversed');
      expect(await ask('status', movement, order)).toBe('reversed');
    });

    test('of another amount than asked is wrong', async () => {
      const order = orderOf(66_616);
      expect(await ask('perform', movement, order)).toBe('wrong');
      expect(await ask('reverse', movement, order)).toBe('reversed');
    });

    test('refused as a duplicate is not taken for a refusal', async () => {
      const order = orderOf(66_617);
      expect(await ask('perform', movement, order)).toBe('unknown');
      expect(await ask('perform', movement, order)).toBe('unknown');
      expect(await ask('status', movement, order)).toBe('approved');
    });

    test('is asked to be undone until that is acknowledged', async () => {
      const order = orderOf(66_618);
      await ask('perform', movement, order);
      expect(await ask('reverse', movement, order)).toBe('unknown');
      expect(await ask('reverse', movement, order)).toBe('unknown');
      expect(await ask('reverse', movement, order)).toBe('reversed');
    });
  });

  test.each<[number, Movement, string]>([
    [66_601, 'debit', 'payment.insufficient_funds'],
    [66_602, 'debit', 'account.not_found'],
    [66_603, 'debit', 'account.closed'],
    [66_604, 'debit', 'account.frozen'],
    [66_605, 'debit', 'issuer.limit_exceeded'],
    [66_606, 'debit', 'issuer.suspected_fraud'],
    [66_607, 'debit', 'issuer.declined'],
    [66_602, 'credit', 'qr.merchant_unknown'],
    [66_603, 'credit', 'merchant.inactive'],
    [66_604, 'credit', 'merchant.inactive'],
    [66_607, 'credit', 'acquirer.declined'],
    [66_608, 'credit', 'qr.merchant_unknown'],
    [66_609, 'credit', 'merchant.inactive'],
  ])('a refusal of %i keeps its reason, of a %s: %s', async (amount, movement, code) => {
    const order = orderOf(amount);
    expect(await ask('perform', movement, order)).toBe(code);
    expect(await ask('status', movement, order)).toBe(code);
  });
});

describe('no answer', () => {
  test('within the deadline is unknown, and the request is given up', async () => {
    let aborted = false;
    const hanging = (_: Movement, __: Order, given: AbortSignal) =>
      new Promise<never>((_resolve, reject) => {
        given.addEventListener('abort', () => {
          aborted = true;
          reject(new Error('aborted'));
        });
      });
    const adapter = { ...sandboxAdapter(memoryStore()), perform: hanging };
    const connection = { id: 'con_slow', adapter, terms: { deadlineMs: 20 } };
    expect(await reach(connection, new Breaker(), 'perform', 'debit', orderOf(1))).toEqual({
      state: 'unknown',
    });
    expect(aborted).toBe(true);
  });
});
