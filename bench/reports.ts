/**
 * Reports at size: a month of one and of five million payments in D1, asked through the whole switch, one question at
 * a time; then a file of a million rows, made while payments go on. Seconds depend on the machine; what is compared
 * (the first page and one a thousand deep, payments with and without the file) is measured in one run.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { breakGround, clear, filesOf, type Ground, type Serving, serve, settleOn } from './growth/city.ts';
import { randomFrom } from './load/chance.ts';
import { load, type Shot } from './load/client.ts';
import { machine } from './load/machine.ts';
import { Staff, type Times } from './reports/ask.ts';
import { fillMonth, type Month } from './reports/fill.ts';

const dayMs = 86_400_000;
const zoneMs = 6 * 3_600_000;
const deep = 1_000;
const payers = 100;
const pollMs = 500;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      payments: { type: 'string', default: '1000000,5000000' },
      questions: { type: 'string', default: '200' },
      seconds: { type: 'string', default: '15' },
    },
  });
  console.log(machine());
  const ground = await breakGround(1);
  try {
    for (const [index, size] of values.payments.split(',').map(Number).entries()) {
      const folder = await settleOn(ground, `month-${size}`);
      const month = fillMonth(filesOf(ground, folder).reports, size);
      const serving = await serve(ground.folder, folder, ground.books);
      try {
        await fold(serving, month);
        await questions(serving, month, Number(values.questions));
        if (index === 0) await fileOf(serving, ground, month, Number(values.seconds));
      } finally {
        await serving.running.stop();
      }
    }
  } finally {
    await clear(ground);
  }
}

/** Sums by hour into sums by day, as every minute does it, until there is nothing left to fold. */
async function fold({ bench }: Serving, { payments }: Month): Promise<void> {
  const fromMs = performance.now();
  for (let mark: unknown; ; ) {
    await bench('/bench/minute');
    const now = await bench('/bench/folded');
    if (now === mark) break;
    mark = now;
  }
  const seconds = Math.round((performance.now() - fromMs) / 1_000);
  console.log(JSON.stringify({ payments, what: 'hours folded into days', seconds }));
}

async function questions({ running }: Serving, month: Month, count: number): Promise<void> {
  const random = randomFrom(month.payments + 1);
  const staff = await Staff.at(running.localUrl, running.adminKey);
  const list = '/v1/centre/reports';
  const among = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const dayStart = () => month.fromMs + Math.floor(random() * 29) * dayMs;
  const dayAt = (atMs: number) => new Date(atMs + zoneMs).toISOString().slice(0, 10);
  const day = () => dayAt(dayStart() + dayMs);
  const filtered = () => {
    const fromMs = dayStart();
    const [from, before] = [fromMs, fromMs + dayMs].map((ms) => new Date(ms).toISOString());
    return `${list}/payments?merchant=${among(month.merchants)}&status=completed&created[gte]=${from}&created[lt]=${before}&limit=50`;
  };
  const volumes = (from: string, to: string, by: string) =>
    `${list}/volumes?from=${from}&to=${to}&by=${by}&limit=50`;
  const totals = (by: string) => () => {
    const asked = day();
    return volumes(asked, asked, by);
  };
  const [first, last] = [dayAt(month.fromMs + dayMs), dayAt(month.beforeMs - 1)];
  const some = (rows: number) => rows > 0;
  const page = `${list}/payments?limit=50`;
  let cursor = '';
  for (let turned = 1; turned < deep; turned++) {
    cursor = `&cursor=${(await staff.ask(page + cursor)).next_cursor}`;
  }
  const tell = async (what: string, path: () => string, isRight: (rows: number) => boolean) =>
    print(month, what, await staff.timed(count, path, isRight));
  await tell('a page of a merchant, a status and a day', filtered, () => true);
  await tell(
    'the first page of all',
    () => page,
    (rows) => rows === 50,
  );
  await tell(
    `page ${deep} of all`,
    () => page + cursor,
    (rows) => rows === 50,
  );
  await tell('a day’s totals by kind and status', totals('day,kind,status'), some);
  await tell('a day’s totals by merchant', totals('day,merchant'), some);
  await tell('today’s totals by merchant', () => volumes(last, last, 'day,merchant'), some);
  await tell('a month’s totals by merchant', () => volumes(first, last, 'merchant'), some);
  await tell('a month’s totals by day and merchant', () => volumes(first, last, 'day,merchant'), some);
  await tell(
    'the refunds of a payment, by its id',
    () => `${list}/refunds?payment=${among(month.known)}`,
    some,
  );
  const reference = () => `${list}/payments?reference=inv-${Math.floor(random() * month.payments)}`;
  await tell('a payment by its reference', reference, (rows) => rows === 1);
  staff.close();
}

