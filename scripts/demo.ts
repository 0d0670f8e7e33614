/** `npm run demo`: a real QR payment end to end, step by step. Fails loudly if anything is missing. */
import { randomUUID } from 'node:crypto';
import { type Callback, receiveCallbacks } from './demo/receiver.ts';
import { check, money, show, step } from './demo/show.ts';
import { runningSandbox } from './demo/switch.ts';
import { type Api, apiOf, type Json } from './sandbox/api.ts';

const { sandbox, url, done } = await runningSandbox();
try {
  await demo();
} finally {
  await done();
}

async function demo(): Promise<void> {
  const [issuer, merchant] = [sandbox.participants[0], sandbox.merchants[0]];
  const account = sandbox.accounts.find(
    ({ participant, currency }) => participant === issuer?.id && currency === 'KGS',
  );
  const admin = sandbox.staff.find(({ role }) => role === 'admin');
  if (!issuer || !merchant || !account || !admin) throw new Error('sandbox.json is not complete');
  const wallet = apiOf(url, issuer.api_key);
  const register = apiOf(url, merchant.api_key);
  const centre = apiOf(url, admin.api_key);
  const receiver = await receiveCallbacks(url, centre, [
    { owner: issuer.id, secret: issuer.webhook_secret },
    { owner: merchant.id, secret: merchant.webhook_secret },
  ]);
  try {
    const parties = { wallet, register, centre, account: account.id, merchant: merchant.id };
    const before = await balances(parties);
    show(`payer ${money(before.payer)}, ${merchant.name} ${money(before.merchant)}`);

    step('The register asks for 125.50 KGS: a dynamic QR code');
    const order = await register.post(`/v1/merchants/${merchant.id}/orders`, {
      amount: 12_550,
      currency: 'KGS',
      reference: `demo-${randomUUID().slice(0, 8)}`,
      description: 'Нан, чай',
    });
    show(order.qr.payload, order.qr.svg_url);
    const ordered = await pay(parties, order.qr.payload, undefined);
    const paid = await register.get(`/v1/merchants/${merchant.id}/orders/${order.id}?wait=5`);
    check(paid.status === 'paid', `the order is ${paid.status}`);

    step('A printed static code: the payer enters 40.00 KGS');
    show(merchant.qr);
    const entered = await pay(parties, merchant.qr, 4_000);

    step('Debit and credit');
    const after = await balances(parties);
    show(`payer ${money(before.payer)} → ${money(after.payer)}`);
    show(`merchant ${money(before.merchant)} → ${money(after.merchant)}`);
    check(before.payer.amount - after.payer.amount === 16_550, 'the payer is debited 165.50');
    check(after.merchant.amount - before.merchant.amount === 16_550, 'the merchant is credited 165.50');

    step('Signed callbacks to both parties');
    for (const payment of [ordered, entered]) {
      for (const owner of [issuer.id, merchant.id]) {
        told(await receiver.next(owner, 'payment.completed', payment.id));
      }
    }
    told(await receiver.next(merchant.id, 'order.paid', order.id));

    step('The centre sees it in its reports');
    for (const payment of [ordered, entered]) await reported(centre, payment.id, merchant.id);
    await outside(wallet, merchant.qr);
    const trial = await centre.get('/v1/centre/trial-balance');
    check(trial.balanced, 'the trial balance over all accounts is zero');
    console.log('\nAll of it works.');
  } finally {
    await receiver.close();
  }
}

/** An account that its issuer keeps, and a code of another scheme: both through a partner. */
async function outside(wallet: Api, qr: string): Promise<void> {
  const partners = sandbox.outside;
  if (!partners) return show('This sandbox was made before there were partners outside.');
  const kept = partners.accounts.find(({ currency }) => currency === 'KGS');
  const bank = sandbox.participants.find(({ id }) => id === kept?.participant);
  const code = partners.codes.find(({ currency }) => currency === 'THB');
  const payer = sandbox.accounts.find(({ currency }) => currency === 'THB');
  if (!kept || !bank || !code || !payer) throw new Error('sandbox.json is not complete');

  step(`An account kept at ${bank.name}: debited there first, then credited here`);
  await pay({ wallet: apiOf(url, bank.api_key), account: kept.id }, qr, 2_500);

  step('A PromptPay code: credited by a partner acquirer in Thailand');
  show(code.qr);
  await pay({ wallet, account: payer.id }, code.qr, 9_900);
}

interface Parties {
  readonly wallet: Api;
  readonly register: Api;
  readonly centre: Api;
  readonly account: string;
  readonly merchant: string;
}

async function balances({ wallet, register, account, merchant }: Parties) {
  const payer = await wallet.get(`/v1/accounts/${account}`);
  const shop = await register.get(`/v1/merchants/${merchant}`);
  return { payer: payer.balance, merchant: shop.balance };
}

/** As a wallet does: scan, show, confirm, pay. */
async function pay(
  { wallet, account }: Pick<Parties, 'wallet' | 'account'>,
  payload: string,
  amount: number | undefined,
): Promise<Json> {
  const scan = await wallet.post('/v1/scans', { payload });
  show(
    `scanned: ${scan.scheme}, ${scan.merchant.name ?? 'a merchant without a name'}, ${scan.amount ? money(scan.amount) : 'amount open'}` +
      `${scan.warnings.length > 0 ? `, warnings: ${scan.warnings.join(', ')}` : ''}`,
  );
  check(scan.payable, 'the code can be paid');
  const payment = await wallet.post(
    `/v1/accounts/${account}/payments`,
    { scan: scan.scan, ...(amount !== undefined && { amount }) },
    randomUUID(),
  );
  check(
    payment.status === 'completed',
    `payment ${payment.id} is ${payment.status}: ${money(payment.amount)}`,
  );
  return payment;
}

function told({ owner, type, id }: Callback): void {
  check(true, `${type} → ${owner} (${id}): v1 and v1a verified`);
}

async function reported(centre: Api, payment: string, merchant: string): Promise<void> {
  const untilMs = Date.now() + 15_000;
  for (;;) {
    const page = await centre.get(`/v1/centre/reports/payments?merchant=${merchant}&status=completed`);
    const row = page.data.find(({ id }: { id: string }) => id === payment);
    if (row)
      return check(true, `report row ${row.id}: ${row.status}, ${money(row.amount)}, ${row.merchant_name}`);
    if (Date.now() > untilMs) return check(false, `report row of ${payment}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
