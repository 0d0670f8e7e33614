/**
 * The client as others get it, one file, against a real switch: in Node over real connections, with callbacks that
 * come back; in Chromium under the switch's own content security policy, with a wallet that signs.
 */
import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildClient } from '../../scripts/client/build.ts';
import type { Sandbox } from '../../scripts/sandbox/seed.ts';
import type * as TolomClient from '../../src/client/index.ts';
import { registrationText } from '../../src/signing/index.ts';
import { cleanUp, type Started, start, temporaryFolder } from '../selfhost/harness.ts';
import { launcher, sandboxIn } from '../selfhost/wallets.ts';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

let tolom: Started;
let file: string;
let client: typeof TolomClient;
let sandbox: Sandbox;
beforeAll(async () => {
  file = await buildClient(temporaryFolder());
  client = await import(pathToFileURL(file).href);
  tolom = await start(join(temporaryFolder(), 'state'), {}, launcher);
  sandbox = sandboxIn(tolom.state);
}, 180_000);
afterAll(cleanUp);

const cast = () => {
  const shop = sandbox.merchants.find(({ currency }) => currency === 'KGS')!;
  const account = sandbox.accounts.find(({ currency }) => currency === 'KGS')!;
  const issuer = sandbox.participants.find(({ id }) => id === account.participant)!;
  return { shop, account, issuer };
};

interface Receiver {
  readonly url: string;
  /** The next callback of a type about an object, verified with what is trusted. */
  next(type: string, object: string, trust: TolomClient.CallbackTrust): Promise<TolomClient.Callback>;
  close(): void;
}

/** What somebody who uses the client listens with. */
async function receiver(): Promise<Receiver> {
  const received: { headers: TolomClient.CallbackHeaders; body: string }[] = [];
  const arrivals: (() => void)[] = [];
  const server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    received.push({ headers: request.headers as Record<string, string>, body });
    response.writeHead(204).end();
    for (const wake of arrivals.splice(0)) wake();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async next(type, object, trust) {
      for (let index = 0; ; index++) {
        while (index >= received.length) await new Promise<void>((resolve) => arrivals.push(resolve));
        const event = await client.verifyCallback(received[index]!, trust);
        if (event.type === type && event.data.id === object) return event;
      }
    },
    close: () => void server.close().closeAllConnections(),
  };
}

test('in Node: a sale from the order to the verified callback and the refund', async () => {
  const { shop, account, issuer } = cast();
  const shopClient = client.clientOf({ url: tolom.url, credentials: { key: shop.api_key } });
  const till = client.registerOf(shopClient, shop.id);
  const phone = client.walletOf(client.clientOf({ url: tolom.url, credentials: { key: issuer.api_key } }));
  const listening = await receiver();
  try {
    const endpoint = await shopClient.call('POST /v1/callback-endpoints', { body: { url: listening.url } });
    const order = await till.createOrder({ amount: client.amountOf('125.50', 'KGS')!, currency: 'KGS' });
    const waiting = till.waitForOrder(order.id);
    const scan = await phone.scan(order.qr.payload);
    const payment = await phone.settled(await phone.pay(account.id, { scan: scan.scan }));
    expect(payment.status).toBe('completed');
    expect((await waiting).payment?.id).toBe(payment.id);
    const paid = await listening.next('order.paid', order.id, { secrets: [endpoint.secret] });
    expect(paid.data).toMatchObject({ status: 'paid', amount: { amount: 12_550, currency: 'KGS' } });
    const keys = await client.callbackKeys(tolom.url);
    const refund = await till.refund(payment.id);
    expect((await listening.next('refund.completed', refund.id, { keys })).data).toMatchObject({
      payment: payment.id,
    });
  } finally {
    listening.close();
  }
});

// A machine without a browser still runs everything else.
describe.skipIf(!existsSync(executablePath))('in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath,
      args: ['--headless', '--no-sandbox', '--disable-gpu'],
    });
  }, 180_000);
  afterAll(() => browser?.close());

  test('a register takes an order, a wallet that signs pays it', async () => {
    const { shop, account, issuer } = cast();
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.route(`${tolom.url}/client.js`, (route) =>
      route.fulfill({ contentType: 'text/javascript', body: readFileSync(file, 'utf8') }),
    );
    await page.goto(`${tolom.url}/docs/refusals`);
    const jwk = (await page.evaluate(`(async () => {
      const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
      return crypto.subtle.exportKey('jwk', pair.privateKey);
    })()`)) as JsonWebKey;
    const keyId = await registered(issuer, jwk);
    const given = { url: tolom.url, shop, account: account.id, keyId, jwk, key: randomUUID() };
    const outcome = await page.evaluate(`(async ({ url, shop, account, keyId, jwk, key }) => {
      const { clientOf, registerOf, walletOf, signerOf } = await import('/client.js');
      const till = registerOf(clientOf({ url, credentials: { key: shop.api_key } }), shop.id);
      const phone = walletOf(clientOf({ url, credentials: await signerOf(keyId, jwk), language: 'ru' }));
      const order = await till.createOrder({ amount: 4000, currency: 'KGS' });
      const [first, again] = [
        await phone.pay(account, { payload: order.qr.payload }, { idempotencyKey: key }),
        await phone.pay(account, { payload: order.qr.payload }, { idempotencyKey: key }),
      ];
      const paid = await till.waitForOrder(order.id);
      return { order: paid.status, payment: paid.payment.id, first: first.id, again: again.id };
    })(${JSON.stringify(given)})`);
    expect(outcome).toEqual({
      order: 'paid',
      payment: expect.stringMatching(/^pay_/),
      first: (outcome as { payment: string }).payment,
      again: (outcome as { payment: string }).payment,
    });
    expect(complaints).toEqual([]);
  });

  async function registered(issuer: { id: string; api_key: string }, jwk: JsonWebKey): Promise<string> {
    const { kty, crv, x = '', d } = jwk;
    const privateKey = createPrivateKey({ key: { kty, crv, x, d } as never, format: 'jwk' });
    const text = registrationText(tolom.url, issuer.id, x);
    const proof = sign(null, Buffer.from(text), privateKey).toString('base64url');
    const { call } = client.clientOf({ url: tolom.url, credentials: { key: issuer.api_key } });
    const params = { participant: issuer.id };
    const body = { public_key: x, proof };
    return (await call('POST /v1/participants/{participant}/signing-keys', { params, body })).id;
  }
});
