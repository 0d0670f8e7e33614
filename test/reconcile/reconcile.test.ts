/** Whatever is damaged is found and named; what the reports miss is repaired; nothing stops a run for good. */
import { abortAllDurableObjects, runInDurableObject } from 'cloudflare:test';
import { beforeAll, describe, expect, test } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { type AuditRow, directoryOf, recordHash } from '../../src/directory/index.ts';
import { newId } from '../../src/kernel/index.ts';
import { auditStart, ledgerOf } from '../../src/ledger/index.ts';
import { continueRun, type ReconcileParts, reconciliationsOf, startRun } from '../../src/reconcile/index.ts';
import { type Finding, judge } from '../../src/reconcile/model.ts';
import { periodsOf, reportsOf } from '../../src/reports/index.ts';
import { command, cutOff, funded, openedShop, outcomeOf } from '../ledger/bank.ts';
import { adminKey, get, migrate, post, testAct, testEnv, until } from '../support/switch.ts';
import { newIssuer, newOrder, newPayer, newShop, pay, type Shop } from '../support/town.ts';

const books = 3;
const ledger = ledgerOf(testEnv.BOOKS);
const directory = directoryOf(testEnv.DIRECTORY);
const reports = reportsOf(periodsOf(testEnv));
const runs = reconciliationsOf(testEnv.REPORTS);
const projector = { ledger, projection: reports.projection, sources: [], announce: async () => undefined };
const parts: ReconcileParts = { books, ledger, directory, projector, rows: reports, runs };

let shop: Shop;
let payer: string;

beforeAll(async () => {
  await migrate();
  const issuer = await newIssuer();
  shop = await newShop({ stripes: 3 });
  const payers = [await newPayer(issuer), await newPayer(issuer), await newPayer(issuer)];
  payer = payers[0]!.account;
  for (const one of payers) {
    for (const amount of [100, 200, 300, 999_999]) {
      const order = await newOrder(shop, amount);
      await pay(issuer, one, { payload: order.qr.payload });
    }
  }
  await projected();
});

/** Until the reports have every entry. */
async function projected(): Promise<void> {
  const numbers = Array.from({ length: books }, (_, book) => book);
  await until(
    async () => {
      const marks = await reports.projection.watermarks(numbers);
      const ends = await Promise.all(numbers.map((book) => ledger.book(book).sweep(marks.get(book) ?? 0)));
      return ends.map(({ position, open }, book) => position - (marks.get(book) ?? 0) + open);
    },
    (behind) => behind.every((entries) => entries === 0),
  );
}

/** A run for which everything that has happened so far is long past. */
async function begun(): Promise<string> {
  const { id } = await startRun(parts, 'test');
  await testEnv.REPORTS.prepare('UPDATE reconciliation SET started_at = ? WHERE id = ?')
    .bind(Date.now() + 120_000, id)
    .run();
  return id;
}

async function run(more: Partial<ReconcileParts> = {}) {
  const id = await begun();
  const done = await continueRun({ ...parts, ...more }, { forMs: 20_000 });
  expect(done).toMatchObject({ id, status: 'finished' });
  return done!;
}

const findings = async (): Promise<Finding[]> => (await run()).findings;

interface Place {
  account: string;
  stripe: number;
}
const bookOf = async ({ account, stripe }: Place) => (await directory.account(account))!.books[stripe]!;

/** Damages one entry, looks what is found, and puts it back. */
async function damaged(place: Place, seq: number, damage: string): Promise<Finding[]> {
  const book = ledger.book(await bookOf(place));
  const where = `account = (SELECT no FROM account WHERE name = '${place.account}#${place.stripe}') AND seq = ${seq}`;
  const kept = await runInDurableObject(book, (_, { storage: { sql } }) => {
    const [row] = sql.exec(`SELECT * FROM entry WHERE ${where}`).toArray();
    sql.exec(`${damage} ${where}`);
    return row!;
  });
  try {
    return await findings();
  } finally {
    await runInDurableObject(book, (_, { storage: { sql } }) => {
      const values = Object.values(kept);
      sql.exec(`INSERT OR REPLACE INTO entry VALUES (${values.map(() => '?').join(',')})`, ...values);
    });
  }
}

