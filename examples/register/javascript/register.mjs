/**
 * A cash register in JavaScript, with nothing but Node's own modules (20 or newer).
 *
 *   node register.mjs sell 125.50 KGS      asks to be paid, waits, prints a receipt
 *   node register.mjs refund pay_… [50.00 KGS]
 *   node register.mjs listen               registers an address, verifies and prints what it is told
 *
 * TOLOM_URL, TOLOM_KEY and TOLOM_MERCHANT say where, with which key, and for whom.
 */
import { createHmac, createPublicKey, randomUUID, timingSafeEqual, verify } from 'node:crypto';
import { createServer } from 'node:http';

const { TOLOM_URL: url, TOLOM_KEY: key, TOLOM_MERCHANT: merchant } = process.env;
const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** One call. It is repeated under the same key until there is an answer, so that nothing is done twice. */
async function call(method, path, body, idempotencyKey) {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body && { 'content-type': 'application/json' }),
          ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
        },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(35_000),
      });
      const answer = await response.json();
      if (response.ok) return answer;
      const again =
        response.status >= 500 || response.status === 429 || answer.code === 'idempotency.in_flight';
      if (!again || attempt === 5)
        throw Object.assign(new Error(`${answer.code}: ${answer.detail}`), { final: true });
      await pause(Number(response.headers.get('retry-after') ?? 1));
    } catch (error) {
      if (error.final || attempt === 5) throw error;
      await pause(attempt);
    }
  }
}

// Enough for currencies with two decimals: amounts on the wire are whole minor units.
const minor = (text) => Math.round(Number(text.replace(',', '.')) * 100);
const money = ({ amount, currency }) => `${(amount / 100).toFixed(2)} ${currency}`;

async function sell(amount, currency) {
  const body = { amount: minor(amount), currency, reference: `sale-${Date.now()}` };
  let order = await call('POST', `/v1/merchants/${merchant}/orders`, body, randomUUID());
  console.log(`Show this as a QR code: ${order.qr.payload}`);
  console.log(`Or send this link: ${order.link}`);
  while (order.status === 'open') {
    order = await call('GET', `/v1/merchants/${merchant}/orders/${order.id}?wait=25`);
  }
  if (order.status !== 'paid') return console.log(`Not paid: ${order.status}`);
  console.log(`RECEIPT ${order.reference}`);
  console.log(`Paid ${money(order.payment.amount)} at ${order.paid_at}`);
  console.log(`Payment ${order.payment.id}`);
}

async function refund(payment, amount) {
  const path = `/v1/merchants/${merchant}/payments/${payment}/refunds`;
  const made = await call('POST', path, amount ? { amount: minor(amount) } : {}, randomUUID());
  console.log(`Refund ${made.id} ${made.status}: ${money(made.amount)}`);
}

/** Whether a callback is genuine: recent, and signed with our secret (v1) or with the switch's key (v1a). */
function isGenuine(headers, body, secret, publicKey) {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signatures = '' } = headers;
  if (!id || !(Math.abs(Date.now() / 1000 - Number(time)) <= 300)) return false;
  const signed = Buffer.from(`${id}.${time}.${body}`);
  const ours = createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
    .update(signed)
    .digest();
  return signatures.split(' ').some((part) => {
    const [version, text = ''] = part.split(',');
    const given = Buffer.from(text, 'base64');
    if (version === 'v1') return given.length === ours.length && timingSafeEqual(given, ours);
    return version === 'v1a' && given.length === 64 && verify(null, signed, publicKey, given);
  });
}

async function listen() {
  const jwks = await (await fetch(`${url}/.well-known/jwks.json`)).json();
  const publicKey = createPublicKey({ key: jwks.keys[0], format: 'jwk' });
  const seen = new Set();
  let secret;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request.setEncoding('utf8')) body += piece;
    if (!isGenuine(request.headers, body, secret, publicKey)) return response.writeHead(400).end();
    response.writeHead(204).end();
    const id = request.headers['webhook-id'];
    if (seen.has(id)) return;
    seen.add(id);
    const event = JSON.parse(body);
    console.log(`${event.type} ${event.data.id}`);
  });
  server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', async () => {
    const address = `http://127.0.0.1:${server.address().port}/callbacks`;
    // Once, in real life: keep the secret, it is shown this one time.
    ({ secret } = await call('POST', '/v1/callback-endpoints', { url: address }));
    console.log(`Listening on ${address} with ${secret}`);
  });
}

const [command, ...args] = process.argv.slice(2);
await { sell, refund, listen }[command](...args);
