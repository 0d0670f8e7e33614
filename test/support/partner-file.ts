/** A participant's file that lacks one payment: made, sent and matched over the API. */
import { dayAfter } from '../../src/kernel/index.ts';
import { adminKey, call, get, post, until } from './switch.ts';
import { newIssuer, newPayer, newShop, pay } from './town.ts';

export const csvRules = {
  kind: 'csv',
  columns: { id: 'id', reference: 'reference', amount: 'amount', time: 'time', status: 'status' },
  currency: 'KGS',
  statuses: { completed: ['PAID'], pending: ['WAIT'], declined: ['NO'] },
};
export const csvHeader = 'id,reference,amount,time,status\n';

// Whatever the time of day is, what a test does is in these days.
const today = new Date().toISOString().slice(0, 10);
export const days = { from: dayAfter(today, -1), to: dayAfter(today, 1) };

export async function newPartnerFile(participant: string, rules: object = csvRules, key = adminKey) {
  const formats = `/v1/centre/participants/${participant}/file-formats`;
  const format: string = (await post(formats, key, { name: 'daily', rules })).body.id;
  const wish = { participant, format, name: 'day.csv', ...days };
  const file: string = (await post('/v1/centre/partner-files', key, wish)).body.id;
  return { format, file };
}

export const sendPart = (
  file: string,
  number: number,
  text: string | Uint8Array<ArrayBuffer>,
  key = adminKey,
) =>
  call('POST', `/v1/centre/partner-files/${file}/parts/${number}`, {
    key,
    body: text,
    headers: { 'content-type': 'application/octet-stream' },
  });

/** Asks until it is done: reports may be a moment behind. */
export const matched = (file: string, key = adminKey) =>
  until(
    () => post(`/v1/centre/partner-files/${file}/match`, key, {}),
    ({ body }) => body.status === 'finished' || (body.code !== undefined && body.code !== 'reports.behind'),
  );

/** A payment of 2,500 that an issuer's file does not have. */
export async function newMissing(key = adminKey) {
  const issuer = await newIssuer();
  const payer = await newPayer(issuer, 100_000);
  const shop = await newShop();
  const { payload } = (await get(`/v1/merchants/${shop.id}`, shop.key)).body.qr;
  const payment: string = (await pay(issuer, payer, { payload, amount: 2_500 })).body.id;
  const { file, format } = await newPartnerFile(issuer.id, csvRules, key);
  await sendPart(file, 1, `${csvHeader},none,0.01,,NO\n`, key);
  await matched(file, key);
  const { data } = (await get(`/v1/centre/differences?file=${file}`, key)).body;
  return { issuer, payer, payment, file, format, difference: data[0].id as string };
}