test('a sound switch: everything is counted and nothing found, however small the steps', async () => {
  await begun();
  let steps = 0;
  let state = await continueRun(parts, { forMs: 0, stepsMax: 1 });
  for (; state?.status === 'running'; steps++) {
    if (steps % 3 === 0) await abortAllDurableObjects();
    state = await continueRun(parts, { forMs: 0, stepsMax: 1 });
  }
  expect(steps).toBeGreaterThan(3 * books);
  expect(state?.findings).toEqual([]);
  const { results } = await testEnv.REPORTS.prepare(
    'SELECT count(*) AS rows, sum(amount) AS sum FROM transfer',
  ).all<{
    rows: number;
    sum: number;
  }>();
  const { rows, sum } = results[0]!;
  expect(rows).toBe(3 + 12);
  expect(state?.counters).toMatchObject({
    books,
    // Three payers, three stripes of the shop, one funding account.
    accounts: 7,
    findings: 0,
    currencies: { KGS: { netMinor: '0', openMinor: '0', transfers: rows, transfersMinor: String(sum) } },
  });
  expect(state?.counters.rows).toBe(state?.counters.entries);
});

describe('a damaged entry is named', () => {
  const named = (problem: RegExp, more: object = {}) =>
    expect.objectContaining({
      account: `${payer}#0`,
      sequence: 2,
      problem: expect.stringMatching(problem),
      repaired: false,
      ...more,
    });
  const place = () => ({ account: payer, stripe: 0 });

  test.each([
    ['an edited amount', 'UPDATE entry SET available_delta = available_delta + 1 WHERE', /does not add up/],
    ['an edited text', `UPDATE entry SET body = replace(body, 'KGS', 'USD') WHERE`, /hash/],
    ['an edited time', 'UPDATE entry SET at = at + 1 WHERE', /hash/],
    ['a torn text', 'UPDATE entry SET body = substr(body, 1, 40) WHERE', /cannot be read/],
    ['a torn number', 'UPDATE entry SET available = 0.5 WHERE', /cannot be read/],
    ['a lost entry', 'DELETE FROM entry WHERE', /names an entry that is not there/],
  ])('%s', async (_, damage, problem) => {
    expect(await damaged(place(), 2, damage)).toContainEqual(named(problem));
    expect(await findings()).toEqual([]);
  });

  test('the last entry of an account, cut off', async () => {
    const { length } = await ledger.stripe({ id: payer, books: [await bookOf(place())] }).history(0, 100);
    const found = await damaged(place(), length, 'DELETE FROM entry WHERE');
    expect(found).toContainEqual(named(/names an entry that is not there/, { sequence: length }));
    expect(found.some(({ check }) => check === 'sum' || check === 'fault')).toBe(true);
  });
});

