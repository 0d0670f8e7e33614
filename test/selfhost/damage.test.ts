/** Bad disks: the file of a book is torn, cut or edited while the switch is down. It is named, and the rest goes on. */
import { randomUUID } from 'node:crypto';
import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyExport } from '../../scripts/export/verify.ts';
import { type Api, apiOf } from '../../scripts/sandbox/api.ts';
import { cleanUp, lives, newState, type Started, start, until } from './harness.ts';
import { adminOf, launcher, type Payment, pay, sandboxIn, type Wallet, walletsOf } from './wallets.ts';

// A page with the header of its frame in the write-ahead log.
const frameBytes = 4_096 + 24;
const frameHeaderBytes = 24;

/** A switch that was killed after every wallet had paid twice and all of it was reported. */
let killed: string;
let wallets: readonly Wallet[];
let qr: string;
let adminKey: string;
const paid: Payment[] = [];
/** The file of the book that keeps each wallet's account. */
const fileOf = new Map<Wallet, string>();

beforeAll(async () => {
  killed = newState();
  const running = await start(killed, { TOLOM_BOOKS: '2' }, launcher);
  const sandbox = sandboxIn(killed);
  wallets = walletsOf(sandbox);
  qr = sandbox.merchants[0]!.qr;
  adminKey = adminOf(sandbox);
  for (const wallet of [...wallets, ...wallets]) {
    const key = randomUUID();
    paid.push({ wallet, key, answer: (await pay(running.url, wallet, qr, key)).answer });
  }
  const admin = apiOf(running.url, adminKey);
  await until(async () => {
    const { data } = await admin.get('/v1/centre/reports/payments?status=completed&limit=100');
    return data.length === paid.length;
  }, 60_000);
  process.kill(-running.pid, 'SIGKILL');
  process.kill(running.workerdPid, 'SIGKILL');
  await until(() => !lives(running.workerdPid));
  // Looked up in a copy: whoever opens a file tidies its log away.
  const folder = booksIn(copied());
  for (const file of readdirSync(folder).filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name))) {
    const book = new DatabaseSync(join(folder, file));
    const names = book.prepare('SELECT name FROM account').all();
    book.close();
    for (const wallet of wallets) {
      if (names.some(({ name }) => name === `${wallet.account}#0`)) fileOf.set(wallet, file);
    }
  }
  expect(new Set(fileOf.values()).size).toBe(2);
});
afterAll(cleanUp);

const booksIn = (state: string) => join(state, 'data', 'objects-Book');

function copied(): string {
  const state = newState();
  cpSync(killed, state, { recursive: true });
  rmSync(join(state, 'running.json'), { force: true });
  return state;
}

/** Starts the killed switch again after something was done to the book of the first wallet. */
async function startDamaged(damage: (file: string) => void) {
  const state = copied();
  damage(join(booksIn(state), fileOf.get(wallets[0]!)!));
  const running = await start(state, { TOLOM_BOOKS: '2' }, launcher);
  const of = (isDamaged: boolean) =>
    paid.filter(({ wallet }) => (fileOf.get(wallet) === fileOf.get(wallets[0]!)) === isDamaged);
  return { running, admin: apiOf(running.url, adminKey), damaged: of(true), sound: of(false) };
}

/** What repeats of payments are answered: as the first time, differently, or the code of a refusal. */
async function repeats({ url }: Started, payments: readonly Payment[]): Promise<string[]> {
  const outcomes: string[] = [];
  for (const { wallet, key, answer: first } of payments) {
    const { answer } = await pay(url, wallet, qr, key);
    outcomes.push(answer.id === first.id ? 'the same' : (answer.code ?? 'another payment'));
  }
  return outcomes;
}

async function findings(admin: Api) {
  let run = await admin.post('/v1/centre/reconciliations', {});
  while (run.status === 'running') run = await admin.post('/v1/centre/reconciliations', {});
  return run.findings;
}

const all = (outcome: string, { length }: { length: number }) => Array(length).fill(outcome);

/** Everything into the database file, nothing left in the log. */
function tidied(file: string): number {
  const book = new DatabaseSync(file);
  book.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  book.close();
  return statSync(file).size;
}

test('power fails while a book writes: the torn write is as if it never was, everything acknowledged is there', async () => {
  const { running, admin, damaged, sound } = await startDamaged((file) => {
    const log = readFileSync(`${file}-wal`);
    // The next frame, half of which got to the disk.
    appendFileSync(`${file}-wal`, log.subarray(-frameBytes, -frameBytes / 2));
  });
  expect(await repeats(running, paid)).toEqual(all('the same', paid));
  expect(damaged.length + sound.length).toBe(paid.length);
  expect((await pay(running.url, wallets[0]!, qr)).answer.status).toBe('completed');
  expect(await findings(admin)).toEqual([]);
});

test('a disk that forgot what it had written: the end of the log is gone, and the book is named', async () => {
  const { running, admin, sound } = await startDamaged((file) => {
    const log = `${file}-wal`;
    // Whole frames: what is left is sound in itself.
    const frames = Math.floor((statSync(log).size - frameHeaderBytes) / frameBytes);
    truncateSync(log, 32 + (frames - 20) * frameBytes);
  });
  expect(await repeats(running, sound)).toEqual(all('the same', sound));
  expect(await findings(admin)).toContainEqual(
    expect.objectContaining({
      check: 'projection',
      problem: expect.stringMatching(
        /^the book ends with entry \d+, the reports have \d+: entries were lost$/,
      ),
      repaired: false,
    }),
  );
});

test.each([
  ['cut in half', (file: string) => truncateSync(file, Math.floor(tidied(file) / 2))],
  [
    'overwritten at its beginning',
    (file: string) => {
      tidied(file);
      const book = readFileSync(file);
      book.fill(0, 0, 100);
      truncateSync(file, 0);
      appendFileSync(file, book);
    },
  ],
])(
  'a book whose file is %s takes and shows nothing; the other goes on, and the book is named',
  async (_, damage) => {
    const { running, admin, damaged, sound } = await startDamaged(damage);
    expect(await repeats(running, damaged)).toEqual(all('switch.error', damaged));
    expect(await repeats(running, sound)).toEqual(all('the same', sound));
    expect((await pay(running.url, sound[0]!.wallet, qr)).answer.status).toBe('completed');
    expect(await findings(admin)).toContainEqual(
      expect.objectContaining({ check: 'fault', book: expect.any(Number), repaired: false }),
    );
  },
);

test('an entry edited in the file: the account and the entry are named, by the switch and by its export', async () => {
  const subject = paid[0]!.answer.id;
  const { running, admin } = await startDamaged((file) => {
    const book = new DatabaseSync(file);
    const edit = 'UPDATE entry SET available_delta = available_delta + 1 WHERE type = ? AND subject = ?';
    expect(book.prepare(edit).run('debit', subject).changes).toBe(1);
    book.close();
  });
  const { account } = paid[0]!.wallet;
  const found = await findings(admin);
  const named = { check: 'chain', account: `${account}#0`, subject, repaired: false };
  expect(found).toContainEqual(expect.objectContaining(named));
  const exported = await fetch(`${running.url}/v1/accounts/${account}/export`, {
    headers: { authorization: `Bearer ${adminKey}` },
  });
  expect(verifyExport((await exported.text()).split('\n')).problems[0]).toContain(subject);
});
