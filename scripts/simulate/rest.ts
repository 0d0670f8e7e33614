/** What is true when everything has come to rest: the invariants of the ledger, one after the other. */
import { isDeepStrictEqual } from 'node:util';
import { identify } from '../../src/events/index.ts';
import { isId } from '../../src/kernel/index.ts';
import {
  type AuditCursor,
  type AuditPage,
  accountName,
  auditStart,
  type BookEntry,
  type Entry,
  type TransferDetails,
  verifyChain,
} from '../../src/ledger/index.ts';
import { transferRows } from '../../src/reports/rows.ts';
import { isRefund } from './refunds.ts';
import { source } from './reports.ts';
import { type Account, stripesOf, type Town } from './town.ts';
import { Violation } from './world.ts';

function check(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new Violation(rule);
}

export interface Histories {
  readonly byBook: readonly (readonly BookEntry[])[];
  readonly byName: ReadonlyMap<string, readonly Entry[]>;
}

/** Reads whole books as projections do. */
export async function histories(town: Town): Promise<Histories> {
  const byBook: BookEntry[][] = [];
  const byName = new Map<string, Entry[]>(stripesOf(town).map(({ name }) => [name, []]));
  for (const host of town.hosts) {
    const entries: BookEntry[] = [];
    for (;;) {
      const feed = await town.ledger.book(host.number).feed(entries.length, 500);
      if (feed.entries.length === 0) break;
      entries.push(...feed.entries);
    }
    for (const [index, { position, facts, entry }] of entries.entries()) {
      check(position === index + 1, `positions of book ${host.number} have no gap`);
      check(
        index === 0 || entry.atMs >= (entries[index - 1]?.entry.atMs ?? 0),
        'a book’s time does not step back',
      );
      byName.get(accountName(facts.account, facts.stripe))?.push(entry);
    }
    byBook.push(entries);
  }
  return { byBook, byName };
}

/** Of each account: it balances, never overdraws, and a hold ends exactly once. Gives its transfers' ends. */
export function checkAccounts(town: Town, { byName }: Histories): void {
  const debits: string[] = [];
  const credits: string[] = [];
  const claims = new Set<string>();
  for (const { name, kind, limitMinor } of stripesOf(town)) {
    const entries = byName.get(name) ?? [];
    const broken = verifyChain(name, entries);
    check(!broken, `the chain of ${name}: ${broken?.problem}`);
    const open = new Map<string, TransferDetails>();
    const ended = new Set<string>();
    let clearing = 0n;
    for (const { type, subject, body, available, held, availableDelta, heldDelta, seq } of entries) {
      const at = `${name} entry ${seq}`;
      const { transfer, claim } = JSON.parse(body);
      if (type === 'hold') open.set(subject, transfer);
      else if (type !== 'await') {
        check(!ended.has(subject), `${at} is the only end of its subject`);
        ended.add(subject);
      }
      const details = open.get(subject) ?? transfer;
      if (type === 'settle' || type === 'void') check(open.delete(subject), `${at} ends an open hold`);
      if (type === 'settle' || type === 'debit') debits.push(lineOf(details));
      if (type === 'accept') credits.push(lineOf(transfer));
      if (type === 'accept' && claim) check(claim.endedAtMs < claim.expiresAtMs, `${at} pays in time`);
      if (claim !== undefined && 'state' in claim && type !== 'hold') {
        check(!claims.has(claim.id), `${at} ends its claim first`);
        claims.add(claim.id);
      }
      if (type === 'accept' || type === 'debit' || type === 'settle') clearing -= availableDelta + heldDelta;
      check(available + held + clearing === 0n, `${at} balances`);
      check(available >= -limitMinor, `${at} does not overdraw`);
      const mayOwe = isRefund(subject) || isId('gather', subject);
      const spends = kind === 'merchant' && availableDelta < 0n && !mayOwe;
      check(
        !spends || available >= 0n,
        `${at}: a merchant goes below zero by refunds alone, and by loans for them`,
      );
      check(held >= 0n, `${at} holds no less than nothing`);
    }
    check(open.size === 0, `${name} has no open hold`);
  }
  check(isDeepStrictEqual(debits.sort(), credits.sort()), 'each debit has its one credit');
}

const lineOf = ({ id, amountMinor, debtor, creditor }: TransferDetails): string =>
  `${id} ${amountMinor} ${debtor} ${creditor}`;

export async function checkBalances(town: Town, { byName }: Histories): Promise<void> {
  let sum = 0n;
  for (const account of town.accounts) {
    const balance = await town.ledger.balance(account);
    check(balance !== null, `${account.id} is there`);
    check(balance.heldMinor === 0n && balance.openTransfers === 0, `${account.id} is at rest`);
    const tips = account.facts.map((it) => byName.get(accountName(account.id, it.stripe))?.at(-1));
    const expected = tips.reduce((total, tip) => total + (tip?.available ?? 0n), 0n);
    check(balance.balanceMinor === expected, `the balance of ${account.id} follows from its entries`);
    sum += balance.balanceMinor;
    const history = byName.get(accountName(account.id, 0)) ?? [];
    if (history.length > 0) await checkThen(town, account, history);
  }
  check(sum === 0n, 'over all accounts the sum is zero');
}