const print = ({ payments }: Month, what: string, times: Times): void =>
  console.log(JSON.stringify({ payments, what, ...times }));

/** A file of all payments, made in the background without a pause between its turns, with payments and without. */
async function fileOf(serving: Serving, ground: Ground, { payments }: Month, seconds: number): Promise<void> {
  const { running, admin, bench } = serving;
  const accounts: string[] = [];
  for (let index = 0; index < payers; index++) {
    const { id } = await admin.post('/v1/centre/accounts', { participant: ground.issuer, currency: 'KGS' });
    await admin.post(`/v1/accounts/${id}/top-ups`, { amount: 1_000_000_000, currency: 'KGS' }, id);
    accounts.push(id);
  }
  const paid = async () => {
    const outcome = await load({
      ...{ url: running.localUrl, clients: 32, seconds, warmUpSeconds: 2 },
      next: payment(ground, accounts),
      good: (status, body) => status === 201 && body.includes('"status":"completed"'),
    });
    if (outcome.failures > 0) throw new Error(`payments failed: ${outcome.firstFailure}`);
    return { perSecond: Math.round(outcome.perSecond), p99Ms: Math.round(outcome.p99Ms) };
  };
  const before = await paid();
  const baseline = await residentMb(running.workerdPid);
  const wish = { report: 'payments', format: 'csv', filters: {} };
  const job: string = (await admin.post('/v1/centre/report-jobs', wish)).id;
  const rowsNow = async () => admin.get(`/v1/centre/report-jobs/${job}`);
  let peak = baseline;
  let isDone = false;
  const watching = (async () => {
    while (!isDone) {
      peak = Math.max(peak, await residentMb(running.workerdPid));
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  })();
  const working = (async () => {
    while ((await rowsNow()).status === 'running') await bench('/bench/minute');
    isDone = true;
  })();
  const [fromRows, fromMs] = [(await rowsNow()).rows, performance.now()];
  const during = await paid();
  const [midRows, midMs] = [(await rowsNow()).rows, performance.now()];
  await Promise.all([working, watching]);
  const endMs = performance.now();
  const done = await rowsNow();
  const rate = (rows: number, ms: number) => Math.round(rows / (ms / 1_000));
  const after = await paid();
  console.log(
    JSON.stringify({
      ...{
        payments,
        what: 'a file of all payments',
        status: done.status,
        rows: done.rows,
        bytes: done.bytes,
      },
      rowsPerSecondAlone: rate(done.rows - midRows, endMs - midMs),
      rowsPerSecondBesidePayments: rate(midRows - fromRows, midMs - fromMs),
      memoryMb: { before: baseline, peak },
      paymentsPerSecond: { before, during, after },
      ratio: Math.round((200 * during.perSecond) / (before.perSecond + after.perSecond)) / 100,
    }),
  );
}

function payment({ walletKey, code }: Ground, accounts: readonly string[]): () => Shot {
  let index = 0;
  return () => ({
    method: 'POST',
    path: `/v1/accounts/${accounts[index++ % accounts.length]}/payments`,
    headers: {
      authorization: `Bearer ${walletKey}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify({ payload: code, amount: 1 + (index % 1_000) }),
  });
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024);
}
