/** Files of reports, made in steps: whole and the same whatever happens between two of them. */
import { exports } from 'cloudflare:workers';
import Papa from 'papaparse';
import { beforeAll, describe, expect, test } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { newId, newTransferId, toHex, utf8 } from '../../src/kernel/index.ts';
import { kept } from '../../src/reports/files.ts';
import { jobsOf, periodsOf } from '../../src/reports/index.ts';
import {
  continueJob,
  continueJobs,
  fileOfJob,
  type JobParts,
  keptMs,
  startJob,
} from '../../src/reports/jobs.ts';
import { payments } from '../../src/reports/tables/payments.ts';
import { adminKey, get, migrate, post, testEnv, until } from '../support/switch.ts';
import { newShop, type Shop } from '../support/town.ts';

const path = '/v1/centre/report-jobs';
const merchant = newId('merchant', 1);
const count = 4_500;
const startMs = Date.parse('2026-11-01T00:00:00Z');
const jobs = jobsOf(testEnv.REPORTS);
const parts: JobParts = {
  databases: { reports: periodsOf(testEnv), directory: testEnv.DIRECTORY },
  jobs,
  completeUpTo: async () => Date.now(),
};
let shop: Shop;

async function insert(of: string, howMany: number): Promise<void> {
  for (let done = 0; done < howMany; done += 500) {
    const rows = Array.from({ length: Math.min(500, howMany - done) }, (_, index) => {
      const atMs = startMs + (done + index) * 1_000;
      return [newTransferId('payment', atMs, index + 1), done + index + 1, index % 3 ? 'KGS' : 'USD', atMs];
    });
    await testEnv.REPORTS.prepare(
      `INSERT INTO transfer (id, kind, status, amount, tip, currency, debtor, creditor, creditor_stripe, participant,
         merchant, merchant_name, created_at, ended_at)
       SELECT value ->> 0, 'payment', 'completed', value ->> 1, 0, value ->> 2, 'a', 'b', 0, 'p', ?2, 'Ош «нан», ТЦ',
         value ->> 3, value ->> 3 FROM json_each(?1)`,
    )
      .bind(JSON.stringify(rows), of)
      .run();
  }
}

beforeAll(async () => {
  await migrate();
  shop = await newShop();
  await insert(merchant, count);
  await insert(shop.id, 3);
});

const wish = (format: 'csv' | 'xlsx' | 'jsonl', filters: object = { merchant }) => ({
  report: 'payments',
  format,
  filters,
});

async function fileAt(address: string, key: string): Promise<{ bytes: Uint8Array; headers: Headers }> {
  const worker = (exports as unknown as { default: Fetcher }).default;
  const response = await worker.fetch(`https://switch.test${address}/file`, {
    headers: { authorization: `Bearer ${key}` },
  });
  expect(response.status).toBe(200);
  return { bytes: new Uint8Array(await response.arrayBuffer()), headers: response.headers };
}

const sha256 = async (bytes: Uint8Array) =>
  toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));

async function finished(id: string) {
  for (let steps = 0; steps < 50; steps++) {
    const job = await jobs.find(id);
    if (job?.status !== 'running') return job!;
    await continueJob(parts, job);
  }
  throw new Error('it does not end');
}

const totals = [
  { column: 'amount', sum: { amount: 0, currency: 'KGS' } },
  { column: 'amount', sum: { amount: 0, currency: 'USD' } },
];
for (let number = 1; number <= count; number++) {
  const at = ((number - 1) % 500) % 3 ? 0 : 1;
  totals[at]!.sum.amount += number;
}

