/** A participant's file against the switch: what agrees is matched, what does not is named and worked on by people. */
import { beforeAll, describe, expect, test } from 'vitest';
import { newTransferId } from '../../src/kernel/index.ts';
import {
  csvHeader,
  csvRules,
  days,
  matched,
  newMissing,
  newPartnerFile,
  sendPart,
} from '../support/partner-file.ts';
import { freshEmail } from '../support/people.ts';
import { type Answer, adminKey, freshKey, get, migrate, post, testEnv, until } from '../support/switch.ts';
import { type Issuer, newIssuer, newPayer, newShop, type Payer, pay, type Shop } from '../support/town.ts';

interface Paid {
  id: string;
  amount: number;
  at: string;
}

let issuer: Issuer;
let payer: Payer;
let shop: Shop;
let code: string;
let maker: string;
let checker: string;
const staffKey = async (role: string): Promise<string> => {
  const person = { email: freshEmail(), name: role, role };
  const { id } = (await post('/v1/centre/operators', adminKey, person)).body;
  return (await post('/v1/centre/keys', adminKey, { owner: id })).body.api_key;
};

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  payer = await newPayer(issuer, 10_000_000);
  shop = await newShop();
  code = (await get(`/v1/merchants/${shop.id}`, shop.key)).body.qr.payload;
  [maker, checker] = [await staffKey('officer'), await staffKey('officer')];
});

async function paid(
  amount: number,
  by: { issuer: Issuer; payer: Payer } = { issuer, payer },
  reference?: string,
) {
  const wish = { payload: code, amount, ...(reference !== undefined && { reference }) };
  const { body } = await pay(by.issuer, by.payer, wish);
  if (body.status !== 'completed') throw new Error(JSON.stringify(body));
  return { id: body.id, amount, at: body.created_at } satisfies Paid;
}

/** Until the reports have these. */
const reported = (payments: readonly Paid[]) =>
  until(
    async () => {
      const found = await testEnv.REPORTS.prepare(
        `SELECT count(*) AS rows FROM transfer WHERE status = 'completed' AND id IN (SELECT value FROM json_each(?))`,
      )
        .bind(JSON.stringify(payments.map(({ id }) => id)))
        .first<number>('rows');
      return found;
    },
    (rows) => rows === payments.length,
  );

const newFile = async (rules: object = csvRules, participant = issuer.id): Promise<string> =>
  (await newPartnerFile(participant, rules, maker)).file;

async function fileOf(text: string, rules?: object, participant?: string): Promise<Answer> {
  const file = await newFile(rules, participant);
  expect(await sendPart(file, 1, text)).toMatchObject({ status: 200 });
  return matched(file);
}

const differencesOf = async (file: string, query = '') =>
  (await get(`/v1/centre/differences?file=${file}&limit=100${query}`, maker)).body.data;

const line = ({ id, amount, at }: Paid, status = 'PAID', reference = '') =>
  `${id},${reference},${(amount / 100).toFixed(2)},${at},${status}\n`;

