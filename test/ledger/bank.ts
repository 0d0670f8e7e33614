/** Accounts to play with, reached as the switch reaches them, and the rules their histories must keep. */
import { runInDurableObject } from 'cloudflare:test';
import { expect } from 'vitest';
import { amountMinorMax, newOrderId } from '../../src/kernel/index.ts';
import {
  type AccountFacts,
  type AccountPlace,
  type AccountStripe,
  accountName,
  type Book,
  type BookEntry,
  type ClaimRequest,
  type Entry,
  ledgerOf,
  type SettleBody,
  type TransferCommand,
  verifyChain,
} from '../../src/ledger/index.ts';
import type { HoldBody } from '../../src/ledger/model.ts';
import { testEnv } from '../support/switch.ts';

export const ledger = ledgerOf(testEnv.BOOKS);

export interface TestAccount {
  readonly id: string;
  readonly facts: AccountFacts;
  /** Made anew each time: a stub does not survive a crash of its object. */
  readonly stub: AccountStripe;
  /** The object that keeps it. */
  readonly book: DurableObjectStub<Book>;
  readonly place: AccountPlace;
}

let counter = 0;
// Far from the books that the switch itself uses in the same run.
let books = 100;

/** A book that nothing else is in. */
export const newBook = (): number => ++books;

/** An account in a book of its own, so that every transfer is one between books; or in the one it is given. */
export async function opened(more: Partial<AccountFacts> = {}): Promise<TestAccount> {
  const id = more.account ?? `acc_test${++counter}`;
  const facts: AccountFacts = {
    account: id,
    stripe: 0,
    book: more.book ?? newBook(),
    kind: 'payer',
    currency: 'KGS',
    owner: 'par_test',
    status: 'active',
    stripes: (more.stripe ?? 0) + 1,
    limitMinor: 0n,
    version: 1,
    ...more,
  };
  const place = { id, books: Array.from({ length: facts.stripe + 1 }, () => facts.book) };
  const account = {
    id,
    facts,
    place,
    get stub() {
      return ledger.stripe(place, facts.stripe);
    },
    get book() {
      return ledger.book(facts.book);
    },
  };
  await account.stub.put(facts);
  return account;
}

export const openedShop = (more: Partial<AccountFacts> = {}) =>
  opened({ kind: 'merchant', owner: 'mch_test', ...more });
export const openedFunding = (more: Partial<AccountFacts> = {}) =>
  opened({ kind: 'funding', limitMinor: amountMinorMax, ...more });

let version = 1;
export const statusOf = (account: TestAccount, status: AccountFacts['status']) =>
  account.stub.put({ ...account.facts, status, version: ++version });

export function command(
  to: Pick<TestAccount, 'id' | 'place'>,
  amountMinor: bigint,
  more: Partial<TransferCommand> = {},
): TransferCommand {
  return {
    kind: 'payment',
    amountMinor,
    currency: 'KGS',
    creditor: to.id,
    creditorBooks: to.place.books,
    creditorStripe: 0,
    facts: { payerParticipant: 'par_test', merchant: 'mch_test' },
    idempotency: { key: `key ${++counter}`, request: 'request' },
    ...more,
  };
}

/** A payer with money, and the account it came from. */
export async function funded(amountMinor: bigint, more: Partial<AccountFacts> = {}) {
  const funding = await openedFunding({ currency: more.currency ?? 'KGS' });
  const payer = await opened(more);
  const { facts } = payer;
  const topUp = command(payer, amountMinor, { kind: 'top_up', currency: facts.currency });
  expect(await outcomeOf(funding, topUp)).toBe('completed');
  return { funding, payer };
}

/** What a transfer came to, in one word: its state, or the code of the refusal. */
export async function outcomeOf(from: TestAccount, what: TransferCommand): Promise<string> {
  const answer = await from.stub.transfer(what);
  if (!answer.ok) return answer.refusal.code;
  const { state, refusal } = answer.value.view;
  return refusal?.code ?? state;
}

export function claimRequest(amountMinor: bigint, more: Partial<ClaimRequest> = {}): ClaimRequest {
  return {
    id: newOrderId(Date.now(), 0),
    amountMinor,
    currency: 'KGS',
    expiresAtMs: Date.now() + 60_000,
    payloadDigest: 'digest',
    facts: { till: 'til_1' },
    details: '{"a":1}',
    ...more,
  };
}

export async function claimed(shop: TestAccount, amountMinor: bigint, more: Partial<ClaimRequest> = {}) {
  const answer = await shop.stub.openClaim(claimRequest(amountMinor, more));
  if (!answer.ok) throw new Error(answer.refusal.code);
  return answer.value.claim;
}

/** Pays a claim in full, as its payer was told to. */
export const paying = (
  shop: TestAccount,
  claim: { readonly id: string; readonly amountMinor: bigint },
  more: Partial<TransferCommand> = {},
) =>
  command(shop, claim.amountMinor, {
    claim: { id: claim.id, principalMinor: Number(claim.amountMinor), payloadDigest: 'digest' },
    ...more,
  });

export type Fault = 'question lost' | 'answer lost' | 'no answer';

