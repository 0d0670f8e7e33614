/**
 * A country at noon: payments arrive, look the payer up, and go through the payer's book and, if no stripe of
 * the merchant is in it, through the merchant's. Entries leave each book in messages and become report rows.
 * What is a queue in the switch is a queue here; what is only work in between is a time.
 */
import { randomFrom, zipf } from '../load/chance.ts';
import { Clock } from './clock.ts';
import { Station } from './station.ts';

export interface Country {
  readonly perSecond: number;
  readonly merchants: number;
  /** The ten largest merchants' part of all payments. */
  readonly topShare: number;
  readonly books: number;
  /** Of the ten largest, and of all others; neighbouring books. */
  readonly stripes: { readonly top: number; readonly others: number };
  /** Round trip from the Worker, near the payer, to the books and databases. */
  readonly reachMs: number;
  /** Round trip from book to book. */
  readonly betweenMs: number;
  /** How often a payer's account is not in the Worker's memory, and must be asked for. */
  readonly directoryMisses: number;
  /** Databases that answer for the directory, and what a question takes one of them. */
  readonly directories: number;
  readonly directoryMs: number;
  /** A request on a book's one thread. */
  readonly threadMs: number;
  /** Until a transaction is safe; whatever comes meanwhile shares the next one. */
  readonly commitMs: number;
  /** The report databases, and what an entry takes one of them. */
  readonly reports: number;
  readonly reportMsPerEntry: number;
  /** Queues for entries. */
  readonly queues: number;
  readonly queueMessagesPerSecond: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly seed: number;
}

/** What the platform's documentation says, and one plausible country; `docs/scale.md` gives the sources. */
export const baseCountry: Country = {
  perSecond: 10_000,
  merchants: 100_000,
  topShare: 0.3,
  books: 256,
  stripes: { top: 16, others: 1 },
  reachMs: 20,
  betweenMs: 5,
  directoryMisses: 1,
  directories: 16,
  directoryMs: 1,
  threadMs: 1,
  commitMs: 5,
  reports: 4,
  reportMsPerEntry: 0.05,
  queues: 1,
  queueMessagesPerSecond: 5_000,
  seconds: 5,
  warmUpSeconds: 2,
  seed: 20_261_122,
};

export interface Noon {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answered within two seconds after noon, of those that came at noon. */
  readonly answeredShare: number;
  /** Payments that stayed within the payer's book. */
  readonly localShare: number;
  /** Share of the time that the busiest of each kind was at work. */
  readonly busiestBook: number;
  readonly busiestBookPerSecond: number;
  readonly busiestDirectory: number;
  readonly busiestReports: number;
  readonly reportLagP99Ms: number;
  readonly messagesPerSecond: number;
  readonly entriesPerPayment: number;
  readonly messagesPerPayment: number;
  /** Transactions of books; each is a row. */
  readonly commitsPerPayment: number;
  /** What cannot go on like this, in words. */
  readonly breaks: readonly string[];
}

const topMerchants = 10;
const groupMax = 256;
// As the outbox has it: how long entries wait for company. However many they are, one message tells of them.
const lingerQuietMs = 50;
const lingerBusyMs = 250;
// As wrangler.toml has it: a consumer is given so many messages, or what came within so long.
const messagesPerBatch = 100;
const batchWaitMs = 1_000;
// Beyond this a queue grows without end sooner or later.
const busyMax = 0.95;
// With fewer answers than this within so long, the waiting does not come to an end.
const answeredMin = 0.99;
const answeredWithinMs = 2_000;

/** Each merchant's part of all payments, largest first, when the first `top` have `topShare` of it: Zipf's law. */
export function merchantShares(count: number, top: number, topShare: number): number[] {
  const weights = weightsOf(count, exponentFor(count, top, topShare));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / all);
}

const weightsOf = (count: number, exponent: number): number[] =>
  Array.from({ length: count }, (_, index) => 1 / (index + 1) ** exponent);