describe('the reports', () => {
  const dump = async () =>
    (await testEnv.REPORTS.prepare('SELECT * FROM transfer ORDER BY id').all()).results;

  test('a lost projection is made up for', async () => {
    const before = await dump();
    await testEnv.REPORTS.batch([
      testEnv.REPORTS.prepare('DELETE FROM transfer'),
      testEnv.REPORTS.prepare('UPDATE watermark SET position = 0'),
    ]);
    const { findings: found, counters } = await run();
    expect(found.map(({ check }) => check)).toContain('projection');
    expect(found.every(({ repaired }) => repaired)).toBe(true);
    expect(counters.repaired).toBe(counters.findings);
    expect(await dump()).toEqual(before);
    expect(await findings()).toEqual([]);
  });

  test.each([
    ['missing', 'DELETE FROM transfer WHERE id = ?', /missing/],
    ['edited', 'UPDATE transfer SET amount = amount + 1 WHERE id = ?', /amount/],
    ['undecided', "UPDATE transfer SET status = 'processing', ended_at = NULL WHERE id = ?", /status/],
  ])('a row that is %s is put right', async (_, damage, problem) => {
    const before = await dump();
    const id = before[3]!.id as string;
    await testEnv.REPORTS.prepare(damage).bind(id).run();
    expect(await findings()).toEqual([
      expect.objectContaining({
        check: 'row',
        subject: id,
        repaired: true,
        problem: expect.stringMatching(problem),
      }),
    ]);
    expect(await dump()).toEqual(before);
  });

  test('a row that no account knows is named', async () => {
    const [row] = await dump();
    const invented = { ...row, id: 'pay_invented', amount: 77 };
    const names = Object.keys(invented);
    await testEnv.REPORTS.prepare(
      `INSERT INTO transfer (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    )
      .bind(...Object.values(invented))
      .run();
    expect(await findings()).toMatchObject([{ check: 'total', repaired: false }]);
    await testEnv.REPORTS.prepare("DELETE FROM transfer WHERE id = 'pay_invented'").run();
  });
});

describe('the directory', () => {
  test('an account that no book keeps', async () => {
    const id = newId('account', Date.now());
    const known = (await directory.account(payer))!;
    await directory.add(testAct, directory.tables.accounts, { ...known, id, books: [1] });
    expect(await findings()).toMatchObject([{ check: 'directory', account: `${id}#0`, book: 1 }]);
    await testEnv.DIRECTORY.prepare('DELETE FROM account WHERE id = ?').bind(id).run();
  });

  test('an account that only its book knows', async () => {
    const kept = (await directory.account(payer))!;
    await testEnv.DIRECTORY.prepare('DELETE FROM account WHERE id = ?').bind(payer).run();
    expect(await findings()).toMatchObject([{ check: 'directory', account: `${payer}#0` }]);
    await directory.add(testAct, directory.tables.accounts, kept);
    expect(await findings()).toEqual([]);
  });
});

describe('the audit log', () => {
  const sql = (query: string) => testEnv.DIRECTORY.prepare(query).run();
  const record = async (seq: number) => (await directory.audit.after(seq - 1, 1))[0]!;

  /** As somebody with the database file: what forbids changes is gone, and comes back afterwards. */
  async function tampered(change: () => Promise<unknown>): Promise<Finding[]> {
    const { results } = await testEnv.DIRECTORY.prepare(
      "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'",
    ).all<{ name: string; sql: string }>();
    expect(results).toHaveLength(2);
    const kept = await directory.audit.after(0, 10_000);
    for (const { name } of results) await sql(`DROP TRIGGER ${name}`);
    try {
      await change();
      return await findings();
    } finally {
      await sql('DELETE FROM audit');
      for (const row of kept) await testEnv.DIRECTORY.batch([insertOf(row)]);
      for (const { sql: made } of results) await sql(made);
    }
  }
  const insertOf = (row: AuditRow) =>
    testEnv.DIRECTORY.prepare(
      `INSERT INTO audit VALUES (${Object.keys(row)
        .map(() => '?')
        .join(', ')})`,
    ).bind(...Object.values(row));

  test('a sound one: nothing is found, again and again', async () => {
    const [first, second] = [await run(), await run()];
    expect([first.findings, second.findings]).toEqual([[], []]);
    const [newest] = await directory.audit.list({}, 1);
    expect(second.counters.logEnd).toEqual({ sequence: newest?.seq, hash: newest?.hash });
  });

  test.each([
    ['another actor', "UPDATE audit SET actor = 'nobody' WHERE seq = 3"],
    ['another past', "UPDATE audit SET after = '{}' WHERE seq = 3"],
    ['another reason', "UPDATE audit SET reason = 'none' WHERE seq = 3"],
    ['another time', 'UPDATE audit SET at = at + 1 WHERE seq = 3'],
    ['another hash', "UPDATE audit SET hash = 'abc' WHERE seq = 3"],
  ])('a record with %s', async (_, change) => {
    const found = await tampered(() => sql(change));
    expect(found[0]).toMatchObject({ check: 'log', sequence: 3, repaired: false });
  });

  test('records taken out of the middle, from the start, and from the end', async () => {
    await run();
    const end = (await directory.audit.list({}, 1))[0]!.seq;
    expect(await tampered(() => sql('DELETE FROM audit WHERE seq IN (3, 4)'))).toMatchObject([
      { check: 'log', sequence: 5, problem: 'records 3 to 4 are missing' },
    ]);
    expect(await tampered(() => sql('DELETE FROM audit WHERE seq = 1'))).toMatchObject([
      { check: 'log', sequence: 2, problem: 'records 1 to 1 are missing' },
    ]);
    await run();
    expect(await tampered(() => sql(`DELETE FROM audit WHERE seq = ${end}`))).toMatchObject([
      { check: 'log', sequence: end - 1, problem: `records ${end} to ${end} are missing` },
    ]);
  });

  test('a past that was rewritten with all its hashes', async () => {
    await run();
    const found = await tampered(async () => {
      await sql("UPDATE audit SET actor = 'nobody' WHERE seq = 2");
      let { hash } = await record(1);
      for (const row of await directory.audit.after(1, 10_000)) {
        hash = await recordHash(hash!, row);
        await sql(`UPDATE audit SET hash = '${hash}' WHERE seq = ${row.seq}`);
      }
    });
    expect(found).toMatchObject([{ problem: 'it is not what it was at the last reconciliation' }]);
    await run();
  });
});

describe('a run', () => {
  test('names a book that gives no answer, and goes on', async () => {
    const book = (number: number) => {
      if (number === 1) throw new Error('the disk is gone');
      return ledger.book(number);
    };
    const { findings: found, counters } = await run({ ledger: { ...ledger, book } });
    expect(found).toContainEqual(
      expect.objectContaining({
        check: 'fault',
        book: 1,
        problem: expect.stringContaining('the disk is gone'),
      }),
    );
    expect(counters.books).toBe(books - 1);
  });

  test('a fault that passes leaves no trace', async () => {
    let faults = 2;
    const book = (number: number) => {
      if (number === 1 && faults-- > 0) throw new Error('busy');
      return ledger.book(number);
    };
    expect((await run({ ledger: { ...ledger, book } })).findings).toEqual([]);
  });

  test('two at once do each step once', async () => {
    const id = await begun();
    await Promise.all([continueRun(parts, { forMs: 10_000 }), continueRun(parts, { forMs: 10_000 })]);
    await continueRun(parts, { forMs: 10_000 });
    const done = await runs.find(id);
    expect(done).toMatchObject({ status: 'finished', findings: [], counters: { accounts: 7, books } });
  });

  test('begins at night, and goes on with the minutes', async () => {
    const [minute, night] = ['* * * * *', '0 20 * * *'];
    await switchOf(testEnv).scheduled(minute!);
    expect(await runs.running()).toBeUndefined();
    await switchOf(testEnv).scheduled(night!);
    const begunAtNight = await runs.running();
    expect(begunAtNight).toMatchObject({ startedBy: 'schedule', steps: 0 });
    await switchOf(testEnv).scheduled(minute!);
    expect(await runs.find(begunAtNight!.id)).toMatchObject({ status: 'finished', findings: [] });
  });

  test('over the API: begun, answered, listed, read', async () => {
    const path = '/v1/centre/reconciliations';
    const made = await post(path, adminKey, {});
    expect(made).toMatchObject({ status: 201, body: { status: 'finished', clean: true, findings: [] } });
    expect((await get(`${path}/${made.body.id}`, adminKey)).body).toEqual(made.body);
    const list = await get(`${path}?limit=1`, adminKey);
    expect(list.body.data).toMatchObject([{ id: made.body.id }]);
    const older = await get(`${path}?limit=1&cursor=${list.body.next_cursor}`, adminKey);
    expect(older.body.data[0].id < made.body.id).toBe(true);
    const none = await get(`${path}/${newId('reconciliation', Date.now())}`, adminKey);
    expect(none).toMatchObject({ status: 404, body: { code: 'reconciliation.not_found' } });
  });
});

// Last: its books are not among those that a run visits, but its rows are in the reports.
describe('open transfers', () => {
  test('one that stays open is named, and explains the sum', async () => {
    const { payer: debtor } = await funded(500n);
    const creditor = await openedShop();
    await cutOff(debtor, 'question lost');
    expect(await outcomeOf(debtor, command(creditor, 120n))).toBe('processing');
    const page = await debtor.book.audit({ ...auditStart, phase: 'batches' }, Date.now() + 1);
    expect(page.findings).toMatchObject([
      { check: 'open', account: `${debtor.id}#0`, seq: 2, subject: expect.stringMatching(/^pay_/) },
    ]);
    expect(page.sums.get('KGS')?.openMinor).toBe(120n);
    const accounts = await debtor.book.audit(auditStart, Date.now() + 1);
    expect(accounts.findings).toEqual([]);
    // In came 500, out went 120 that nobody has.
    expect(accounts.sums.get('KGS')?.netMinor).toBe(380n);
    const young = await debtor.book.audit({ ...auditStart, phase: 'batches' }, Date.now() - 60_000);
    expect(young.findings).toEqual([]);
  });

  test.each([
    ['all is well', '0', '0', []],
    ['open transfers explain it', '-120', '120', []],
    ['money was lost', '-120', '0', [/-120/]],
    ['money was made', '5', '0', [/5/]],
  ])('sums: %s', (_, netMinor, openMinor, problems) => {
    const sums = { KGS: { netMinor, openMinor, transfers: 2, transfersMinor: '300' } };
    const found = judge(sums, [{ currency: 'KGS', count: 2, sum: '300' }]);
    expect(found.map(({ problem }) => problem)).toEqual(problems.map((one) => expect.stringMatching(one)));
  });
});
