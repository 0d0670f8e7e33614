/** Why a signature does not verify: each mistake receivers make is told apart, and no secret is told. */
import { Webhook } from 'standardwebhooks';
import { beforeAll, describe, expect, test } from 'vitest';
import { callbackLogOf } from '../../src/callbacks/log.ts';
import { newId, readConfig } from '../../src/kernel/index.ts';
import { callbackSigner } from '../../src/signing/index.ts';
import { migrate, post, testEnv } from '../support/switch.ts';
import { newShop, type Shop } from '../support/town.ts';

const body = JSON.stringify({ type: 'order.paid', data: { id: 'ord_1', reference: 'Чек № 7', amount: 12 } });
const bytes = (text: string) => Uint8Array.from(new TextEncoder().encode(text));
const base64 = (data: Uint8Array) => btoa(String.fromCharCode(...data));
let shop: Shop;
let endpoint: { id: string; secret: string };
let other: { id: string; secret: string };

interface Sent {
  id: string;
  timestamp: number;
  headers: Record<string, string>;
}

beforeAll(async () => {
  await migrate();
  shop = await newShop();
  endpoint = (await post('/v1/callback-endpoints', shop.key, { url: 'https://a.example/' })).body;
  other = (await post('/v1/callback-endpoints', shop.key, { url: 'https://b.example/' })).body;
});

/** An event that was sent so many seconds ago, signed as the switch signs. */
async function sent(secondsAgo = 2, secret = endpoint.secret): Promise<Sent> {
  const atMs = Date.now() - secondsAgo * 1_000;
  const id = newId('event', Date.now());
  const timestamp = Math.floor(atMs / 1_000);
  const signer = await callbackSigner(readConfig(testEnv).secret);
  const attempt = { url: 'https://a.example/', number: 1, tookMs: 5, status: 401, response: '' };
  await callbackLogOf(testEnv.REPORTS).record({
    events: [
      {
        ...{ id, type: 'order.paid', owner: shop.id, object: 'ord_1', body },
        attempts: [{ ...attempt, endpoint: endpoint.id, atMs, error: 'answered 401' }],
      },
    ],
    open: [],
    closed: [],
  });
  const signature = await signer.sign({ id, timestampS: timestamp, body }, secret);
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature,
  };
  return { id, timestamp, headers };
}

async function explain(received: {
  headers: object;
  body?: string;
  body_base64?: string;
  computed?: string;
}) {
  const path = `/v1/callback-endpoints/${endpoint.id}/explain-signature`;
  const answer = await post(path, shop.key, received);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  const text = JSON.stringify(answer.body);
  for (const { secret } of [endpoint, other]) expect(text).not.toContain(secret.slice(6, 30));
  expect(text).not.toMatch(/[A-Za-z0-9+/]{40}/);
  return answer.body as { verifies: boolean; findings: { code: string; message: string }[] };
}

async function mac(
  secret: string,
  text: string,
  key = Uint8Array.from(atob(secret.slice(6)), (c) => c.charCodeAt(0)),
) {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ]);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, bytes(text)));
}
const hex = (data: Uint8Array) => [...data].map((byte) => byte.toString(16).padStart(2, '0')).join('');

test('what verifies for the foreign library verifies here, by each of the signatures', async () => {
  const { headers } = await sent();
  expect(new Webhook(endpoint.secret).verify(body, headers)).toEqual(JSON.parse(body));
  expect(await explain({ headers, body })).toEqual({ verifies: true, findings: [] });
  expect(await explain({ headers, body_base64: base64(bytes(body)) })).toMatchObject({ verifies: true });
  for (const part of headers['webhook-signature']!.split(' ')) {
    const one = { ...headers, 'webhook-signature': part };
    expect(await explain({ headers: one, body }), part).toMatchObject({ verifies: true });
  }
  const upper = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
  );
  expect(await explain({ headers: upper, body })).toMatchObject({ verifies: true });
});

describe('the body', () => {
  const latin1 = String.fromCharCode(...bytes(body));
  const rows: [what: string, received: string, message: RegExp][] = [
    ['printed again', JSON.stringify(JSON.parse(body), null, 2), /same JSON written anew/],
    [
      'its fields in another order',
      body.replace(/"id":"ord_1",(.*),"amount":12/, '"amount":12,$1,"id":"ord_1"'),
      /written anew/,
    ],
    ['with a line end', `${body}\n`, /blanks or line ends around it.*From byte \d+ on; \d+ bytes were sent/],
    ['with a byte order mark', `\uFEFF${body}`, /byte order mark/],
    ['empty', '', /empty: it was read before/],
    ['in quotes', JSON.stringify(body), /encoded twice/],
    ['cut off', body.slice(0, 30), /cut off.*From byte 30 on/],
    ['decoded as Latin-1', latin1, /Latin-1/],
    ['of somebody else', '{"type":"order.paid","data":{"id":"ord_2"}}', /not what was sent/],
  ];
  test.each(rows)('%s', async (_, received, message) => {
    const { headers } = await sent();
    const { verifies, findings } = await explain({ headers, body: received });
    expect(verifies).toBe(false);
    expect(findings).toEqual([{ code: 'body_changed', message: expect.stringMatching(message) }]);
  });
});