describe('a bank’s file with three planted differences', () => {
  let file: Answer;
  let payments: Paid[];
  const strangerId = newTransferId('payment', Date.now(), 1);

  beforeAll(async () => {
    payments = [];
    for (let index = 0; index < 8; index++) payments.push(await paid(1_000 + index));
    await reported(payments);
    const rows = payments.map((one, index) =>
      // The first is not there, the second has another amount.
      index === 0 ? '' : line(index === 1 ? { ...one, amount: one.amount + 50 } : one),
    );
    // And one that nobody here has made.
    const stranger = line({ id: strangerId, amount: 7_700, at: new Date().toISOString() });
    file = await fileOf(csvHeader + rows.join('') + stranger);
  });

  test('is matched but for those, and both sides are added up', () => {
    const sum = payments.reduce((total, { amount }) => total + amount, 0);
    expect(file.body).toMatchObject({
      status: 'finished',
      rows: 8,
      unread_count: 0,
      matched: { id: 7, reference: 0, amount: 0 },
      differences: { missing_here: 1, missing_there: 1, amount: 1, status: 0, duplicate: 0 },
      differences_count: 3,
      ours: [{ kind: 'payment', count: 8, sum: { amount: sum, currency: 'KGS' } }],
      theirs: [{ kind: 'payment', count: 8, sum: { amount: sum - 1_000 + 50 + 7_700, currency: 'KGS' } }],
    });
  });

  test('each is named, with both sides and what may be done', async () => {
    const found = await differencesOf(file.body.id);
    const money = (amount: number) => ({ amount: { amount, currency: 'KGS' }, status: 'completed' });
    expect(found).toHaveLength(3);
    expect(found).toContainEqual(
      expect.objectContaining({
        type: 'missing_there',
        status: 'open',
        suggested_action: 'partner_books',
        transfer: payments[0]!.id,
        line: null,
        ours: money(1_000),
        theirs: null,
      }),
    );
    expect(found).toContainEqual(
      expect.objectContaining({
        type: 'amount',
        suggested_action: 'partner_corrects',
        transfer: payments[1]!.id,
        line: 2,
        ours: money(1_001),
        theirs: money(1_051),
      }),
    );
    expect(found).toContainEqual(
      expect.objectContaining({
        type: 'missing_here',
        suggested_action: 'partner_returns',
        transfer: null,
        key: strangerId,
        line: 9,
        ours: null,
        theirs: money(7_700),
      }),
    );
  });

  test('lists are filtered and turn pages', async () => {
    const { id } = file.body;
    expect(await differencesOf(id, '&type=amount')).toHaveLength(1);
    expect(await differencesOf(id, '&status=resolved')).toEqual([]);
    const first = (await get(`/v1/centre/differences?file=${id}&limit=2`, maker)).body;
    const second = (await get(`/v1/centre/differences?file=${id}&limit=2&cursor=${first.next_cursor}`, maker))
      .body;
    expect([first.data.length, second.data.length, second.next_cursor]).toEqual([2, 1, null]);
    const files = (await get(`/v1/centre/partner-files?participant=${issuer.id}`, maker)).body.data;
    expect(files).toContainEqual(file.body);
    expect((await get(`/v1/centre/partner-files/${id}`, maker)).body).toEqual(file.body);
  });
});