describe('over the API', () => {
  test.each(['csv', 'jsonl'] as const)(
    '%s: every row, the control totals, the SHA-256 of the file',
    async (format) => {
      const begun = await post(path, adminKey, wish(format));
      expect(begun).toMatchObject({ status: 201, body: { report: 'payments', format } });
      await finished(begun.body.id);
      const { body } = await get(`${path}/${begun.body.id}`, adminKey);
      expect(body).toMatchObject({ status: 'finished', rows: count });
      expect(body.totals).toEqual(expect.arrayContaining(totals));
      const { bytes, headers } = await fileAt(`${path}/${body.id}`, adminKey);
      expect(bytes.length).toBe(body.bytes);
      expect(await sha256(bytes)).toBe(body.sha256);
      expect(headers.get('content-disposition')).toBe(`attachment; filename="payments-${body.id}.${format}"`);
      const text = new TextDecoder().decode(bytes);
      const amounts =
        format === 'csv'
          ? Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true }).data.map((row) =>
              Number(row.amount),
            )
          : text
              .trim()
              .split('\n')
              .map((line) => JSON.parse(line).amount.amount);
      expect(amounts).toHaveLength(count);
      expect(new Set(amounts).size).toBe(count);
    },
  );

  test('the same file as the list gives', async () => {
    const { body } = await post(path, adminKey, wish('csv'));
    await finished(body.id);
    const { bytes } = await fileAt(`${path}/${body.id}`, adminKey);
    const list = await get(`/v1/centre/reports/payments?format=csv&merchant=${merchant}`, adminKey);
    expect(new TextDecoder().decode(bytes)).toBe(String(list.body));
  });

  test('of a report in groups, and of nothing', async () => {
    const { body } = await post(path, adminKey, {
      report: 'volumes',
      format: 'csv',
      filters: { from: '2020-01-01', to: '2020-01-02' },
    });
    await finished(body.id);
    const { bytes } = await fileAt(`${path}/${body.id}`, adminKey);
    expect(new TextDecoder().decode(bytes)).toBe(
      'hour,day,participant,participant_name,merchant,merchant_name,kind,status,count,sum,currency\r\n',
    );
  });

  test('a merchant’s own payments, and nobody else’s', async () => {
    const own = `/v1/merchants/${shop.id}/report-jobs`;
    const begun = await post(own, shop.key, { format: 'jsonl' });
    await finished(begun.body.id);
    const { bytes } = await fileAt(`${own}/${begun.body.id}`, shop.key);
    const rows = new TextDecoder()
      .decode(bytes)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toMatchObject(Array(3).fill({ merchant: shop.id, account: null }));
    expect((await post(own, shop.key, { format: 'csv', filters: { merchant } })).body.code).toBe(
      'request.invalid',
    );
    expect((await get(`${path}/${begun.body.id}`, adminKey)).body.code).toBe('report_job.not_found');
    expect((await get(own, shop.key)).body.data).toMatchObject([{ id: begun.body.id, rows: 3 }]);
  });

  test.each([
    ['a report that there is not', { report: 'nothing', format: 'csv' }],
    ['a format that there is not', { report: 'payments', format: 'pdf' }],
    ['a filter that there is not', wish('csv', { colour: 'red' })],
    ['a filter that is wrong', wish('csv', { merchant: 'mch_1' })],
  ])('%s is refused', async (_, body) => {
    expect((await post(path, adminKey, body)).body.code).toBe('request.invalid');
  });
});

