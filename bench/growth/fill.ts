/**
 * Fills the books of a switch that is not running: accounts, top-ups and payments, by the ledger's own
 * engine on the books' own files, with directory and reports to match. What comes out is what payments over
 * the API would have left, hash chains and all; a reconciliation finds nothing.
 */
import { type AccountRow, directoryOf, ownAct } from '../../src/directory/index.ts';
import type { Run } from '../../src/events/index.ts';
import { newId } from '../../src/kernel/index.ts';
import type { Engine } from '../../src/ledger/engine.ts';
import { accountName, type TransferCommand } from '../../src/ledger/model.ts';
import { periodsOf } from '../../src/reports/periods.ts';
import { reportsOf } from '../../src/reports/store.ts';
import { openingBalance } from '../load/city.ts';
import { DatabaseFile } from './database.ts';
import { engineOf } from './engine.ts';

export interface FillPlan {
  readonly issuer: string;
  readonly merchant: { readonly id: string; readonly name: string; readonly account: string };
  readonly payers: number;
  /** The books the payers are spread over. */
  readonly payerBooks: readonly number[];
  /** Payments the merchant has taken: an entry of its account each, and one of a payer's. */
  readonly payments: number;
}

export interface FilledFiles {
  readonly directory: string;
  readonly reports: string;
  book(number: number): string;
}

// Transfers in one transaction of the books: as many as come together in a busy hour.
const groupSize = 64;
const amountMax = 1_000;

interface OpenBook {
  readonly number: number;
  readonly file: DatabaseFile;
  readonly engine: Engine;
}

interface Move {
  readonly from: AccountRow;
  readonly to: AccountRow;
  readonly command: Omit<TransferCommand, 'creditor' | 'creditorBooks' | 'creditorStripe' | 'idempotency'>;
}

export interface Filled {
  /** The ids of the payers it made. */
  readonly payers: readonly string[];
  readonly transfers: number;
  readonly entries: number;
  /** What it took of this processor: the ledger, without the disk, and the report database. */
  readonly ledgerMs: number;
  readonly reportsMs: number;
}

export async function fill(files: FilledFiles, plan: FillPlan, random: () => number): Promise<Filled> {
  const [directoryFile, reportsFile] = [new DatabaseFile(files.directory), new DatabaseFile(files.reports)];
  for (const file of [directoryFile, reportsFile]) file.begin();
  const directory = directoryOf(directoryFile.d1);
  const [merchant, funding] = [
    await directory.account(plan.merchant.account),
    await directory.fundingAccount(plan.issuer, 'KGS'),
  ];
  if (!merchant || !funding) throw new Error('the merchant or the funding account is not in the directory');
  const payers = Array.from({ length: plan.payers }, (_, index) => payerOf(plan, index));
  for (const payer of payers) await directory.add(ownAct('bench'), directory.tables.accounts, payer);

  const numbers = new Set([...plan.payerBooks, ...merchant.books, ...funding.books]);
  const books = new Map([...numbers].map((number) => [number, openBook(number, files.book(number))]));
  const writer = new Writer(books, reportsOf(periodsOf({ REPORTS: reportsFile.d1 })).projection);
  await writer.open([merchant, funding, ...payers]);
  await writer.moveAll(topUps(plan, funding, payers));
  await writer.moveAll(payments(plan, merchant, payers, random));
  for (const { file } of books.values()) file.close();
  for (const file of [directoryFile, reportsFile]) file.close();
  return { payers: payers.map(({ id }) => id), ...writer.spent };
}

function payerOf({ issuer, payerBooks }: FillPlan, index: number): AccountRow {
  const nowMs = Date.now();
  return {
    id: newId('account', nowMs),
    kind: 'payer',
    owner: issuer,
    currency: 'KGS',
    label: null,
    books: [payerBooks[index % payerBooks.length] ?? 0],
    grownFrom: [],
    reference: null,
    position: null,
    positionStripe: null,
    limitMinor: '0',
    status: 'active',
    version: 1,
    createdAtMs: nowMs,
  };
}

function openBook(number: number, path: string): OpenBook {
  const file = new DatabaseFile(path);
  file.begin();
  return { number, file, engine: engineOf(number, file.storage) };
}

