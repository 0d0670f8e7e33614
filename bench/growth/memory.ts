/** What stays in memory: per live book, and per account that was asked for. Resident memory of the process. */
import { readdir, readFile } from 'node:fs/promises';
import type { Shot } from '../load/client.ts';
import { type Ground, serve } from './city.ts';
import { drive } from './drive.ts';
import type { City } from './payments.ts';

// Books with no accounts of their own, beyond those of the switch.
const booksTouched = 1_000;
// As many accounts as a book and the Worker each keep in memory.
const accountsTouched = 20_000;
const clients = 8;

export interface Memory {
  readonly idleMb: number;
  readonly perBookKb: number;
  readonly filesPerBook: number;
  readonly perAccountKb: number;
  /** The same again, with other accounts: what was there first is forgotten. */
  readonly perFurtherAccountKb: number;
}

export async function measureMemory(ground: Ground, cities: ReadonlyMap<string, City>): Promise<Memory> {
  const inOneBook = [...cities.values()].filter(({ spread }) => spread === 'one book');
  const city = inOneBook.toSorted((left, right) => right.accounts - left.accounts)[0]!;
  const { running, bench } = await serve(ground.folder, city.folder, ground.books);
  try {
    const pid = running.workerdPid;
    await bench(`/bench/books?to=${ground.books}`);
    const [idleKb, idleFiles] = [await residentKb(pid), await openFiles(pid)];
    const first = ground.books;
    await bench(`/bench/books?from=${first}&to=${first + booksTouched}`);
    const [booksKb, booksFiles] = [await residentKb(pid), await openFiles(pid)];
    const touched = Math.min(accountsTouched, Math.floor(city.payers.length / 2));
    const touch = (from: number) =>
      drive(running.localUrl, { clients, count: touched, next: balances(ground, city, from) });
    // One account first, so that the code that reads accounts is there.
    await drive(running.localUrl, { clients, count: 1_000, next: balances(ground, city, 0, 1) });
    const beforeKb = await residentKb(pid);
    await touch(0);
    const afterKb = await residentKb(pid);
    await touch(touched);
    const furtherKb = await residentKb(pid);
    return {
      idleMb: idleKb / 1_024,
      perBookKb: (booksKb - idleKb) / booksTouched,
      filesPerBook: (booksFiles - idleFiles) / booksTouched,
      perAccountKb: (afterKb - beforeKb) / touched,
      perFurtherAccountKb: (furtherKb - afterKb) / touched,
    };
  } finally {
    await running.stop();
  }
}

/** Asks for accounts' balances, one after the other, from one on. */
function balances({ walletKey }: Ground, { payers }: City, from: number, among = payers.length) {
  let at = from;
  return (): Shot => ({
    method: 'GET',
    path: `/v1/accounts/${payers[at++ % among]}/balance`,
    headers: { authorization: `Bearer ${walletKey}` },
    body: '',
  });
}

async function residentKb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]);
}

const openFiles = async (pid: number): Promise<number> => (await readdir(`/proc/${pid}/fd`)).length;