describe('in steps', () => {
  const begin = async (format: 'csv' | 'xlsx' = 'xlsx') =>
    (await startJob(parts, {
      owner: 'centre',
      report: payments,
      format,
      language: null,
      query: { kind: 'payment', merchant },
      startedBy: 'a test',
    }))!;

  test('whoever goes on, and however often a step is taken, the file is the same', async () => {
    const straight = await begin();
    await finished(straight.id);
    const other = await begin();
    for (let steps = 0; steps < 20; steps++) {
      const job = (await jobs.find(other.id))!;
      if (job.status !== 'running') break;
      // Two workers at once, and one that comes late with what it has read before.
      await Promise.all([continueJob(parts, job), continueJob(parts, job)]);
      await continueJob(parts, job);
    }
    const [one, two] = [await jobs.find(straight.id), await jobs.find(other.id)];
    expect(two).toMatchObject({ status: 'finished', rows: count, pieces: 3, sha256: one!.sha256 });
  });

  test('what happens meanwhile is not in it, and takes nothing from it', async () => {
    const job = await begin('csv');
    await continueJob(parts, job);
    await insert(merchant, 1);
    expect(await finished(job.id)).toMatchObject({ status: 'finished' });
    const { bytes } = await fileAt(`${path}/${job.id}`, adminKey);
    const ids = new TextDecoder().decode(bytes).match(/pay_\w{24}/g)!;
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(count);
  });

  test('one that is cancelled stops, keeps nothing, and gives no file', async () => {
    const job = await begin();
    await continueJob(parts, job);
    expect((await get(`${path}/${job.id}/file`, adminKey)).body.code).toBe('report_job.not_ready');
    const cancelled = await post(`${path}/${job.id}/cancel`, adminKey, {});
    expect(cancelled.body).toMatchObject({ status: 'cancelled', rows: 2_000 });
    await continueJob(parts, (await jobs.find(job.id))!);
    expect(await jobs.pieces(job.id, 0, 1)).toEqual([]);
    expect((await get(`${path}/${job.id}/file`, adminKey)).body.code).toBe('report_job.not_ready');
  });

  test('one that fails again and again is given up, and says so', async () => {
    const job = await begin();
    const broken = {
      ...parts,
      databases: { ...parts.databases, reports: periodsOf({ REPORTS: testEnv.DIRECTORY }) },
    };
    for (let attempt = 0; attempt < 5; attempt++) await continueJob(broken, (await jobs.find(job.id))!);
    expect(await jobs.find(job.id)).toMatchObject({ status: 'failed', attempts: 5 });
  });

  test('one that fails is left alone until the next visit, however long this one lasts', async () => {
    const job = await begin();
    const databases = { ...parts.databases, reports: periodsOf({ REPORTS: testEnv.DIRECTORY }) };
    await continueJobs({ ...parts, databases }, 60_000);
    expect(await jobs.find(job.id)).toMatchObject({ status: 'running', attempts: 1 });
    expect(await finished(job.id)).toMatchObject({ status: 'finished', attempts: 0 });
  });

  test('one of many pieces is read in few queries, whole or not at all', async () => {
    const pieces = 100;
    const job = { id: newId('reportJob', Date.now()), format: 'csv', pieces } as const;
    await testEnv.REPORTS.batch(
      Array.from({ length: pieces }, (_, number) =>
        testEnv.REPORTS.prepare('INSERT INTO report_piece VALUES (?, ?, ?)').bind(
          job.id,
          number,
          kept('csv', utf8(`${number},`)),
        ),
      ),
    );
    let queries = 0;
    const counting = {
      ...jobs,
      pieces(...asked: Parameters<typeof jobs.pieces>) {
        queries++;
        return jobs.pieces(...asked);
      },
    };
    const read = async () => {
      let text = '';
      for await (const bytes of fileOfJob(counting, job)) text += new TextDecoder().decode(bytes);
      return text;
    };
    expect(await read()).toBe(Array.from({ length: pieces }, (_, number) => `${number},`).join(''));
    expect(queries).toBe(13);
    await testEnv.REPORTS.prepare('DELETE FROM report_piece WHERE job = ? AND number = 50')
      .bind(job.id)
      .run();
    await expect(read()).rejects.toThrow('missing');
  });

  test('is kept until it says, also where it was begun later than its id was given', async () => {
    const given = newId('reportJob', Date.now() - 6 * 3_600_000);
    await startJob(
      parts,
      {
        owner: 'centre',
        report: payments,
        format: 'csv',
        language: null,
        query: { kind: 'payment', merchant },
        startedBy: 'a test',
      },
      given,
    );
    const untilMs = Date.parse((await get(`${path}/${given}`, adminKey)).body.expires_at);
    await jobs.forget(untilMs - keptMs);
    expect(await jobs.find(given)).toBeDefined();
    await jobs.forget(untilMs - keptMs + 1);
    expect(await jobs.find(given)).toBeUndefined();
  });

  test('the schedule goes on with what is under way; five may be, no more', async () => {
    for (let index = 0; index < 5; index++) await begin('csv');
    expect((await post(path, adminKey, wish('csv'))).body.code).toBe('report_job.too_many');
    await until(
      async () => {
        await switchOf(testEnv).scheduled('* * * * *');
        return jobs.next();
      },
      (waiting) => waiting === undefined,
      25_000,
    );
    expect((await post(path, adminKey, wish('csv'))).status).toBe(201);
  });

  test('after thirty days it is forgotten', async () => {
    const young = await begin('csv');
    await jobs.cancel(young.id, Date.now());
    const old = { ...young, id: newId('reportJob', Date.now() - 31 * 86_400_000) };
    await jobs.add(old);
    await jobs.advance(old, { ...old, pieces: 1 }, new Uint8Array([1]));
    expect(await jobs.pieces(old.id, 0, 9)).toEqual([new Uint8Array([1])]);
    await continueJobs(parts, 0);
    expect(await jobs.find(young.id)).toBeDefined();
    expect(await jobs.find(old.id)).toBeUndefined();
    expect(await jobs.pieces(old.id, 0, 9)).toEqual([]);
  });
});
