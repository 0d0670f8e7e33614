/** The client's verifier against what the switch signs, what the public library signs, and what neither did. */
import { Webhook } from 'standardwebhooks';
import { beforeAll, describe, expect, test } from 'vitest';
import { type CallbackRefused, verifyCallback } from '../../src/client/index.ts';
import { type CallbackSigner, callbackSigner, newCallbackSecret } from '../../src/signing/index.ts';

const nowMs = 1_790_000_000_000;
const id = 'evt_1hq3v8k2m0abcdefgh01';
const body = JSON.stringify({
  type: 'order.paid',
  timestamp: '2026-09-21T14:13:20.000Z',
  data: { id: 'нан' },
});
const [secret, other] = [newCallbackSecret(), newCallbackSecret()];
let signer: CallbackSigner;
let stranger: CallbackSigner;
beforeAll(async () => {
  signer = await callbackSigner('a master secret that only this test of ours uses');
  stranger = await callbackSigner('another master secret that nobody trusts here');
});

async function sent({ by = signer, with: own = secret, agoS = 0, text = body } = {}) {
  const timestampS = nowMs / 1_000 - agoS;
  const signature = await by.sign({ id, timestampS, body: text }, own);
  return {
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(timestampS),
      'webhook-signature': signature,
    } as Record<string, string>,
    body: text,
  };
}

describe('taken', () => {
  test('by the secret, by the public key, and by either', async () => {
    for (const trust of [
      { secrets: [secret] },
      { keys: [signer.publicKey] },
      { secrets: [other], keys: [signer.publicKey] },
      { secrets: [secret], keys: [stranger.publicKey] },
    ]) {
      const event = await verifyCallback(await sent(), { ...trust, nowMs });
      expect(event).toMatchObject({ id, type: 'order.paid', data: { id: 'нан' } });
    }
  });

  test('from any form of headers, and as text or bytes', async () => {
    const { headers } = await sent();
    const bytes = new TextEncoder().encode(body);
    const named = Object.entries(headers).map(([name, value]) => [
      name.replace('webhook', 'Webhook'),
      [value],
    ]);
    for (const form of [headers, new Headers(headers), Object.fromEntries(named)]) {
      for (const as of [body, bytes]) {
        expect((await verifyCallback({ headers: form, body: as }, { secrets: [secret], nowMs })).id).toBe(id);
      }
    }
  });

  test('while a secret is changed: any of several signatures by any of several secrets', async () => {
    const [old, fresh] = [await sent({ with: other }), await sent()];
    const signature = `${old.headers['webhook-signature']} v9,unknown ${fresh.headers['webhook-signature']}`;
    const both = { body, headers: { ...fresh.headers, 'webhook-signature': signature } };
    expect((await verifyCallback(both, { secrets: [secret], nowMs })).id).toBe(id);
    expect((await verifyCallback(old, { secrets: [secret, other], nowMs })).id).toBe(id);
  });

  test('when the Standard Webhooks library signed it', async () => {
    const signature = new Webhook(secret).sign(id, new Date(nowMs), body);
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(nowMs / 1_000),
      'webhook-signature': signature,
    };
    expect((await verifyCallback({ headers, body }, { secrets: [secret], nowMs })).id).toBe(id);
  });

  test('up to five minutes late or early', async () => {
    for (const agoS of [-300, 300]) {
      expect((await verifyCallback(await sent({ agoS }), { secrets: [secret], nowMs })).id).toBe(id);
    }
  });
});

describe('refused', () => {
  const trusting = () => ({ secrets: [secret], keys: [signer.publicKey], nowMs });
  type Sent = Awaited<ReturnType<typeof sent>>;
  const changed = async (change: (it: Sent) => Sent) => change(await sent());
  const without = (name: string) =>
    changed(({ headers: { [name]: _, ...headers }, body: text }) => ({ headers, body: text }));
  const signedBy = (form: (signature: string) => string) =>
    changed((it) => ({
      ...it,
      headers: { ...it.headers, 'webhook-signature': form(it.headers['webhook-signature'] ?? '') },
    }));

  const cases: [string, () => Promise<Sent>, CallbackRefused['problem']][] = [
    ['without an id', () => without('webhook-id'), 'header_missing'],
    ['without a time', () => without('webhook-timestamp'), 'header_missing'],
    ['without a signature', () => without('webhook-signature'), 'header_missing'],
    [
      'with a time that is none',
      () => changed((it) => ({ ...it, headers: { ...it.headers, 'webhook-timestamp': '1e9' } })),
      'header_missing',
    ],
    ['five minutes and a second old', () => sent({ agoS: 301 }), 'too_old'],
    ['five minutes and a second ahead', () => sent({ agoS: -301 }), 'too_new'],
    [
      'with another body',
      () => changed((it) => ({ ...it, body: it.body.replace('paid', 'pais') })),
      'signature_wrong',
    ],
    [
      'under another id',
      () => changed((it) => ({ ...it, headers: { ...it.headers, 'webhook-id': `${id}0` } })),
      'signature_wrong',
    ],
    [
      'with a later time',
      () =>
        changed((it) => ({
          ...it,
          headers: { ...it.headers, 'webhook-timestamp': String(nowMs / 1_000 + 1) },
        })),
      'signature_wrong',
    ],
    ['signed by strangers', () => sent({ by: stranger, with: other }), 'signature_wrong'],
    [
      'with the versions swapped',
      () => signedBy((text) => text.replace('v1a,', 'x,').replace('v1,', 'v1a,').replace('x,', 'v1,')),
      'signature_wrong',
    ],
    [
      'with signatures cut short',
      () => signedBy((text) => text.replaceAll('=', '').replaceAll(/.{8}( |$)/g, '$1')),
      'signature_wrong',
    ],
    ['with a signature that is no base64', () => signedBy(() => 'v1,%%% v1a,%%%'), 'signature_wrong'],
    ['signed, but not JSON', () => sent({ text: 'paid' }), 'not_json'],
  ];
  test.each(cases)('%s', async (_, make, problem) => {
    await expect(verifyCallback(await make(), trusting())).rejects.toMatchObject({
      name: 'CallbackRefused',
      problem,
    });
  });

  test('when nothing is trusted', async () => {
    await expect(verifyCallback(await sent(), { nowMs })).rejects.toMatchObject({
      problem: 'signature_wrong',
    });
  });
});
