/**
 * What a country needs: a model of the switch on Cloudflare at noon, with 10,000 payments a second, fed with
 * what the switch's own code takes on this machine and with the platform's documented limits. It answers how
 * many books, stripes, queues and databases, how long a payment takes, and what a day costs.
 * `docs/scale.md` says what is assumed, and what follows.
 */
import { parseArgs } from 'node:util';
import { itemsOf } from './cost.ts';
import type { Billed } from './load/billed.ts';
import { machine } from './load/machine.ts';
import { baseCountry, type Country, merchantShares, type Noon, simulate } from './scale/country.ts';
import { type Measured, measure } from './scale/measure.ts';

// A day has as many payments as this part of a day of noons.
const dayShare = 0.4;
const secondsPerDay = 86_400;
// What one of each may do all the time, so that a busy minute does not stop it.
const loadMax = 0.7;
const bytesMax = 10e9;
const databaseQueriesPerSecond = 1_000;
const eventsPerPayment = 2;
// As callbacks are sent: so many share a message, and a query that writes down what came of them.
const callbacksPerMessage = 25;
// Alarms of a book with open transfers come after every five seconds.
const alarmEveryS = 5;

interface Experiment {
  readonly question: string;
  readonly cases: readonly (readonly [name: string, change: Partial<Country>])[];
}

const topStripes = (top: number) => ({ stripes: { top, others: 1 } });

const experiments: readonly Experiment[] = [
  {
    question: 'How many books? (stripes of the ten largest merchants: 16)',
    cases: [16, 32, 64, 256, 1_024, 4_096].map((books) => [`${books} books`, { books }]),
  },
  {
    question: 'How many stripes for the ten largest merchants? (256 books)',
    cases: [1, 2, 4, 8, 16, 64, 256].map((top) => [`${top} stripes`, topStripes(top)]),
  },
  {
    question: 'How far away? (round trip from the Worker to books and databases, and between books)',
    cases: [
      [2, 1],
      [20, 5],
      [60, 5],
      [60, 60],
      [120, 5],
      [120, 120],
    ].map(([reachMs = 0, betweenMs = 0]) => [`${reachMs} ms, ${betweenMs} ms`, { reachMs, betweenMs }]),
  },
  {
    question: 'How long does a transaction take to be safe?',
    cases: [2, 5, 10, 20, 50].map((commitMs) => [`${commitMs} ms`, { commitMs }]),
  },
  {
    question: 'How many databases for the directory?',
    cases: [
      ...[1, 8, 11, 16, 32].map((directories) => [`${directories}`, { directories }] as const),
      ['none asked: the account’s id names its book', { directoryMisses: 0 }],
    ],
  },
  {
    question: 'What if there is less or more? (the directory not asked)',
    cases: [100, 1_000, 10_000, 20_000, 40_000].map((perSecond) => [
      `${perSecond.toLocaleString('en')}/s`,
      { perSecond, directoryMisses: 0 },
    ]),
  },
];

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean', default: false }, rate: { type: 'string', default: '10000' } },
  });
  console.log(machine());
  const measured = await measure();
  const base: Country = {
    ...baseCountry,
    ...{ perSecond: Number(values.rate), seconds: values.quick ? 1 : baseCountry.seconds },
    reportMsPerEntry: measured.reportMsPerEntry,
  };
  printMeasured(measured);
  const results = experiments.map(({ question, cases }) => {
    console.log(`\n${question}\n${heading}`);
    return cases.map(([name, change]) => {
      const noon = simulate({ ...base, ...change });
      console.log(line(name, noon));
      return { name, ...noon };
    });
  });
  const noon = simulate(base);
  const needs = needsOf(base, noon, measured);
  printNeeds(needs);
  const billed = billedOf(base, noon);
  const dollarsPerDay = printDollars(billed, needs.paymentsPerDay);
  console.log(
    JSON.stringify({ machine: machine(), measured, base, noon, needs, billed, dollarsPerDay, results }),
  );
}

function printMeasured({
  paymentMs,
  reportMsPerEntry,
  bookBytesPerPayment,
  reportBytesPerPayment,
}: Measured) {
  console.log(
    `measured: a payment within a book ${(1_000 * paymentMs).toFixed(0)} µs of its thread, ${bookBytesPerPayment.toFixed(0)} bytes;\n` +
      `          an entry in the reports ${(1_000 * reportMsPerEntry).toFixed(0)} µs, a payment ${reportBytesPerPayment.toFixed(0)} bytes`,
  );
}

const heading = [
  ''.padEnd(44),
  ...['p50 ms', 'p99 ms', 'one book', 'busiest', 'req/s', 'directory', 'messages/s', 'lag p99 s'].map(
    (text) => text.padStart(11),
  ),
  '  breaks',
].join('');