describe('rows are found', () => {
  const alone = async () => {
    const own = await newIssuer();
    return { issuer: own, payer: await newPayer(own, 1_000_000) };
  };

  test('by reference with the amount, by reference alone, and by amount and time; in that order', async () => {
    const by = await alone();
    const [one, two, three] = [
      await paid(500, by, 'inv-1'),
      await paid(600, by, 'inv-2'),
      await paid(700, by),
    ];
    await reported([one, two, three]);
    const theirs = (paidThere: Paid, reference: string) => line({ ...paidThere, id: '' }, 'PAID', reference);
    const answer = await fileOf(
      csvHeader + theirs(three, 'x-9') + theirs({ ...two, amount: 650 }, 'inv-2') + theirs(one, 'inv-1'),
      csvRules,
      by.issuer.id,
    );
    expect(answer.body).toMatchObject({
      matched: { id: 0, reference: 2, amount: 1 },
      differences: { missing_here: 0, missing_there: 0, amount: 1, status: 0, duplicate: 0 },
    });
    expect(await differencesOf(answer.body.id)).toMatchObject([
      { type: 'amount', transfer: two.id, line: 3 },
    ]);
  });

  test('once: the same payment again is a duplicate, and too far away in time is not the same', async () => {
    const by = await alone();
    const [one, two] = [await paid(500, by), await paid(800, by)];
    await reported([one, two]);
    const later = new Date(Date.parse(two.at) + 3 * 3_600_000).toISOString();
    const answer = await fileOf(
      csvHeader + line(one) + line(one) + line({ id: '', amount: 800, at: later }),
      csvRules,
      by.issuer.id,
    );
    expect(answer.body).toMatchObject({
      matched: { id: 1, amount: 0 },
      differences: { missing_here: 1, missing_there: 1, amount: 0, status: 0, duplicate: 1 },
    });
    const found = await differencesOf(answer.body.id, '&type=duplicate');
    expect(found).toMatchObject([{ line: 3, key: one.id, suggested_action: 'partner_returns' }]);
  });

  test('with another outcome: paid here, declined there, and the other way round', async () => {
    const by = await alone();
    const one = await paid(500, by);
    const refused = await pay(by.issuer, by.payer, { payload: code, amount: 900_000_000 });
    expect(refused.body.status).toBe('declined');
    await reported([one]);
    const two = { id: refused.body.id, amount: 900_000_000, at: one.at };
    const third = { id: newTransferId('payment', Date.now(), 1), amount: 5, at: one.at };
    const rows = csvHeader + line(one, 'NO') + line(two) + line(third, 'NO');
    const answer = await until(
      () => fileOf(rows, csvRules, by.issuer.id),
      ({ body }) => body.matched?.id === 2,
    );
    // What they declined and we never saw has moved nothing.
    expect(answer.body.differences).toMatchObject({ status: 2, missing_here: 0, missing_there: 0 });
    const found = await differencesOf(answer.body.id);
    expect(
      found.map((row: { transfer: string; suggested_action: string }) => [
        row.transfer,
        row.suggested_action,
      ]),
    ).toEqual(
      expect.arrayContaining([
        [one.id, 'partner_books'],
        [two.id, 'partner_returns'],
      ]),
    );
  });

  test('only among those of the participant', async () => {
    const [mine, theirs] = [await alone(), await alone()];
    const [one, other] = [await paid(500, mine), await paid(500, theirs)];
    await reported([one, other]);
    const answer = await fileOf(csvHeader + line(one) + line(other), csvRules, mine.issuer.id);
    expect(answer.body).toMatchObject({
      matched: { id: 1 },
      differences: { missing_here: 1, missing_there: 0 },
      ours: [{ count: 1 }],
    });
  });

  test('in a statement of a bank, payments as debits and refunds as credits', async () => {
    const by = await alone();
    const one = await paid(1_250, by);
    const back = `/v1/merchants/${shop.id}/payments/${one.id}/refunds`;
    const refund = (await post(back, shop.key, { amount: 250 }, freshKey())).body;
    await reported([one, { id: refund.id, amount: 250, at: one.at }]);
    const entry = (amount: string, side: string, id: string) =>
      `<Ntry><Amt Ccy="KGS">${amount}</Amt><CdtDbtInd>${side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>` +
      `<BookgDt><DtTm>${one.at}</DtTm></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>${id}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>`;
    const text =
      '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>' +
      `<Stmt><Id>1</Id>${entry('12.50', 'DBIT', one.id)}${entry('2.50', 'CRDT', refund.id)}</Stmt></BkToCstmrStmt></Document>`;
    const answer = await fileOf(text, { kind: 'camt053' }, by.issuer.id);
    expect(answer.body).toMatchObject({
      rows: 2,
      matched: { id: 2 },
      differences_count: 0,
      ours: [
        { kind: 'payment', count: 1, sum: { amount: 1_250 } },
        { kind: 'refund', count: 1, sum: { amount: 250 } },
      ],
    });
    expect(answer.body.theirs).toEqual(answer.body.ours);
    const torn = await newFile({ kind: 'camt053' }, by.issuer.id);
    await sendPart(torn, 1, text.slice(0, -200));
    expect(await matched(torn)).toMatchObject({ status: 422, body: { code: 'partner_file.unreadable' } });
  });
});

