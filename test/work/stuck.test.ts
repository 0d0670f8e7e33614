/** Transfers that an institution outside leaves open: people see them, have it asked again, and say what it told them. */
import { runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { type Book, ledgerOf } from '../../src/ledger/index.ts';
import { newStaffPerson, site } from '../support/people.ts';
import { adminKey, call, freshKey, get, migrate, post, testEnv } from '../support/switch.ts';
import { type Issuer, newIssuer, newShop, newStaffKey, type Shop } from '../support/town.ts';

const undecided = 66_614;
const losesReversals = 66_618;

let issuer: Issuer;
let shop: Shop;
let account: string;
let book: number;
let officer: string;
let support: string;

const made = async (path: string, body: unknown, key = adminKey) => {
  const answer = await post(path, key, body);
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
};

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer('Tien Shan Bank');
  shop = await newShop();
  const connection = await made('/v1/centre/connections', { participant: issuer.id, adapter: 'sandbox' });
  const position = await made('/v1/centre/positions', {
    participant: issuer.id,
    currency: 'KGS',
    cap: 100_000_000,
  });
  const { body } = await get('/v1/centre/routing', adminKey);
  await made('/v1/centre/routing', {
    payers: [{ participant: issuer.id, connection: connection.id }],
    merchants: [],
    based_on: body.version,
    reason: 'a test',
  });
  account = (await made('/v1/accounts', { currency: 'KGS', reference: 'KG-1' }, issuer.key)).id;
  const row = await testEnv.DIRECTORY.prepare('SELECT books FROM account WHERE id = ?')
    .bind(position.account)
    .first<{ books: string }>();
  book = JSON.parse(row?.books ?? '[]')[0];
  officer = await newStaffKey('officer');
  support = await newStaffKey('support');
});

afterEach(() => {
  vi.useRealTimers();
});

async function pay(amount: number): Promise<string> {
  const { body } = await get(`/v1/merchants/${shop.id}`, shop.key);
  const path = `/v1/accounts/${account}/payments`;
  return (await post(path, issuer.key, { payload: body.qr.payload, amount }, freshKey())).body.id;
}
const paymentNow = async (id: string) =>
  (await get(`/v1/accounts/${account}/payments/${id}`, issuer.key)).body;

/** Later, as the book's alarm finds it. */
async function ring(): Promise<void> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10_000 });
  await runInDurableObject(ledgerOf(testEnv.BOOKS).book(book), (instance: Book) => instance.alarm());
}

const sweep = () => switchOf(testEnv).scheduled('* * * * *');
const path = '/v1/centre/work/transfers';
async function stuck(id: string) {
  await sweep();
  const { body } = await get(`${path}?older_than=0`, support);
  return body.data.find((one: { id: string }) => one.id === id);
}
const decide = (id: string, body: object, key = officer) =>
  post(`${path}/${id}/decide`, key, { reason: 'their letter of today', ...body });

