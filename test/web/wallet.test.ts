import { beforeAll, describe, expect, it } from 'vitest';
import { languages } from '../../src/kernel/index.ts';
import { pages } from '../../src/web/index.ts';
import { ownIssuer } from '../../src/web/wallet/issuer.ts';
import { walletTexts } from '../../src/web/wallet/texts.ts';
import { adminKey, call, freshKey, get, migrate, post } from '../support/switch.ts';
import { newIssuer, newPayer, newShop } from '../support/town.ts';

const town = { shop: { name: 'Дордой базар', id: '', key: '', qr: '' } };
beforeAll(async () => {
  await migrate();
  const { id, key } = await newShop({ name: town.shop.name });
  const { qr } = (await get(`/v1/merchants/${id}`, key)).body;
  Object.assign(town.shop, { id, key, qr: qr.payload });
  await newPayer(await newIssuer());
});

const site = 'https://switch.test';
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

/** A browser of one visitor: keeps its cookies, sends forms as browsers do. */
function newVisitor() {
  const jar = new Map<string, string>();
  const ask = async (method: string, path: string, body?: string, more: Record<string, string> = {}) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await call(method, path, {
      body,
      headers: {
        ...(cookie !== '' && { cookie }),
        ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded', origin: site }),
        ...more,
      },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = line.match(/^([^=]+)=([^;]*)/) ?? [];
      jar.set(name, value);
    }
    return answer;
  };
  return {
    jar,
    look: (path: string, more?: Record<string, string>) => ask('GET', path, undefined, more),
    send: (path: string, fields: Record<string, string>, more?: Record<string, string>) =>
      ask('POST', path, form(fields), more),
  };
}

type Visitor = ReturnType<typeof newVisitor>;

async function withWallet(currency = 'KGS') {
  const visitor = newVisitor();
  expect((await visitor.send('/wallet/open', { currency })).status).toBe(303);
  return visitor;
}

const fieldOf = (html: string, name: string): string =>
  html.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1] ?? '';

/** What the payment form sends along. */
const formIn = (html: string): Record<string, string> =>
  Object.fromEntries(['payload', 'scan', 'intent'].map((name) => [name, fieldOf(html, name)]));

const payPath = (payload: string): string => `/wallet/pay?payload=${encodeURIComponent(payload)}`;