describe('a file comes in parts', () => {
  test('cut anywhere, each once, in their order', async () => {
    const one = await paid(4_321);
    await reported([one]);
    const text = `${csvHeader + line(one)}their-1,,x,,PAID\n${line(one, 'PAID')}`;
    const file = await newFile();
    const cut = csvHeader.length + 10;
    expect(await sendPart(file, 2, text.slice(cut))).toMatchObject({
      status: 409,
      body: { code: 'partner_file.out_of_order' },
    });
    expect((await sendPart(file, 1, text.slice(0, cut))).body).toMatchObject({ parts: 1, rows: 0 });
    // An answer was lost: the same again is good, another one is not.
    expect(await sendPart(file, 1, text.slice(0, cut))).toMatchObject({ status: 200, body: { parts: 1 } });
    expect(await sendPart(file, 1, 'other')).toMatchObject({ body: { code: 'partner_file.part_changed' } });
    // Without the last line feed.
    expect((await sendPart(file, 2, text.slice(cut, -1))).body).toMatchObject({ parts: 2, rows: 1 });
    const done = await matched(file);
    expect(done.body).toMatchObject({
      status: 'finished',
      parts: 2,
      rows: 2,
      unread_count: 1,
      unread: [{ line: 3, problem: expect.stringContaining('not an amount') }],
    });
    expect(await sendPart(file, 3, 'more')).toMatchObject({ body: { code: 'partner_file.complete' } });
    expect((await matched(file)).body).toEqual(done.body);
  });

  test('no larger than may be, and of the format that was said', async () => {
    const file = await newFile();
    expect(await sendPart(file, 1, new Uint8Array(1024 * 1024 + 1))).toMatchObject({
      status: 413,
      body: { code: 'request.too_large' },
    });
    expect(await sendPart(file, 1, 'a,b\n1,2\n')).toMatchObject({
      status: 422,
      body: { code: 'partner_file.unreadable' },
    });
    expect(await sendPart(file, 1, new Uint8Array([0x69, 0xff, 0x0a]))).toMatchObject({
      body: { code: 'partner_file.unreadable' },
    });
    expect(await matched(file)).toMatchObject({ status: 422, body: { code: 'partner_file.unreadable' } });
    const other = await newIssuer();
    const format = (await get(`/v1/centre/participants/${issuer.id}/file-formats`, maker)).body.data[0];
    const wish = { participant: other.id, format: format.id, name: 'x', ...days };
    expect(await post('/v1/centre/partner-files', maker, wish)).toMatchObject({
      body: { code: 'file_format.not_found' },
    });
  });

  test('a sample shows how rows would be read', async () => {
    const path = '/v1/centre/file-formats/try';
    const sample = `${csvHeader},r-1,"1,250.00",2026-11-21T12:00:00,PAID\n,r-2,x,,PAID\n`;
    const rules = { ...csvRules, grouping: ',' };
    expect((await post(path, maker, { rules, sample })).body).toMatchObject({
      data: [{ line: 2, key: 'r-1', amount: { amount: 125_000, currency: 'KGS' }, status: 'completed' }],
      rows: 1,
      unread: [{ line: 3 }],
    });
    expect(
      await post(path, maker, { rules: { ...rules, columns: { amount: 'sum' } }, sample }),
    ).toMatchObject({
      status: 422,
      body: { code: 'partner_file.unreadable' },
    });
    // Its lines may name people.
    const { data } = (await get(`/v1/audit?subject=${path}`, adminKey)).body;
    expect(data).toHaveLength(2);
    expect(JSON.stringify(data)).not.toContain('r-1');
  });
});

