/** What a real code asks for besides its amount: tips, fees, answers, its own currency. All of it is honoured. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type EncodeFields, encode } from '../../src/emv/index.ts';
import { adminKey, get, migrate, post } from '../support/switch.ts';
import { type Issuer, newIssuer, newPayer, type Payer, pay } from '../support/town.ts';

let issuer: Issuer;
let payer: Payer;

/** A code of a bank in Cambodia, which a partner credits in US dollars. */
function codeWith(more: EncodeFields): string {
  const made = encode({
    profile: 'khqr',
    merchantAccountInformation: [{ id: '29', guid: 'shop@aclb' }],
    merchantCategoryCode: '5812',
    transactionCurrency: '840',
    countryCode: 'KH',
    merchantName: 'NOODLES',
    merchantCity: 'Phnom Penh',
    ...more,
  });
  if (!made.ok) throw new Error(JSON.stringify(made));
  return made.payload;
}

const made = async (path: string, body: unknown) => {
  const answer = await post(path, adminKey, body);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body;
};

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  payer = await newPayer(issuer, 1_000_000, 'USD');
  const wish = { name: 'Bakong', role: 'acquirer', country: 'KH' };
  const { id: participant } = await made('/v1/centre/participants', wish);
  const connection = await made('/v1/centre/connections', { participant, adapter: 'sandbox' });
  await made('/v1/centre/positions', { participant, currency: 'USD', cap: 0 });
  const { version } = (await get('/v1/centre/routing', adminKey)).body;
  const merchants = [{ profile: 'khqr', provider: 'aclb', connection: connection.id }];
  await made('/v1/centre/routing', { payers: [], merchants, based_on: version, reason: 'a test' });
});

const scan = async (payload: string) => (await post('/v1/scans', issuer.key, { payload })).body;
const usd = (amount: number) => ({ amount, currency: 'USD' });
const tenDollars = { minor: 1_000, currency: 'USD' };

describe('a code of 10.00 dollars', () => {
  test.each<[string, EncodeFields, object, number]>([
    [
      'with a fixed fee',
      { tipOrConvenienceIndicator: '02', valueOfConvenienceFeeFixed: '0.50' },
      { kind: 'fixed', amount: usd(50), percentage: null },
      1_050,
    ],
    [
      'with a fee of 2.5 %',
      { tipOrConvenienceIndicator: '03', valueOfConvenienceFeePercentage: '2.5' },
      { kind: 'percentage', amount: usd(25), percentage: '2.50' },
      1_025,
    ],
  ])('%s is paid with the fee, which nobody may change', async (_, terms, tip, total) => {
    const payload = codeWith({ amount: tenDollars, ...terms });
    const seen = await scan(payload);
    expect(seen).toMatchObject({ payable: true, amount: usd(1_000), tip, debit: usd(total) });
    const paid = await pay(issuer, payer, { scan: seen.scan });
    expect(paid.body).toMatchObject({ status: 'completed', amount: usd(total), tip: usd(total - 1_000) });
    const waived = await pay(issuer, payer, { payload, tip: 0 });
    expect(waived).toMatchObject({ status: 422, body: { code: 'payment.tip_not_allowed' } });
  });

  test('that asks for a tip is paid with what the payer gives, or without', async () => {
    const payload = codeWith({ amount: tenDollars, tipOrConvenienceIndicator: '01' });
    expect((await scan(payload)).tip).toEqual({ kind: 'prompt', amount: null, percentage: null });
    const generous = await pay(issuer, payer, { payload, tip: 200 });
    expect(generous.body).toMatchObject({ status: 'completed', amount: usd(1_200), tip: usd(200) });
    const plain = await pay(issuer, payer, { payload });
    expect(plain.body).toMatchObject({ status: 'completed', amount: usd(1_000), tip: null });
  });
});

test('what a code asks the payer for has to be answered, and travels with the payment', async () => {
  const payload = codeWith({ amount: tenDollars, additionalData: { '01': '***', '02': '***', '09': 'E' } });
  const asked = ['billNumber', 'mobileNumber', 'consumerEmail'];
  expect(await scan(payload)).toMatchObject({ payable: true, ask_payer: asked });
  const answers = { billNumber: 'INV-7', mobileNumber: '+85512345678', consumerEmail: 'a@example.kh' };
  const { consumerEmail: _, ...some } = answers;
  const incomplete = await pay(issuer, payer, { payload, answers: some });
  expect(incomplete).toMatchObject({
    status: 422,
    body: { code: 'payment.answers_required', explanation: 'answers: consumerEmail' },
  });
  expect((await pay(issuer, payer, { payload, answers })).body).toMatchObject({
    status: 'completed',
    answers,
  });
});

describe('a code in another currency', () => {
  test('than the account’s is refused, and says both', async () => {
    const som = await newPayer(issuer, 1_000_000, 'KGS');
    const refused = await pay(issuer, som, { payload: codeWith({ amount: tenDollars }) });
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'payment.currency_mismatch', explanation: 'account KGS, code USD' },
    });
  });

  test('than the partner is paid in is refused when it is scanned', async () => {
    const riel = codeWith({ amount: { minor: 400_000, currency: 'KHR' }, transactionCurrency: '116' });
    expect(await scan(riel)).toMatchObject({
      payable: false,
      currency: 'KHR',
      refusal: { code: 'qr.scheme_not_routed' },
    });
  });
});
