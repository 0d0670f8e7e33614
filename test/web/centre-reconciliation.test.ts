/** The centre's pages of reconciliation: a format from a sample, a file against the switch, differences decided by two people. */
import { beforeAll, describe, expect, it } from 'vitest';
import { languages } from '../../src/kernel/index.ts';
import { blank, guess, rulesOf } from '../../src/web/centre/reconciliation/rules.ts';
import { csvHeader, days, newMissing } from '../support/partner-file.ts';
import { type Browser, newStaffPerson, site } from '../support/people.ts';
import { type Answer, call, get, migrate, until } from '../support/switch.ts';
import { newIssuer, newPayer, newShop, pay } from '../support/town.ts';

const place = '/centre/reconciliation';
let officer: Browser & { id: string };
let second: Browser & { id: string };
let support: Browser;

beforeAll(async () => {
  await migrate();
  [officer, second] = [await newStaffPerson('officer'), await newStaffPerson('officer')];
  support = await newStaffPerson('support');
});

const page = (path: string, { cookie }: Pick<Browser, 'cookie'>): Promise<Answer> =>
  call('GET', path, { headers: { cookie } });
const placeOf = ({ headers }: Answer): string => headers.get('location') ?? '';

const send = (path: string, fields: Record<string, string>, { cookie }: Browser): Promise<Answer> =>
  call('POST', path, {
    body: String(new URLSearchParams(fields)),
    headers: { cookie, origin: site, 'content-type': 'application/x-www-form-urlencoded' },
  });

/** As a browser without script sends a form with a file. */
async function sendFile(
  path: string,
  fields: Record<string, string>,
  { cookie }: Browser,
  file?: { name: string; text: string },
): Promise<Answer> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  if (file) form.set('file', new File([file.text], file.name));
  const body = new Response(form);
  return call('POST', path, {
    body: new Uint8Array(await body.arrayBuffer()),
    headers: { cookie, origin: site, 'content-type': body.headers.get('content-type') ?? '' },
  });
}

/** The fields of a page's form as they stand in it. */
function fieldsIn(html: string): Record<string, string> {
  const inputs = [...html.matchAll(/<input[^>]* name="(\w+)"[^>]*>/g)].flatMap(([tag, name]) =>
    /type="(file|checkbox)"/.test(tag) ? [] : [[name, /value="([^"]*)"/.exec(tag)?.[1] ?? '']],
  );
  const selects = [...html.matchAll(/<select[^>]* name="(\w+)".*?<\/select>/gs)].map(([tag, name]) => [
    name,
    /<option value="([^"]*)" selected/.exec(tag)?.[1] ?? '',
  ]);
  return Object.fromEntries([...inputs, ...selects]);
}

describe('how a file is written, from its first lines', () => {
  it.each([
    [
      'a wallet’s',
      'id,reference,amount,time,status\npay_1hq3v8k2m0abcdefgh01,A-1,125.50,2026-11-21T10:00:00Z,PAID\n',
      {
        delimiter: ',',
        column_id: 'id',
        column_amount: 'amount',
        decimal: '.',
        time: 'iso',
        completed: 'PAID',
      },
    ],
    [
      'a bank’s',
      'Дата;Номер чека;Сумма;Валюта;Статус\n21.11.2026 10:00:00;77;1 125,50;KGS;Исполнен\n21.11.2026 10:01:00;78;5,00;KGS;Отказ\n',
      {
        ...{ delimiter: ';', decimal: ',', grouping: ' ', time: 'dd.MM.yyyy HH:mm:ss' },
        ...{ column_reference: 'Номер чека', column_currency: 'Валюта', column_time: 'Дата' },
        ...{ completed: 'Исполнен', declined: 'Отказ' },
      },
    ],
    [
      'one without headings',
      'pay_1hq3v8k2m0abcdefgh01\t12,5\n',
      { header: '', delimiter: 'tab', column_id: '1' },
    ],
    ['a statement', '<?xml version="1.0"?><Document>', { kind: 'camt053' }],
  ])('%s', (_, sample, expected) => {
    expect(guess(sample)).toMatchObject(expected);
  });

  it('a word that nobody knows means nothing until a person says so', () => {
    const found = guess('amount,status\n1.00,PAID\n2.00,ZX\n');
    expect([found.completed, found.pending, found.declined]).toEqual(['PAID', '', '']);
  });

  it('a form is the rules the API takes', () => {
    expect(rulesOf({ ...blank, kind: 'camt053' })).toMatchObject({
      kind: 'camt053',
      sign: 'payments_negative',
    });
    expect(rulesOf({ ...blank, header: '', column_amount: '3' })).toMatchObject({ columns: { amount: 3 } });
  });
});

