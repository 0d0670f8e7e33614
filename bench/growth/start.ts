/** Cold starts: of the whole process, and of a book that was evicted. */
import { type Ground, serve } from './city.ts';
import { drive } from './drive.ts';
import type { Rows } from './meter.ts';
import { type City, keyOf, shots } from './payments.ts';

export interface Start {
  readonly city: string;
  /** From the command to the first answered request, the build being there already. */
  readonly processMs: number;
  /** The merchant's book when it comes to life. */
  readonly bookRowsRead: number;
  readonly bookMs: number;
  /** The first payment after it. */
  readonly firstPaymentMs: number;
}

export async function measureStart(ground: Ground, city: City): Promise<Start> {
  const { merchantBook: book } = ground;
  const startedMs = performance.now();
  const { running, bench } = await serve(ground.folder, city.folder, ground.books);
  try {
    const processMs = performance.now() - startedMs;
    const only = `from=${book}&to=${book + 1}`;
    const [rows, bookMs] = await timed(async () => (await bench(`/bench/rows?${only}`)) as Rows);
    const payment = { clients: 1, count: 1, next: shots(ground, city, city.accounts) };
    const [, firstPaymentMs] = await timed(() => drive(running.localUrl, payment));
    return { city: keyOf(city), processMs, bookRowsRead: rows.read, bookMs, firstPaymentMs };
  } finally {
    await running.stop();
  }
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const startedMs = performance.now();
  const result = await work();
  return [result, performance.now() - startedMs];
}