function* topUps({ issuer }: FillPlan, funding: AccountRow, payers: readonly AccountRow[]): Generator<Move> {
  for (const to of payers) {
    const command = { kind: 'top_up' as const, amountMinor: BigInt(openingBalance), currency: 'KGS' };
    yield { from: funding, to, command: { ...command, facts: { payerParticipant: issuer } } };
  }
}

function* payments(
  { issuer, merchant: { id, name }, payments: count }: FillPlan,
  merchant: AccountRow,
  payers: readonly AccountRow[],
  random: () => number,
): Generator<Move> {
  const facts = { payerParticipant: issuer, merchant: id, merchantName: name, scheme: 'elqr' };
  for (let made = 0; made < count; made++) {
    const from = payers[Math.floor(random() * payers.length)];
    if (!from) return;
    const amountMinor = BigInt(1 + Math.floor(random() * amountMax));
    yield { from, to: merchant, command: { kind: 'payment', amountMinor, currency: 'KGS', facts } };
  }
}

/** Writes groups of transfers, as books do that are asked for many at once, and what follows for the reports. */
class Writer {
  readonly #books: ReadonlyMap<number, OpenBook>;
  readonly #projection: ReturnType<typeof reportsOf>['projection'];
  readonly spent = { transfers: 0, entries: 0, ledgerMs: 0, reportsMs: 0 };

  constructor(books: ReadonlyMap<number, OpenBook>, projection: ReturnType<typeof reportsOf>['projection']) {
    this.#books = books;
    this.#projection = projection;
  }

  async open(accounts: readonly AccountRow[]): Promise<void> {
    await this.#group(() => {
      for (const { id, books, kind, owner, currency, status, version, limitMinor } of accounts) {
        if (kind === 'external') continue;
        const facts = {
          account: id,
          stripe: 0,
          stripes: 1,
          book: books[0] ?? 0,
          limitMinor: BigInt(limitMinor),
          version,
        };
        this.#engine(books[0]).accounts.put({ ...facts, kind, owner, currency, status });
      }
    });
  }

  async moveAll(moves: Iterable<Move>): Promise<void> {
    const group: Move[] = [];
    for (const move of moves) {
      group.push(move);
      if (group.length === groupSize) await this.#moveGroup(group.splice(0));
    }
    await this.#moveGroup(group);
    // The settles of transfers between books come with the next transaction.
    await this.#group(() => undefined);
  }

  #moveGroup(moves: readonly Move[]): Promise<void> {
    return this.#group(() => {
      for (const move of moves) this.#move(move);
    });
  }

  #engine(book: number | undefined): Engine {
    const found = this.#books.get(book ?? -1);
    if (!found) throw new Error(`book ${book} is not open`);
    return found.engine;
  }

  #move({ from, to, command }: Move): void {
    const engine = this.#engine(from.books[0]);
    const started = engine.start(accountName(from.id, 0), {
      ...command,
      creditor: to.id,
      creditorBooks: to.books,
      creditorStripe: 0,
      // As long as a key of the API, with owner and route, and as random.
      idempotency: {
        key: `${from.owner} payments ${crypto.randomUUID()}`,
        request: `fill ${++this.spent.transfers}`,
      },
    });
    if (!started.ok) throw new Error(started.refusal.code);
    const { id, view } = started.value;
    if (view?.state === 'completed') return;
    const hold = engine.open.get(id);
    const accepted = hold && this.#engine(to.books[0]).accept(hold.transfer);
    if (!accepted?.ok) throw new Error(`transfer ${id}: ${view?.refusal?.code ?? accepted?.refusal.code}`);
    engine.accepted.set(id, accepted.value);
  }

  async #group(work: () => void): Promise<void> {
    const engines = [...this.#books.values()];
    const startedMs = performance.now();
    for (const { engine } of engines) engine.begin();
    work();
    const runs = engines.flatMap(({ number, engine }): Run[] => {
      for (const id of engine.accepted.keys()) if (!engine.open.has(id)) engine.accepted.delete(id);
      // What was sent so far: the last group of a fill is sent again, and nobody minds.
      engine.end(engine.lastBatch.n);
      const entries = engine.takeFresh();
      return entries.length > 0 ? [{ book: number, entries }] : [];
    });
    const writtenMs = performance.now();
    if (runs.length > 0) await this.#projection.apply(runs);
    this.spent.entries += runs.reduce((sum, { entries }) => sum + entries.length, 0);
    this.spent.ledgerMs += writtenMs - startedMs;
    this.spent.reportsMs += performance.now() - writtenMs;
  }
}
