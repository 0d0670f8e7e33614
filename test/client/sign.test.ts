/** The client's signatures: taken by the real switch, and by the switch's own verifier, as its own signer's are. */
import { beforeAll, expect, test } from 'vitest';
import { signatureHeaders, signerOf, walletOf } from '../../src/client/index.ts';
import { ok, utf8 } from '../../src/kernel/index.ts';
import { contentDigest, signRequest, verifyRequest } from '../../src/signing/index.ts';
import { newSigner } from '../support/signing.ts';
import { migrate } from '../support/switch.ts';
import { newIssuer, newOrder, newPayer, newShop } from '../support/town.ts';
import { lineOf } from './world.ts';

beforeAll(migrate);

test('a wallet that signs pays, and signs every attempt anew under the same key', async () => {
  const issuer = await newIssuer();
  const payer = await newPayer(issuer);
  const order = await newOrder(await newShop(), 12_550);
  const signer = await newSigner(issuer.id);
  const { client, attempts } = lineOf(signer, ['answer lost', 'answer lost']);
  const phone = walletOf(client);
  const payment = await phone.pay(payer.account, { payload: order.qr.payload });
  expect(payment.status).toBe('completed');
  expect((await phone.account(payer.account)).balance).toEqual({ amount: 87_450, currency: 'KGS' });
  const paying = attempts.slice(0, 3).map(({ headers }) => headers);
  expect(new Set(paying.map((headers) => headers.get('signature'))).size).toBe(3);
  expect(new Set(paying.map((headers) => headers.get('idempotency-key'))).size).toBe(1);
  expect(paying.every((headers) => headers.get('authorization') === null)).toBe(true);
});

test('lists with filters are signed as they are asked for', async () => {
  const issuer = await newIssuer();
  const payer = await newPayer(issuer);
  const { client } = lineOf(await newSigner(issuer.id));
  const params = { account: payer.account };
  const query = { reference: 'Сатуу № 7 & [more]', limit: 1 };
  expect(await client.call('GET /v1/accounts/{account}/payments', { params, query })).toEqual({
    data: [],
    next_cursor: null,
  });
});

test('both signers make signatures that verify over the same text', async () => {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  const jwk = (await crypto.subtle.exportKey('jwk', pair.privateKey)) as JsonWebKey;
  const signer = await signerOf('sgk_1hq3v8k2m0abcdefgh01', jwk);
  const [method, url, nowMs] = ['POST', 'https://switch.test/v1/scans?a=%D1%8F', 1_790_000_000_123];
  const [body, idempotencyKey] = ['{"payload":"нан"}', 'one-intent'];
  const ours = await signatureHeaders({ method, url, body, idempotencyKey }, signer, nowMs);
  const headers = new Headers({
    'idempotency-key': idempotencyKey,
    'content-digest': await contentDigest(body),
  });
  const theirs = await signRequest({ method, url, headers }, signer, { nowMs });
  expect(ours['content-digest']).toBe(headers.get('content-digest'));
  const shape = (input: string | undefined) => input?.replace(/nonce="[^"]+"/, 'nonce=""');
  expect(shape(ours['signature-input'])).toBe(shape(theirs['signature-input']));
  for (const signed of [ours, theirs]) {
    const received = {
      method,
      url,
      headers: new Headers({ ...Object.fromEntries(headers), ...signed }),
      body: async () => ok(utf8(body)),
    };
    const verified = await verifyRequest(received, async () => pair.publicKey, nowMs);
    expect(verified).toMatchObject({ ok: true, value: { keyId: signer.keyId } });
  }
});