describe('a wallet', () => {
  it('is opened in one step, with money in it and a phone number', async () => {
    const visitor = await withWallet();
    const { body } = await visitor.look('/wallet');
    expect(body).toMatch(/KGS\s10,000\.00/);
    expect(body).toMatch(/\+99600\d{7}/);
  });

  it.each(languages)('speaks %s', async (language) => {
    const visitor = await withWallet('THB');
    const { body } = await visitor.look(`/wallet?lang=${language}`);
    expect(body).toContain(`<html lang="${language}"`);
    expect(body).toContain(walletTexts(language)('nothingPaid'));
    expect((await visitor.look('/wallet/scan')).body).toContain(walletTexts(language)('scanTitle'));
  });

  it('pays a code once, however often its form is sent', async () => {
    const visitor = await withWallet();
    const page = await visitor.look(payPath(town.shop.qr));
    expect(page.body).toContain(town.shop.name);
    const fields = { ...formIn(page.body), amount: '12,50' };
    const first = await visitor.send('/wallet/pay', fields);
    const again = await visitor.send('/wallet/pay', fields);
    expect(first.status).toBe(303);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    const result = await visitor.look(first.headers.get('location') ?? '');
    expect(result.body).toContain('data-result="good"');
    expect((await visitor.look('/wallet')).body).toMatch(/KGS\s9,987\.50/);
    expect(
      (await visitor.look('/wallet/payments')).body.match(/<li><a href="\/wallet\/payments\//g),
    ).toHaveLength(1);
  });

  it('pays what a till’s sticker shows, once, and an amount of its own when it shows nothing', async () => {
    const { id, key } = await newShop();
    const store = (await post(`/v1/merchants/${id}/stores`, key, { name: 'S' })).body.id;
    const till = (await post(`/v1/merchants/${id}/stores/${store}/tills`, key, { name: '1' })).body.id;
    const wish = { kind: 'sticker', name: 'Till 1', till };
    const sticker = (await post(`/v1/merchants/${id}/codes`, key, wish)).body;
    await post(`/v1/merchants/${id}/codes/${sticker.id}/order`, key, { amount: 4_200, currency: 'KGS' });
    const visitor = await withWallet();
    await visitor.look(payPath(sticker.payload));
    const page = await visitor.look(payPath(sticker.payload));
    expect(page.body).not.toContain('name="amount"');
    const first = await visitor.send('/wallet/pay', formIn(page.body));
    expect((await visitor.look(first.headers.get('location') ?? '')).body).toContain('data-result="good"');
    const again = await visitor.send('/wallet/pay', formIn(page.body));
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    const empty = await visitor.look(payPath(sticker.payload));
    const own = await visitor.send('/wallet/pay', { ...formIn(empty.body), amount: '8' });
    expect((await visitor.look(own.headers.get('location') ?? '')).body).toContain('data-result="good"');
    expect((await visitor.look('/wallet')).body).toMatch(/KGS\s9,950\.00/);
  });

  it('is told beside the field what is wrong with an amount, and keeps what was typed', async () => {
    const visitor = await withWallet();
    for (const amount of ['', '0', '-5', '1.234', 'ten']) {
      const { body } = await visitor.send('/wallet/pay', { payload: town.shop.qr, intent: 'i', amount });
      expect(body, amount).toContain('id="field-amount-error"');
      expect(body).toContain(`value="${amount}"`);
    }
    expect((await visitor.look('/wallet')).body).toMatch(/KGS\s10,000\.00/);
  });

  it('is told why a payment is declined', async () => {
    const visitor = await withWallet();
    const page = await visitor.look(payPath(town.shop.qr));
    const answer = await visitor.send('/wallet/pay', { ...formIn(page.body), amount: '20000' });
    const { body } = await visitor.look(answer.headers.get('location') ?? '');
    expect(body).toContain('data-result="bad"');
    expect(body).toContain('<span role="status">Not paid</span>');
  });

  it('shows of a text that is no code only that', async () => {
    const visitor = await withWallet();
    const { body } = await visitor.look(payPath('<script>alert(1)</script>'));
    expect(body).toContain('id="field-payload-error"');
    expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect((await visitor.look('/wallet/pay')).headers.get('location')).toBe('/wallet/scan');
  });

  it('notices a change: another version of its first page', async () => {
    const visitor = await withWallet();
    const versionOf = async () => (await visitor.look('/wallet/live')).body.version;
    const before = await versionOf();
    expect(await versionOf()).toBe(before);
    await visitor.send('/wallet/top-up', { intent: 'more' });
    const after = await versionOf();
    expect(after).not.toBe(before);
    await visitor.send('/wallet/top-up', { intent: 'more' });
    expect(await versionOf()).toBe(after);
  });

  it('that is opened to pay a code goes on to pay it', async () => {
    const visitor = newVisitor();
    const led = await visitor.look(payPath(town.shop.qr));
    const { body } = await visitor.look(led.headers.get('location') ?? '');
    const payload = fieldOf(body, 'payload').replaceAll('&amp;', '&');
    expect(payload).toBe(town.shop.qr);
    const opened = await visitor.send('/wallet/open', { currency: 'KGS', payload });
    expect(opened.headers.get('location')).toBe(payPath(town.shop.qr));
  });

  it('is left again', async () => {
    const visitor = await withWallet();
    await visitor.send('/wallet/leave', {});
    expect((await visitor.look('/wallet')).body).toContain(walletTexts('en')('welcome'));
    expect((await visitor.look('/wallet/scan')).headers.get('location')).toBe('/wallet');
  });
});

describe('a payment that waits for its payer', () => {
  const base64Url = (bytes: ArrayBuffer) => Buffer.from(bytes).toString('base64url');
  const attribute = (html: string, name: string): string =>
    html.match(new RegExp(` data-${name}="([^"]*)"`))?.[1]?.replaceAll('&quot;', '"') ?? '';

  /** What the phone's script does: registers its key as soon as a code is shown, and signs what is confirmed. */
  async function newDevice(visitor: Visitor, shown: string) {
    const pair = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair;
    const public_key = base64Url((await crypto.subtle.exportKey('raw', pair.publicKey)) as ArrayBuffer);
    const sign = async (lines: string[]) =>
      base64Url(
        await crypto.subtle.sign('Ed25519', pair.privateKey, new TextEncoder().encode(lines.join('\n'))),
      );
    const account = attribute(shown, 'account');
    const proof = await sign(['tolom device key', attribute(shown, 'url'), account, public_key]);
    const { body } = await visitor.send('/wallet/devices', { public_key, proof });
    return { key: body.key as string, sign };
  }

  /** A wallet whose code a register took for more than passes without a question. */
  async function asked() {
    const visitor = await withWallet();
    const shown = (await visitor.look('/wallet/show')).body;
    const { key, sign } = await newDevice(visitor, shown);
    const code = shown.match(/class="shown-digits">([\d ]+)</)?.[1].replaceAll(' ', '');
    const path = `/v1/merchants/${town.shop.id}/presented-payments`;
    const { body } = await post(path, town.shop.key, { code, amount: 500_000, currency: 'KGS' }, freshKey());
    expect(body).toMatchObject({ status: 'requires_confirmation' });
    const payment = `/wallet/payments/${body.id}`;
    const confirmation = async () => {
      const html = (await visitor.look(`${payment}/confirm`)).body;
      const names = ['id', 'amount', 'currency', 'expires', 'merchant', 'name'];
      const lines = ['tolom payment confirmation', ...names.map((name) => attribute(html, name))];
      expect(lines.join('\n')).toBe(attribute(html, 'text'));
      return { key, signature: await sign(lines) };
    };
    return { visitor, payment, confirmation };
  }

  it('is announced, shown, and made by the phone’s signature', async () => {
    const { visitor, payment, confirmation } = await asked();
    expect((await visitor.look('/wallet')).body).toContain(`href="${payment}/confirm"`);
    expect((await visitor.look(`${payment}/result`)).headers.get('location')).toBe(`${payment}/confirm`);
    const made = await visitor.send(`${payment}/confirm`, await confirmation());
    expect(made.headers.get('location')).toBe(`${payment}/result`);
    expect((await visitor.look(`${payment}/result`)).body).toContain('data-result="good"');
    expect((await visitor.look(payment)).body).toContain(`${site}/receipt/`);
  });

  it('is not made by a signature that is none, and says so', async () => {
    const { visitor, payment, confirmation } = await asked();
    const { key, signature } = await confirmation();
    const wrong = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    const refused = await visitor.send(`${payment}/confirm`, { key, signature: wrong });
    expect(refused.status).toBe(200);
    expect(refused.body).toContain('role="alert"');
    const unknown = await visitor.send(`${payment}/confirm`, {
      key: key.replace(/.$/, key.endsWith('z') ? 'y' : 'z'),
      signature,
    });
    expect(unknown.body).toContain('data-problem="device_key.not_found"');
    expect((await visitor.look('/wallet')).body).toMatch(/KGS\s10,000\.00/);
  });

  it('is cancelled when the payer does not want it', async () => {
    const { visitor, payment } = await asked();
    await visitor.send(`${payment}/cancel`, {});
    expect((await visitor.look(`${payment}/result`)).body).toContain('data-result="over"');
    expect((await visitor.look('/wallet')).body).not.toContain(`href="${payment}/confirm"`);
  });
});

describe('an account of the sandbox', () => {
  it('can be taken, as often as somebody likes', async () => {
    const visitor = newVisitor();
    const { body } = await visitor.look('/wallet');
    const [, participant = '', account = ''] =
      body.match(/name="participant" value="([^"]+)"\/?>.*?name="account" value="([^"]+)"/) ?? [];
    expect(account).toMatch(/^acc_/);
    await visitor.send('/wallet/take', { participant, account });
    expect((await visitor.look('/wallet')).body).toContain(account);
  });

  it('is not taken by naming one that nobody offered', async () => {
    const owner = await withWallet();
    const [own = ''] = (await owner.look('/wallet')).body.match(/acc_[0-9a-z]{20}/) ?? [];
    const visitor = newVisitor();
    await visitor.send('/wallet/take', { participant: ownIssuer, account: own });
    expect((await visitor.look('/wallet')).body).toContain(walletTexts('en')('welcome'));
  });
});

describe('nobody gets at a wallet from outside', () => {
  it('with a cookie that was altered or made up', async () => {
    const visitor = await withWallet();
    const token = visitor.jar.get('tolom_wallet') ?? '';
    for (const forged of [`${token}x`, token.replace(/^wallet_/, 'scan_'), 'wallet_e30.AAAA', 'x']) {
      const { body } = await call('GET', '/wallet', { headers: { cookie: `tolom_wallet=${forged}` } });
      expect(body).toContain(walletTexts('en')('welcome'));
    }
  });

  it('from another site: forms of others change nothing', async () => {
    const visitor = await withWallet();
    const elsewhere = { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' };
    const answer = await visitor.send('/wallet/top-up', { intent: 'evil' }, elsewhere);
    expect(answer.status).toBe(403);
    expect((await visitor.look('/wallet')).body).toMatch(/KGS\s10,000\.00/);
  });

  it('by looking at another wallet’s payment', async () => {
    const payer = await withWallet();
    const page = await payer.look(payPath(town.shop.qr));
    const paid = await payer.send('/wallet/pay', { ...formIn(page.body), amount: '1' });
    const stranger = await withWallet();
    const path = paid.headers.get('location') ?? '';
    expect((await stranger.look(path)).status).toBe(404);
    expect((await stranger.look(path.replace('/result', ''))).status).toBe(404);
  });
});

it('the simulator is a participant like any other: staff see its key, and stop it', async () => {
  await withWallet();
  const keys = await get(`/v1/centre/keys?owner=${ownIssuer}`, adminKey);
  expect(keys.body.data).toHaveLength(1);
  expect(keys.body.data[0]).toMatchObject({ label: 'Wallet simulator', role: 'issuer' });
  expect(JSON.stringify(keys.body)).not.toMatch(/tolom_par_[0-9a-z]{32}/);
});

it('in production there is none, and nobody has its key', async () => {
  const parts = { config: { mode: 'production', url: site }, document: {} } as Parameters<typeof pages>[0];
  const app = pages(parts);
  for (const path of ['/wallet', '/wallet/live', '/wallet/scan']) {
    expect((await app.request(path)).status, path).toBe(404);
  }
  expect((await app.request('/wallet/open', { method: 'POST' })).status).toBe(404);
});