describe('a bank’s file with three planted differences', () => {
  it('is uploaded by a format made from its own lines, and each difference is found', async () => {
    const issuer = await newIssuer();
    const payer = await newPayer(issuer, 1_000_000);
    const shop = await newShop();
    const { payload } = (await get(`/v1/merchants/${shop.id}`, shop.key)).body.qr;
    const paid: { id: string; created_at: string; amount: { amount: number } }[] = [];
    for (const amount of [1_000, 2_000, 3_000])
      paid.push((await pay(issuer, payer, { payload, amount })).body);
    const line = ({ id, created_at: at }: (typeof paid)[number], amount: string) =>
      `${id},,${amount},${at},PAID\n`;
    // The first is not there, the second has another amount, and one nobody here has made.
    const text =
      csvHeader +
      line(paid[1]!, '20.50') +
      line(paid[2]!, '30.00') +
      `,<script>x</script>,77.00,${new Date().toISOString()},PAID\n`;

    const partner = `${place}/partners/${issuer.id}`;
    expect((await page(partner, officer)).body).toContain(`${partner}/formats/new`);
    const fields = fieldsIn((await page(`${partner}/formats/new`, officer)).body);
    const file = { name: 'day.csv', text };
    const recognised = await sendFile(
      `${partner}/formats/new`,
      { ...fields, deed: 'recognise' },
      officer,
      file,
    );
    expect(recognised.status).toBe(200);
    expect(recognised.body).toContain('As it would be read');
    expect(recognised.body).toMatch(/KGS\s20\.50/);
    expect(recognised.body).toContain('&lt;script&gt;');
    expect(recognised.body).not.toContain('<script>x');
    const found = { ...fieldsIn(recognised.body), header: 'yes', sample: text };
    const unnamed = await sendFile(`${partner}/formats/new`, { ...found, deed: 'save' }, officer);
    expect(unnamed.status).toBe(422);
    expect(unnamed.body).toContain('field-name-error');
    const saved = await sendFile(
      `${partner}/formats/new`,
      { ...found, name: 'daily', deed: 'save' },
      officer,
    );
    expect(placeOf(saved)).toBe(`${partner}?done=saved`);

    const upload = fieldsIn((await page(partner, officer)).body);
    const format = (await officer.get(`/v1/centre/participants/${issuer.id}/file-formats`)).body.data[0].id;
    const empty = await sendFile(`${partner}/files`, { ...upload, format, ...days }, officer);
    expect(empty.body).toContain('Choose the file.');
    expect(empty.body).toContain(`value="${days.from}"`);
    const backwards = { ...upload, format, from: days.to, to: days.from };
    const wrong = await sendFile(`${partner}/files`, backwards, officer, file);
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('field-to-error');
    const sent = await sendFile(`${partner}/files`, { ...upload, format, ...days }, officer, file);
    expect(sent.status).toBe(303);
    const address = placeOf(sent).replace(/\?.*/, '');
    const done = await until(
      async () => {
        const now = await page(address, officer);
        if (!now.body.includes('Both sides')) await send(`${address}/match`, {}, officer);
        return now;
      },
      ({ body }) => body.includes('Both sides'),
    );
    for (const type of ['Missing here', 'Missing there', 'Another amount']) expect(done.body).toContain(type);
    expect(done.body).toContain(`href="/centre/payments/${paid[0]!.id}"`);
    expect(done.body).not.toContain('<script>x');
    const narrowed = await page(`${address}?type=amount`, officer);
    expect(narrowed.body.match(/href="\/centre\/reconciliation\/differences\/dif_/g)).toHaveLength(1);
    expect((await page(place, officer)).body).toContain(address);
    expect((await page(`${place}/differences`, officer)).body).toContain('Missing here');
    for (const language of languages) {
      expect((await page(`${address}?lang=${language}`, officer)).status).toBe(200);
    }
  });
});

describe('a difference', () => {
  it('is given back only by two people', async () => {
    const { difference, payment } = await newMissing();
    const path = `${place}/differences/${difference}`;
    const seen = await page(path, officer);
    expect(seen.body).toContain('Missing there');
    expect(seen.body).toContain(payment);
    const wrong = await send(`${path}/propose`, { amount: 'x', currency: 'KGS', propose: 'why' }, officer);
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('field-amount-error');
    expect(wrong.body).toContain('value="why"');
    const wish = { amount: '25.00', currency: 'KGS', propose: 'Not <b>booked</b>' };
    expect(placeOf(await send(`${path}/propose`, wish, officer))).toBe(`${path}?done=differenceProposed`);
    const own = await page(path, officer);
    expect(own.body).toContain('Another person has to decide');
    expect(own.body).toContain('Not &lt;b&gt;booked&lt;/b&gt;');
    expect(own.body).not.toContain(`${path}/approve`);
    const forced = await send(`${path}/approve`, { approve: 'mine' }, officer);
    expect(forced.status).toBe(403);
    expect(forced.body).toContain('Whoever proposed it may not approve it');
    const approved = await send(`${path}/approve`, { approve: 'checked' }, second);
    expect(placeOf(approved)).toBe(`${path}?done=differenceApproved`);
    const after = await page(path, second);
    expect(after.body).toContain('Resolved');
    expect(after.body).toMatch(/href="\/centre\/search\?q=ref_\w+"/);
  });

  it('is turned down, noted and resolved with a reason', async () => {
    const { difference } = await newMissing();
    const path = `${place}/differences/${difference}`;
    await send(`${path}/propose`, { amount: '1', currency: 'KGS', propose: 'why' }, officer);
    expect(placeOf(await send(`${path}/decline`, { decline: 'no' }, second))).toContain('differenceDeclined');
    expect(placeOf(await send(`${path}/comment`, { comment: 'called them' }, support))).toContain('Noted');
    const blankReason = await send(`${path}/resolve`, { resolve: ' ' }, officer);
    expect(blankReason.status).toBe(422);
    expect(blankReason.body).toContain('field-resolve-error');
    expect(placeOf(await send(`${path}/resolve`, { resolve: 'booked' }, officer))).toContain('Resolved');
    const { body } = await page(path, support);
    for (const text of ['called them', 'booked', 'no']) expect(body).toContain(text);
  });

  it('is read by support, who may not decide it', async () => {
    const { difference, file, issuer } = await newMissing();
    const path = `${place}/differences/${difference}`;
    const { body } = await page(path, support);
    for (const verb of ['propose', 'resolve', 'approve']) expect(body).not.toContain(`${path}/${verb}`);
    expect((await send(`${path}/resolve`, { resolve: 'x' }, support)).status).toBe(403);
    expect((await page(`${place}/files/${file}`, support)).status).toBe(200);
    const partner = `${place}/partners/${issuer.id}`;
    expect((await page(partner, support)).body).not.toContain('data-upload');
    expect((await page(`${partner}/formats/new`, support)).status).toBe(403);
    expect((await sendFile(`${partner}/files`, {}, support)).status).toBe(403);
  });
});

it('nobody comes in without signing in, and what there is not is not found', async () => {
  for (const path of ['', '/differences', '/partners/par_x', '/files/pfl_x', '/differences/dif_x']) {
    const answer = await call('GET', `${place}${path}`);
    expect(answer.status).toBe(303);
    expect(placeOf(answer)).toContain('/sign-in?next=');
  }
  expect((await send(`${place}/differences/dif_x/resolve`, {}, { ...officer, cookie: '' })).status).toBe(303);
  expect((await page(`${place}/files/pfl_1hq3v8k2m0abcdefgh01`, officer)).status).toBe(404);
  expect((await page(`${place}/differences/dif_1hq3v8k2m0abcdefgh01`, officer)).status).toBe(404);
});