/** What an account had at some time follows from its entries. */
async function checkThen(town: Town, account: Account, history: readonly Entry[]): Promise<void> {
  const atMs = town.world.pick(history).atMs - town.world.random(2);
  const found = await town.ledger.stripe(account).lastEntryAt(atMs);
  const expected = history.findLast((entry) => entry.atMs <= atMs);
  check(found?.seq === expected?.seq, `what ${account.id} had at a time follows from its entries`);
}

/** The switch's own audit finds nothing, and counts money neither made nor lost. */
export async function checkAudit(town: Town): Promise<void> {
  let netMinor = 0n;
  for (const { number } of town.hosts) {
    for (let cursor: AuditCursor | null = auditStart; cursor; ) {
      const page: AuditPage = await town.ledger.book(number).audit(cursor, Number.MAX_SAFE_INTEGER);
      const [finding] = page.findings;
      check(!finding, `the audit of book ${number} finds ${JSON.stringify(finding)}`);
      for (const sums of page.sums.values()) netMinor += sums.netMinor;
      cursor = page.next;
    }
  }
  check(netMinor === 0n, `the audit counts ${netMinor} made`);
}

/** What was acknowledged is found, and answered the same; what was not has one definite end or never was. */
export async function checkAnswers(town: Town): Promise<void> {
  for (const { from, stripe, what, answer } of town.sent) {
    const last = await town.ledger.stripe(from, stripe).replay(what.idempotency);
    if (last === null) {
      check(!answer, `an acknowledged transfer is found: ${answer?.transfer.id}`);
      continue;
    }
    const open: readonly string[] = ['requires_confirmation', 'processing'];
    check(last.ok && !open.includes(last.value.state), 'every transfer has an end');
    check(
      !answer || isDeepStrictEqual(last.value, answer),
      `${what.idempotency.key} is answered the same for ever`,
    );
  }
}

export async function checkClaims(town: Town, { byName }: Histories): Promise<void> {
  for (const { shop, stripe, id, told } of town.claims) {
    const claim = await town.ledger.stripe(shop, stripe).claim(id);
    const entries = byName.get(accountName(shop.id, stripe)) ?? [];
    const accepts = entries.filter(
      ({ type, body }) => type === 'accept' && JSON.parse(body).claim?.id === id,
    );
    check(accepts.length === (claim?.state === 'paid' ? 1 : 0), `claim ${id} is paid at most once`);
    check(!told || claim?.state === told, `claim ${id} is ${claim?.state}, its register was told ${told}`);
    const amounts = accepts.map(({ availableDelta }) => availableDelta);
    check(
      amounts.every((amount) => amount === claim?.amountMinor),
      `claim ${id} is paid in full`,
    );
  }
}

/** Reports and announcements follow from the entries alone, in whatever order those came. */
export async function checkReports(town: Town, { byBook }: Histories): Promise<void> {
  const { world, reports } = town;
  const runs = byBook.map((entries, book) => ({ book, entries }));
  const byId = (left: { id: string }, right: { id: string }) => (left.id < right.id ? -1 : 1);
  const derived = transferRows(runs).sort(byId);
  const shuffled = runs.map((run) => ({ run, at: world.random(1_000) })).sort((a, b) => a.at - b.at);
  const again = transferRows(shuffled.map(({ run }) => run)).sort(byId);
  check(isDeepStrictEqual(again, derived), 'rows do not depend on the order of books');
  check(
    derived.every(({ status }) => status !== 'processing' && status !== 'requires_confirmation'),
    'no row is under way',
  );
  const rows = await reports.reports.transfers({}, 100_000);
  check(
    isDeepStrictEqual(rows.map((row) => ({ ...row })).sort(byId), derived),
    'the reports equal the entries',
  );
  const { transfers } = await reports.reports.figures();
  const counted = transfers
    .filter(({ status }) => status !== 'requires_confirmation')
    .flatMap(({ kind, status, refusal, count }) =>
      Array.from({ length: count }, () => `${kind} ${status} ${refusal}`),
    );
  const ended = derived.map(({ kind, status, refusal }) => `${kind} ${status} ${refusal}`);
  check(isDeepStrictEqual(counted.sort(), ended.sort()), 'every transfer is counted, once');
  const marks = await reports.reports.projection.watermarks(runs.map(({ book }) => book));
  for (const { book, entries } of runs) {
    check((marks.get(book) ?? 0) === entries.length, `the reports have all of book ${book}`);
  }
  const events = await identify(runs, [source]);
  check(new Set(events.map(({ id }) => id)).size === events.length, 'events have ids of their own');
  const announced = events.every((event) => reports.announced.get(event.id) === JSON.stringify(event));
  check(announced && reports.announced.size === events.length, 'every event was announced, and no other');
}
