/**
 * The switch with a meter: the product's own Worker, whose books count their rows, and a few routes for the
 * benchmark beside it. It is built into the benchmark's own state folders and nowhere else.
 */
import { type Env, switchOf } from '../../src/app.ts';
import product, { Book as ProductBook } from '../../src/index.ts';
import { bookName } from '../../src/ledger/index.ts';
import { add, none, RowMeter, type Rows } from './meter.ts';

/** The other classes of the product as they are; a class of the same name below takes the place of its own. */
export * from '../../src/index.ts';

interface MeteredEnv extends Env {
  BOOKS: DurableObjectNamespace<Book>;
}

export class Book extends ProductBook {
  readonly #meter: RowMeter;

  constructor(ctx: DurableObjectState, env: MeteredEnv) {
    const meter = new RowMeter(ctx.storage.sql);
    super(ctx, env);
    this.#meter = meter;
  }

  /** Since the last call or the object's start; goes on counting only if asked to. */
  async rows(goOn: boolean): Promise<Rows> {
    return this.#meter.take(goOn);
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

async function eachBook<T>(
  env: MeteredEnv,
  query: URLSearchParams,
  ask: (book: DurableObjectStub<Book>, number: number) => Promise<T>,
): Promise<T[]> {
  const numbers = range(Number(query.get('from') ?? 0), Number(query.get('to')));
  return Promise.all(
    numbers.map((number) => ask(env.BOOKS.get(env.BOOKS.idFromName(bookName(number))), number)),
  );
}

const routes: Record<string, (env: MeteredEnv, query: URLSearchParams) => Promise<unknown>> = {
  /** Brings books to life, and tells the names of their files. */
  '/bench/books': (env, query) =>
    eachBook(env, query, async (book) => {
      await book.known([]);
      return book.id.toString();
    }),
  '/bench/rows': async (env, query) =>
    (await eachBook(env, query, (book) => book.rows(query.get('count') === 'on'))).reduce(add, none),
  /** What happens every minute, now. */
  '/bench/minute': async (env) => {
    await switchOf(env).scheduled('* * * * *');
    return null;
  },
  /** How far sums by hour are folded into sums by day. */
  '/bench/folded': (env) =>
    env.REPORTS.prepare("SELECT max(value) AS mark FROM note WHERE name = 'folded'").first('mark'),
  /** Entries that the reports have not got yet; at least one per book that is behind. */
  '/bench/behind': async (env, query) => {
    const found = await env.REPORTS.prepare('SELECT book, position FROM watermark').all<{
      book: number;
      position: number;
    }>();
    const marks = new Map(found.results.map(({ book, position }) => [book, position]));
    const missing = await eachBook(
      env,
      query,
      async (book, number) => (await book.feed(marks.get(number) ?? 0, 1)).entries.length,
    );
    return missing.reduce((sum, count) => sum + count, 0);
  },
};

export default {
  ...product,
  async fetch(request, env, context) {
    const { pathname, searchParams } = new URL(request.url);
    const route = routes[pathname];
    return route ? Response.json(await route(env, searchParams)) : product.fetch(request, env, context);
  },
} satisfies ExportedHandler<MeteredEnv>;