describe('a difference', () => {
  let missing: Pick<Awaited<ReturnType<typeof newMissing>>, 'difference'>;
  const act = (verb: string, body: object, key = maker) =>
    post(`/v1/centre/differences/${missing.difference}/${verb}`, key, body);

  const newDifference = async () => {
    const made = await newMissing(maker);
    missing = made;
    return made;
  };

  test('is discussed, and closed by one person as long as no money moves', async () => {
    await newDifference();
    const support = await staffKey('support');
    expect((await act('comment', { text: 'asked the bank' }, support)).body.history).toHaveLength(1);
    expect(await act('resolve', { reason: 'x' }, support)).toMatchObject({ status: 403 });
    expect((await act('resolve', { reason: 'booked a day later' })).body).toMatchObject({
      status: 'resolved',
      refund: null,
      history: [{ did: 'commented' }, { did: 'resolved', text: 'booked a day later' }],
    });
    expect(await act('resolve', { reason: 'again' })).toMatchObject({
      body: { code: 'difference.resolved' },
    });
    expect(await act('propose', { reason: 'again' })).toMatchObject({
      body: { code: 'difference.resolved' },
    });
  });

  test('moves money only when one proposed it and another approved', async () => {
    const by = await newDifference();
    const before = (await get(`/v1/accounts/${by.payer.account}`, by.issuer.key)).body.balance;
    expect(await act('approve', { reason: 'x' }, checker)).toMatchObject({
      body: { code: 'difference.not_proposed' },
    });
    expect(await act('propose', { amount: 2_501, reason: 'too much' })).toMatchObject({
      body: { code: 'refund.exceeds_remaining' },
    });
    expect((await act('propose', { reason: 'the bank never debited' })).body).toMatchObject({
      status: 'proposed',
      proposal: { amount: { amount: 2_500, currency: 'KGS' }, approved_by: null },
    });
    expect(await act('approve', { reason: 'me again' })).toMatchObject({
      status: 403,
      body: { code: 'difference.own' },
    });
    // The deployment's key is nobody in particular: perhaps who proposed it.
    expect(await act('approve', { reason: 'by another key' }, adminKey)).toMatchObject({
      status: 403,
      body: { code: 'auth.forbidden' },
    });
    expect((await act('decline', { reason: 'not yet' }, checker)).body).toMatchObject({
      status: 'open',
      proposal: null,
    });
    await act('propose', { reason: 'the bank never debited' });
    expect((await get(`/v1/accounts/${by.payer.account}`, by.issuer.key)).body.balance).toEqual(before);
    const approved = await act('approve', { reason: 'checked with the bank' }, checker);
    expect(approved.body).toMatchObject({
      status: 'resolved',
      refund: expect.stringMatching(/^ref_/),
      history: [
        { did: 'proposed' },
        { did: 'declined' },
        { did: 'proposed' },
        { did: 'approved', text: 'checked with the bank' },
        { did: 'resolved' },
      ],
    });
    const after = await until(
      async () => (await get(`/v1/accounts/${by.payer.account}`, by.issuer.key)).body.balance,
      ({ amount }) => amount !== before.amount,
    );
    expect(after.amount).toBe(before.amount + 2_500);
    expect(await act('approve', { reason: 'twice' }, checker)).toMatchObject({
      body: { code: 'difference.not_proposed' },
    });
  });

  test('is open again where what was approved could not be given back', async () => {
    const by = await newDifference();
    await act('propose', { reason: 'the bank never debited' });
    // Whoever has spent all of it has gone.
    const { payload } = (await get(`/v1/merchants/${shop.id}`, shop.key)).body.qr;
    expect((await pay(by.issuer, by.payer, { payload, amount: 97_500 })).body.status).toBe('completed');
    const close = `/v1/centre/accounts/${by.payer.account}/close`;
    await until(
      () => post(close, adminKey, { reason: 'moved away' }),
      ({ body }) => body.status === 'closed',
    );
    expect((await act('approve', { reason: 'checked' }, checker)).body.code).toBe('account.closed');
    const now = (await get(`/v1/centre/differences/${missing.difference}`, maker)).body;
    expect(now).toMatchObject({ status: 'open', proposal: null, refund: null });
    expect(now.history.at(-1)).toMatchObject({ did: 'declined', text: 'account.closed' });
    // And can be approved anew, once that is put right.
    await post(`/v1/centre/accounts/${by.payer.account}/reopen`, adminKey, { reason: 'is back' });
    await act('propose', { reason: 'the bank never debited' });
    expect((await act('approve', { reason: 'checked again' }, checker)).body).toMatchObject({
      status: 'resolved',
      refund: expect.stringMatching(/^ref_/),
    });
    const balance = async () =>
      (await get(`/v1/accounts/${by.payer.account}`, by.issuer.key)).body.balance.amount;
    await until(balance, (amount) => amount === 2_500);
  });

  test('is decided however much was said of it', async () => {
    await newDifference();
    const analyst = await staffKey('analyst');
    for (let count = 0; count < 99; count++) await act('comment', { text: 'still there' }, analyst);
    await act('propose', { reason: 'the bank never debited' });
    expect((await act('comment', { text: 'still there' }, analyst)).body.code).toBe('difference.changed');
    expect((await act('approve', { reason: 'checked' }, checker)).body.status).toBe('resolved');
  });

  test('what nobody here was paid for cannot be given back', async () => {
    const by = await newIssuer();
    const stranger = line({
      id: newTransferId('payment', Date.now(), 1),
      amount: 5,
      at: new Date().toISOString(),
    });
    const { body } = await fileOf(csvHeader + stranger, csvRules, by.id);
    missing = { difference: (await differencesOf(body.id))[0].id };
    expect(await act('propose', { reason: 'x' })).toMatchObject({
      status: 422,
      body: { code: 'difference.no_payment' },
    });
  });
});