/** From now until it is evicted or crashes, this account's questions to others meet a fault. */
export async function cutOff(account: TestAccount, fault: Fault): Promise<void> {
  await runInDurableObject(account.book, (instance: Book) => {
    const get = (id: DurableObjectId) => ({
      async accept(transfer: Parameters<Book['accept']>[0]) {
        if (fault === 'no answer') return new Promise(() => {});
        if (fault === 'answer lost') await testEnv.BOOKS.get(id).accept(transfer);
        throw new Error(fault);
      },
    });
    const BOOKS = { get, idFromName: (name: string) => testEnv.BOOKS.idFromName(name) };
    Reflect.set(instance, 'env', { ...testEnv, BOOKS });
  });
}

export async function reconnect(account: TestAccount): Promise<void> {
  await runInDurableObject(account.book, (instance: Book) => Reflect.set(instance, 'env', testEnv));
}

/** What the platform does when an alarm is due. */
export const alarm = ({ book }: TestAccount): Promise<void> =>
  runInDurableObject(book, (instance: Book) => instance.alarm());

/** All entries of an account, read without asking or settling anything. */
export async function historyOf(account: TestAccount): Promise<Entry[]> {
  return (await feedOf(account)).map(({ entry }) => entry);
}

/** The same with their positions in the book. */
export async function feedOf({ book, id, facts }: TestAccount): Promise<BookEntry[]> {
  const entries: BookEntry[] = [];
  for (let position = 0; ; ) {
    const feed = await book.feed(position, 500);
    const last = feed.entries.at(-1);
    if (!last) return entries;
    entries.push(...feed.entries.filter((it) => it.facts.account === id && it.facts.stripe === facts.stripe));
    position = last.position;
  }
}

/** The sum of an entry's transfer on the clearing sub-account: what is between this account and another. */
const clearingOf = ({ type, availableDelta, heldDelta }: Entry): bigint =>
  type === 'accept' || type === 'debit' || type === 'settle' ? -(availableDelta + heldDelta) : 0n;

/** What is true of every account's history at any time; gives the history back. */
export async function checkHistory(account: TestAccount): Promise<Entry[]> {
  const entries = await historyOf(account);
  const at = (entry: Entry) => `${accountName(account.id, account.facts.stripe)} entry ${entry.seq}`;
  expect(verifyChain(accountName(account.id, account.facts.stripe), entries), account.id).toBeUndefined();
  const open = new Map<string, number>();
  const ended = new Set<string>();
  const paid = new Set<string>();
  let clearing = 0n;
  for (const [index, entry] of entries.entries()) {
    expect(entry.seq, at(entry)).toBe(index + 1);
    if (entry.type === 'hold') open.set(entry.subject, entry.seq);
    if (entry.type === 'settle' || entry.type === 'void') {
      expect(open.delete(entry.subject), `${at(entry)} ends an open hold`).toBe(true);
    }
    if (entry.type !== 'hold' && entry.type !== 'await') {
      expect(ended.has(entry.subject), `${at(entry)} is the only end of its subject`).toBe(false);
      ended.add(entry.subject);
    }
    const body = JSON.parse(entry.body);
    const claim: string | undefined = body.claim?.id;
    if (claim) {
      expect(paid.has(claim), `${at(entry)} ends its claim first`).toBe(false);
      paid.add(claim);
    }
    if (entry.type === 'settle') {
      const { holdSeq }: SettleBody = body;
      expect(entries[holdSeq - 1], at(entry)).toMatchObject({ type: 'hold', subject: entry.subject });
    }
    clearing += clearingOf(entry);
    expect(entry.available + entry.held + clearing, `${at(entry)} balances`).toBe(0n);
    expect(entry.held >= 0n, `${at(entry)} holds`).toBe(true);
    expect(entry.available >= -account.facts.limitMinor, `${at(entry)} overdraws`).toBe(true);
  }
  return entries;
}

/** At rest: nothing open, nothing lost, nothing made; every debit has its one credit. */
export async function checkRest(accounts: readonly TestAccount[]): Promise<void> {
  const settled: string[] = [];
  const accepted: string[] = [];
  const balances = await Promise.all(
    accounts.map(async (account) => {
      await account.stub.entries(Number.MAX_SAFE_INTEGER, 1);
      const [balance, history] = await Promise.all([account.stub.balance(), checkHistory(account)]);
      expect(balance, account.id).toMatchObject({ heldMinor: 0n, openTransfers: 0, seq: history.length });
      expect(balance?.availableMinor, account.id).toBe(history.at(-1)?.available ?? 0n);
      for (const { type, body: text } of history) {
        const body = JSON.parse(text);
        const held = type === 'settle' ? JSON.parse(history[body.holdSeq - 1]?.body ?? '{}') : body;
        const { transfer }: Partial<HoldBody> = held;
        const line =
          transfer && `${transfer.id} ${transfer.amountMinor} ${transfer.debtor} ${transfer.creditor}`;
        if ((type === 'settle' || type === 'debit') && line) settled.push(line);
        if (type === 'accept' && line) accepted.push(line);
      }
      return balance?.balanceMinor ?? 0n;
    }),
  );
  expect(balances.reduce((sum, balance) => sum + balance, 0n)).toBe(0n);
  expect(settled.sort()).toEqual(accepted.sort());
}