describe('a transfer whose issuer gives no certain answer', () => {
  test('is shown with what it waits for, and not before it is late', async () => {
    const id = await pay(undecided);
    expect(await stuck(id)).toMatchObject({
      kind: 'payment',
      amount: { amount: undecided, currency: 'KGS' },
      waits_for: 'partner',
      participant: issuer.id,
      part: 'debit',
      refusal: null,
      voided: false,
      step: '0-forward',
      decisions: ['done', 'not_done'],
    });
    const { body } = await get(path, support);
    expect(body.data.map((one: { id: string }) => one.id)).not.toContain(id);
    expect((await get('/v1/centre/work', support)).body.counts.transfer).toBe(0);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 301_000 });
    const { body: work } = await get('/v1/centre/work', support);
    expect(work.data).toContainEqual(expect.objectContaining({ kind: 'transfer', id, about: issuer.id }));
    vi.useRealTimers();
    await decide(id, { step: '0-forward', decision: 'not_done' });
  });

  test('goes on when a person says that it is done, once', async () => {
    const id = await pay(undecided);
    const { step } = await stuck(id);
    expect(await decide(id, { step, decision: 'done' })).toMatchObject({
      status: 200,
      body: { ended: true, transfer: null },
    });
    expect(await paymentNow(id)).toMatchObject({ status: 'completed' });
    expect((await decide(id, { step, decision: 'not_done' })).body.code).toBe('transfer.not_stuck');
    expect(await paymentNow(id)).toMatchObject({ status: 'completed' });
    const { body } = await get(`/v1/audit?subject=${id}`, adminKey);
    expect(JSON.stringify(body.data)).toContain('their letter of today');
  });

  test('is declined when a person says that it was not', async () => {
    const id = await pay(undecided);
    const { step } = await stuck(id);
    await decide(id, { step, decision: 'not_done' });
    expect(await paymentNow(id)).toMatchObject({ status: 'declined', refusal: { code: 'issuer.declined' } });
  });

  test('is not decided by what was seen of an earlier step, nor by what does not fit it', async () => {
    const id = await pay(undecided);
    const { step } = await stuck(id);
    expect((await decide(id, { step: '0-back', decision: 'undone' })).body.code).toBe('transfer.gone_on');
    expect((await decide(id, { step, decision: 'undone' })).body.code).toBe('transfer.gone_on');
    expect((await decide(id, { step, decision: 'perhaps' })).status).toBe(422);
    expect((await decide(id, { step, decision: 'done', reason: '' })).status).toBe(422);
    expect(await paymentNow(id)).toMatchObject({ status: 'processing' });
    await decide(id, { step, decision: 'not_done' });
  });

  test('is asked about at once, whenever its turn would have been', async () => {
    const id = await pay(undecided);
    const before = await stuck(id);
    const { body } = await post(`${path}/${id}/ask`, support, {});
    expect(body).toMatchObject({ ended: false, transfer: { id } });
    // Its book may have asked meanwhile, too.
    expect(body.transfer.tries).toBeGreaterThan(before.tries);
    const audit = await get(`/v1/audit?subject=${id}`, adminKey);
    expect(audit.body.data).toMatchObject([{ after: { asked: true } }]);
    await decide(id, { step: before.step, decision: 'not_done' });
  });

  test('has a page where an officer decides, with a reason', async () => {
    const id = await pay(undecided);
    const { step } = await stuck(id);
    const person = await newStaffPerson('officer');
    const page = `/centre/work/transfers/${id}`;
    const send = (deed: string, fields: Record<string, string>) =>
      call('POST', `${page}/${deed}`, {
        body: String(new URLSearchParams(fields)),
        headers: {
          ...{ cookie: person.cookie, origin: site },
          'content-type': 'application/x-www-form-urlencoded',
        },
      });
    const shown = await call('GET', page, { headers: { cookie: person.cookie } });
    expect(shown.body).toContain('has not said for certain whether it took the money');
    expect((await send('ask', {})).headers.get('location')).toBe(`${page}?done=asked`);
    const empty = await send('decide', { step, decision: 'not_done', reason: '' });
    expect(empty).toMatchObject({ status: 422, body: expect.stringMatching(/value="not_done"[^>]*checked/) });
    const decided = await send('decide', { step, decision: 'not_done', reason: 'their letter' });
    expect(decided.headers.get('location')).toMatch(/^\/centre\/work\?done=(decided|approval)$/);
  });

  test('is decided by admins and officers, asked about by support too, and seen by all of the centre', async () => {
    const id = await pay(undecided);
    const { step } = await stuck(id);
    const analyst = await newStaffKey('analyst');
    for (const key of [support, analyst, issuer.key, shop.key]) {
      expect((await decide(id, { step, decision: 'done' }, key)).status).toBe(403);
    }
    expect((await post(`${path}/${id}/ask`, analyst, {})).status).toBe(403);
    expect((await get(path, analyst)).status).toBe(200);
    expect((await get(path, issuer.key)).status).toBe(403);
    await decide(id, { step, decision: 'not_done' });
    expect((await post(`${path}/${id}/ask`, support, {})).status).toBe(404);
  });

  test('that is being taken back ends when a person says that it is undone', async () => {
    const id = await pay(losesReversals);
    for (let round = 0; round < 20 && (await stuck(id))?.step !== '0-back'; round++) await ring();
    expect(await stuck(id)).toMatchObject({
      asked: 'reverse',
      refusal: 'issuer.no_answer',
      decisions: ['undone', 'stands'],
    });
    await decide(id, { step: '0-back', decision: 'undone' });
    expect(await paymentNow(id)).toMatchObject({ status: 'declined', refusal: { code: 'issuer.no_answer' } });
  });

  test('that cannot be taken back any more is completed', async () => {
    const id = await pay(losesReversals);
    for (let round = 0; round < 20 && (await stuck(id))?.step !== '0-back'; round++) await ring();
    await decide(id, { step: '0-back', decision: 'stands' });
    expect(await paymentNow(id)).toMatchObject({ status: 'completed' });
  });
});