function exponentFor(count: number, top: number, topShare: number): number {
  let [low, high] = [0, 4];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    const weights = weightsOf(count, middle);
    const sum = (some: readonly number[]) => some.reduce((left, right) => left + right, 0);
    if (sum(weights.slice(0, top)) / sum(weights) < topShare) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

export function simulate(country: Country): Noon {
  return new Simulation(country).run();
}

interface Book {
  readonly thread: Station;
  readonly commits: Station;
  /** Entries that are not sent yet, and since when. */
  unsent: number;
  unsentSinceMs: number;
  sending: boolean;
  lastSentMs: number;
}

interface Message {
  readonly entries: number;
  readonly sinceMs: number;
}

interface Shard {
  readonly database: Station;
  /** Of the batch that is being filled. */
  batch: Message[];
}

class Simulation {
  readonly #country: Country;
  readonly #clock = new Clock();
  readonly #random: () => number;
  readonly #merchant: () => number;
  readonly #firstBooks: number[];
  readonly #books: Book[];
  readonly #directories: Station[];
  readonly #reports: Shard[];
  readonly #latencies: number[] = [];
  readonly #lags: number[] = [];
  #counting = false;
  #begun = 0;
  #local = 0;
  #entries = 0;
  #messages = 0;

  constructor(country: Country) {
    const { seed, merchants, topShare, books, directories, directoryMs, reports } = country;
    this.#country = country;
    this.#random = randomFrom(seed);
    this.#merchant = zipf(merchants, exponentFor(merchants, topMerchants, topShare), this.#random);
    this.#firstBooks = Array.from({ length: merchants }, () => Math.floor(this.#random() * books));
    const clock = this.#clock;
    const thread = (serviceMs: number) => new Station({ clock, groupMax: 1, serviceMs: () => serviceMs });
    this.#books = Array.from({ length: books }, () => ({
      thread: thread(country.threadMs),
      commits: new Station({ clock, groupMax, serviceMs: () => country.commitMs }),
      ...{ unsent: 0, unsentSinceMs: 0, sending: false, lastSentMs: Number.NEGATIVE_INFINITY },
    }));
    this.#directories = Array.from({ length: directories }, () => thread(directoryMs));
    this.#reports = Array.from({ length: reports }, () => ({
      database: new Station({ clock, groupMax: 1, serviceMs: (_, load) => load }),
      batch: [],
    }));
  }

  run(): Noon {
    const { warmUpSeconds, seconds } = this.#country;
    this.#clock.after(this.#pauseMs(), () => this.#arrive());
    this.#clock.run(1_000 * warmUpSeconds);
    this.#counting = true;
    for (const station of this.#stations()) station.countFromNow();
    const untilMs = 1_000 * (warmUpSeconds + seconds);
    this.#clock.run(untilMs);
    const noon = this.#noon();
    this.#counting = false;
    // Payments go on, so that those that were counted end as they would.
    this.#clock.run(untilMs + answeredWithinMs);
    const found = { ...noon, ...this.#answers() };
    return { ...found, breaks: breaksOf(found, this.#country) };
  }

  #stations(): Station[] {
    return [
      ...this.#books.flatMap(({ thread, commits }) => [thread, commits]),
      ...this.#directories,
      ...this.#reports.map(({ database }) => database),
    ];
  }

  #arrive(): void {
    this.#clock.after(this.#pauseMs(), () => this.#arrive());
    this.#pay();
  }

  #pauseMs(): number {
    return (-1_000 / this.#country.perSecond) * Math.log(1 - this.#random());
  }

  #pay(): void {
    const { reachMs, betweenMs, directoryMisses } = this.#country;
    const clock = this.#clock;
    const [fromMs, counted] = [clock.nowMs, this.#counting];
    const payerBook = Math.floor(this.#random() * this.#books.length);
    const merchantBook = this.#stripeFor(this.#merchant(), payerBook);
    const local = payerBook === merchantBook;
    if (counted) {
      this.#begun++;
      if (local) this.#local++;
    }
    const answer = () => {
      if (counted) this.#latencies.push(clock.nowMs - fromMs);
    };
    const answerSoon = () => clock.after(reachMs / 2, answer);
    const accept = () =>
      this.#write(merchantBook, 1, () =>
        clock.after(betweenMs / 2, () => {
          answerSoon();
          // The settle rides along with a later transaction, and leaves with its entries.
          this.#unsent(payerBook, 1);
        }),
      );
    const hold = () => this.#write(payerBook, 1, () => clock.after(betweenMs / 2, accept));
    const transfer = local ? () => this.#write(payerBook, 2, answerSoon) : hold;
    if (this.#random() < directoryMisses) {
      const directory = this.#directories[Math.floor(this.#random() * this.#directories.length)];
      clock.after(reachMs / 2, () => directory?.serve(() => clock.after(reachMs, transfer)));
    } else {
      clock.after(reachMs / 2, transfer);
    }
  }

  /** The stripe in the payer's own book if there is one, else any. */
  #stripeFor(merchant: number, payerBook: number): number {
    const { books, stripes } = this.#country;
    const count = Math.min(books, merchant < topMerchants ? stripes.top : stripes.others);
    const first = this.#firstBooks[merchant] ?? 0;
    if ((payerBook - first + books) % books < count) return payerBook;
    return (first + Math.floor(this.#random() * count)) % books;
  }

  #write(number: number, entries: number, done: () => void): void {
    const book = this.#books[number];
    book?.thread.serve(() =>
      book.commits.serve(() => {
        this.#unsent(number, entries);
        done();
      }),
    );
  }

  // ── what follows ───────────────────────────────────────────────────────────────────────────────────

  #unsent(number: number, entries: number): void {
    const book = this.#books[number];
    if (!book) return;
    const { nowMs } = this.#clock;
    if (book.unsent === 0) book.unsentSinceMs = nowMs;
    book.unsent += entries;
    if (this.#counting) this.#entries += entries;
    if (book.sending) return;
    book.sending = true;
    const lingerMs = nowMs - book.lastSentMs < lingerBusyMs ? lingerBusyMs : lingerQuietMs;
    this.#clock.after(lingerMs, () => this.#send(book, number));
  }

  #send(book: Book, number: number): void {
    const shard = this.#reports[number % this.#reports.length];
    if (this.#counting) this.#messages++;
    if (shard) this.#receive(shard, { entries: book.unsent, sinceMs: book.unsentSinceMs });
    book.unsent = 0;
    book.sending = false;
    book.lastSentMs = this.#clock.nowMs;
  }

  /** A batch leaves when it is full, or when its first message has waited for long enough. */
  #receive(shard: Shard, message: Message): void {
    const { batch } = shard;
    batch.push(message);
    if (batch.length === messagesPerBatch) this.#project(shard, batch);
    if (batch.length > 1) return;
    this.#clock.after(batchWaitMs, () => {
      if (shard.batch === batch) this.#project(shard, batch);
    });
  }

  #project(shard: Shard, batch: readonly Message[]): void {
    shard.batch = [];
    const entries = batch.reduce((sum, message) => sum + message.entries, 0);
    const recorded = () => {
      if (!this.#counting) return;
      for (const { sinceMs } of batch) this.#lags.push(this.#clock.nowMs - sinceMs);
    };
    shard.database.serve(recorded, entries * this.#country.reportMsPerEntry);
  }

  #answers() {
    return {
      p50Ms: quantile(this.#latencies, 0.5),
      p99Ms: quantile(this.#latencies, 0.99),
      answeredShare: this.#latencies.length / Math.max(1, this.#begun),
    };
  }

  #noon(): Omit<Noon, 'p50Ms' | 'p99Ms' | 'answeredShare' | 'breaks'> {
    const { seconds, commitMs } = this.#country;
    const most = (values: readonly number[]) => values.reduce((left, right) => Math.max(left, right), 0);
    const threads = this.#books.map(({ thread }) => thread.counts);
    const commits = this.#books.map((book) => book.commits.counts);
    // A group commit is at its end only when its groups are full.
    const commitsPerSecondMax = (1_000 * groupMax) / commitMs;
    const payments = Math.max(1, this.#begun);
    return {
      localShare: this.#local / payments,
      busiestBook: Math.max(
        most(threads.map(({ busy }) => busy)),
        most(commits.map(({ perSecond }) => perSecond / commitsPerSecondMax)),
      ),
      busiestBookPerSecond: most(threads.map(({ perSecond }) => perSecond)),
      busiestDirectory: most(this.#directories.map(({ counts }) => counts.busy)),
      busiestReports: most(this.#reports.map(({ database }) => database.counts.busy)),
      reportLagP99Ms: quantile(this.#lags, 0.99),
      messagesPerSecond: this.#messages / seconds,
      entriesPerPayment: this.#entries / payments,
      messagesPerPayment: this.#messages / payments,
      commitsPerPayment: commits.reduce((sum, { services }) => sum + services, 0) / payments,
    };
  }
}

function breaksOf(found: Omit<Noon, 'breaks'>, country: Country): string[] {
  const { busiestBook, busiestDirectory, busiestReports, messagesPerSecond, answeredShare } = found;
  const broken = [
    busiestBook > busyMax && 'a book',
    busiestDirectory > busyMax && 'the directory',
    busiestReports > busyMax && 'the reports',
    messagesPerSecond > country.queues * country.queueMessagesPerSecond && 'the queue',
    answeredShare < answeredMin && 'answers',
  ];
  return broken.filter((one) => one !== false);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