function line(name: string, noon: Noon): string {
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  const cells = [
    // Of answers that do not come, nobody knows how long they take.
    ...(noon.answeredShare < 0.99 ? ['–', '–'] : [noon.p50Ms.toFixed(0), noon.p99Ms.toFixed(0)]),
    percent(noon.localShare),
    percent(noon.busiestBook),
    noon.busiestBookPerSecond.toFixed(0),
    percent(noon.busiestDirectory),
    noon.messagesPerSecond.toFixed(0),
    (noon.reportLagP99Ms / 1_000).toFixed(1),
  ];
  return `${name.padEnd(44)}${cells.map((cell) => cell.padStart(11)).join('')}  ${noon.breaks.join(', ') || '–'}`;
}

type Needs = ReturnType<typeof needsOf>;

/** What there must be of everything so that nothing is busier than `loadMax`, and how soon it is full. */
function needsOf(country: Country, noon: Noon, measured: Measured) {
  const { perSecond, merchants, topShare, books, queueMessagesPerSecond, directoryMisses } = country;
  const paymentsPerDay = perSecond * secondsPerDay * dayShare;
  const shares = merchantShares(merchants, 10, topShare);
  const upTo = (need: number, each: number) => Math.ceil(need / (each * loadMax));
  const events = eventsPerPayment * perSecond;
  return {
    paymentsPerDay,
    largestMerchantPerSecond: (shares[0] ?? 0) * perSecond,
    tenthMerchantPerSecond: (shares[9] ?? 0) * perSecond,
    directoryDatabases: upTo(directoryMisses * perSecond, databaseQueriesPerSecond),
    entryQueues: upTo(noon.messagesPerSecond, queueMessagesPerSecond),
    callbackQueues: upTo(events / callbacksPerMessage, queueMessagesPerSecond),
    reportDatabasesForSpeed: upTo(perSecond * noon.entriesPerPayment, 1_000 / measured.reportMsPerEntry),
    reportDatabasesPerDay: Math.ceil((paymentsPerDay * measured.reportBytesPerPayment) / bytesMax),
    callbackDatabases: upTo(events / callbacksPerMessage, databaseQueriesPerSecond),
    bookGigabytesPerDay: (paymentsPerDay * measured.bookBytesPerPayment) / 1e9,
    daysUntilBooksAreFull: (books * bytesMax) / (paymentsPerDay * measured.bookBytesPerPayment),
  };
}

function printNeeds(needs: Needs): void {
  console.log(`\nWhat it needs, nothing busier than ${100 * loadMax} %`);
  for (const [name, value] of Object.entries(needs)) {
    const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    const digits = value < 100 && !Number.isInteger(value) ? 1 : 0;
    console.log(
      `  ${words.padEnd(30)}${value.toLocaleString('en', { maximumFractionDigits: digits }).padStart(14)}`,
    );
  }
}

/** A payment by a static code in this country: its rows by where it went, everything shared as simulated. */
function billedOf({ perSecond, books }: Country, noon: Noon): Billed {
  const between = 1 - noon.localShare;
  const alarms = books / alarmEveryS / perSecond;
  // Within a book key, debit and accept; between two key, hold, settle, accept and the answer given.
  const bookRows = 3 * noon.localShare + 5 * between + noon.commitsPerPayment;
  return {
    bookRows,
    alarms,
    // At worst: a sum of the hour for each payment, as where all are to different merchants.
    reportRows: 4 + 2 * noon.messagesPerPayment,
    deliveryRows: 2,
    // Scan and payment; messages of entries come by the hundred, callbacks one by one.
    workerRequests: 2 + noon.messagesPerPayment / 100 + eventsPerPayment / callbacksPerMessage,
    // Entries that are many are fetched from their book, once a message.
    objectRequests: 1 + between + noon.messagesPerPayment + alarms,
    queueMessages: noon.messagesPerPayment + eventsPerPayment / callbacksPerMessage,
  };
}

function printDollars(billed: Billed, paymentsPerDay: number): number {
  console.log('\nDollars: per million payments, and a day');
  let perMillion = 0;
  const row = (name: string, dollars: number) =>
    console.log(
      `  ${name.padEnd(30)}${dollars.toFixed(2).padStart(8)}${Math.round((dollars * paymentsPerDay) / 1e6)
        .toLocaleString('en')
        .padStart(10)}`,
    );
  for (const [name, dollars] of itemsOf(billed)) {
    row(name, dollars);
    perMillion += dollars;
  }
  row('together', perMillion);
  return (perMillion * paymentsPerDay) / 1e6;
}