describe('the headers', () => {
  const rows: [what: string, change: (it: Sent) => Record<string, string>, code: string, message: RegExp][] =
    [
      ['the id of nothing', () => ({ 'webhook-id': newId('event', 5) }), 'id_unknown', /No event/],
      ['the id with a blank', (it) => ({ 'webhook-id': ` ${it.id}` }), 'id_unknown', /blanks/],
      [
        'a timestamp in milliseconds',
        (it) => ({ 'webhook-timestamp': `${it.timestamp}000` }),
        'timestamp_changed',
        /milliseconds/,
      ],
      [
        'another timestamp',
        (it) => ({ 'webhook-timestamp': String(it.timestamp + 1) }),
        'timestamp_changed',
        /No attempt/,
      ],
      ['a date', () => ({ 'webhook-timestamp': '2026-11-21' }), 'timestamp_form', /whole number/],
      ['one signature without its version', () => ({ 'webhook-signature': 'abc' }), 'signature_form', /v1/],
      [
        'signatures joined by a comma',
        (it) => ({ 'webhook-signature': it.headers['webhook-signature']!.replace(' ', ', ') }),
        'signature_form',
        /blanks/,
      ],
      [
        'a signature of nobody',
        () => ({ 'webhook-signature': `v1,${btoa('x'.repeat(32))}` }),
        'signature_unknown',
        /No signature/,
      ],
    ];
  test.each(rows)('%s', async (_, change, code, message) => {
    const it = await sent();
    const { verifies, findings } = await explain({ headers: { ...it.headers, ...change(it) }, body });
    expect(verifies).toBe(false);
    expect(findings[0]).toEqual({ code, message: expect.stringMatching(message) });
  });

  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('without %s', async (name) => {
    const { [name]: _, ...headers } = (await sent()).headers;
    expect((await explain({ headers, body })).findings).toEqual([
      { code: 'header_missing', message: expect.stringContaining(name) },
    ]);
  });

  test('an old timestamp', async () => {
    const { headers } = await sent(400);
    const { findings } = await explain({ headers, body });
    expect(findings).toEqual([{ code: 'timestamp_old', message: expect.stringMatching(/\d+ seconds old/) }]);
  });

  test('a signature of another of the owner’s endpoints', async () => {
    const { headers } = await sent(2, other.secret);
    const only = { ...headers, 'webhook-signature': headers['webhook-signature']!.split(' ')[0]! };
    const { findings } = await explain({ headers: only, body });
    expect(findings).toEqual([{ code: 'other_endpoint', message: expect.stringContaining(other.id) }]);
  });
});

describe('what the receiver worked out', () => {
  const secretText = () => endpoint.secret.slice(6);
  const rows: [what: string, computed: (it: Sent) => Promise<string>, message: RegExp][] = [
    [
      'right',
      async (it) => base64(await mac(endpoint.secret, `${it.id}.${it.timestamp}.${body}`)),
      /is right: compare/,
    ],
    [
      'right, with its version',
      async (it) => `v1,${base64(await mac(endpoint.secret, `${it.id}.${it.timestamp}.${body}`))}`,
      /is right/,
    ],
    [
      'hexadecimal',
      async (it) => hex(await mac(endpoint.secret, `${it.id}.${it.timestamp}.${body}`)),
      /hexadecimal instead of base64/,
    ],
    [
      'base64url',
      async (it) =>
        base64(await mac(endpoint.secret, `${it.id}.${it.timestamp}.${body}`))
          .replaceAll('+', '-')
          .replaceAll('/', '_')
          .replace('=', ''),
      /is right|base64url/,
    ],
    ['the body alone', async () => base64(await mac(endpoint.secret, body)), /the body alone/],
    [
      'without the id',
      async (it) => base64(await mac(endpoint.secret, `${it.timestamp}.${body}`)),
      /without the id/,
    ],
    [
      'without the timestamp',
      async (it) => base64(await mac(endpoint.secret, `${it.id}.${body}`)),
      /without the timestamp/,
    ],
    [
      'in milliseconds',
      async (it) => base64(await mac(endpoint.secret, `${it.id}.${it.timestamp}000.${body}`)),
      /milliseconds/,
    ],
    [
      'the secret as text',
      async (it) => base64(await mac('', `${it.id}.${it.timestamp}.${body}`, bytes(secretText()))),
      /not decoded from base64/,
    ],
    [
      'the secret with its prefix',
      async (it) => base64(await mac('', `${it.id}.${it.timestamp}.${body}`, bytes(endpoint.secret))),
      /prefix whsec_/,
    ],
    [
      'two mistakes',
      async (it) => hex(await mac('', `${it.timestamp}.${body}`, bytes(endpoint.secret))),
      /prefix.*without the id.*hexadecimal/,
    ],
    [
      'another secret',
      async (it) => base64(await mac(other.secret, `${it.id}.${it.timestamp}.${body}`)),
      /none of the endpoint’s secrets/,
    ],
  ];
  test.each(rows)('%s', async (_, computed, message) => {
    const it = await sent();
    const { findings } = await explain({ headers: it.headers, body, computed: await computed(it) });
    expect(findings).toHaveLength(1);
    expect(findings[0]!.message).toMatch(message);
  });
});
