/** The pages people sign in and out with, as a browser without script uses them. */
import { beforeAll, describe, expect, test } from 'vitest';
import { deviceOf } from '../../src/web/me/device.ts';
import { isOwnPath } from '../../src/web/visitor.ts';
import {
  browserWith,
  cookieOf,
  freshEmail,
  goodPassword,
  newBusiness,
  newColleague,
  signIn,
  site,
} from '../support/people.ts';
import { type Answer, call, migrate } from '../support/switch.ts';

beforeAll(migrate);

const send = (
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  call('POST', path, {
    body: new URLSearchParams(form).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: site, ...headers },
  });
const page = (path: string, headers: Record<string, string> = {}) => call('GET', path, { headers });
const texts = ['Sign in', 'Кирүү', 'Войти', 'ลงชื่อเข้าใช้', 'ចូលប្រើ', '登录'];

describe('the sign-in page', () => {
  test.each(['en', 'ky', 'ru', 'th', 'km', 'zh'].map((language, index) => [language, texts[index]]))(
    'speaks %s',
    async (language, text) => {
      const { status, body } = await page(`/sign-in?lang=${language}`);
      expect(status).toBe(200);
      expect(body).toContain(`<h1>${text}</h1>`);
    },
  );

  test('gives a session, and leads to where somebody wanted to go', async () => {
    const { email } = await newBusiness();
    const form = await page('/sign-in?next=/portal/orders');
    expect(form.body).toContain('name="next" value="/portal/orders"');
    const sent = await send('/sign-in', { email, password: goodPassword, next: '/portal/orders' });
    expect(sent.status).toBe(303);
    const { cookie } = browserWith(cookieOf(sent));
    expect(cookie).toContain('tolom_session=');
    const next = await page(sent.headers.get('location') ?? '', { cookie });
    expect(next.headers.get('location')).toBe('/portal/orders');
  });

  test('leads an owner to the portal, whatever other host is named', async () => {
    const { owner } = await newBusiness();
    for (const next of ['', 'https://elsewhere.example/', '//elsewhere.example', '/\\elsewhere.example']) {
      const answer = await page(`/sign-in?next=${encodeURIComponent(next)}`, { cookie: owner.cookie });
      expect(answer.headers.get('location'), next).toBe('/portal');
    }
  });

  test('says what is wrong, keeps the address and not the password', async () => {
    const { email } = await newBusiness();
    const sent = await send('/sign-in?lang=ru', { email, password: 'not the password', next: '' });
    expect(sent.status).toBe(422);
    expect(sent.body).toContain('Неверный адрес электронной почты или пароль.');
    expect(sent.body).toContain(`value="${email}"`);
    expect(sent.body).not.toContain('not the password');
  });

  test('says how long somebody has to wait, in their language', async () => {
    const { email } = await newBusiness();
    for (let failure = 0; failure < 5; failure++)
      await send('/sign-in', { email, password: 'wrong', next: '' });
    const sent = await send('/sign-in?lang=ru', { email, password: goodPassword, next: '' });
    expect(sent.body).toContain('Попробовать снова можно через 1 минуту.');
  });

  test('takes no form from another site', async () => {
    const { email } = await newBusiness();
    const sent = await send(
      '/sign-in',
      { email, password: goodPassword, next: '' },
      { origin: 'https://elsewhere.example' },
    );
    expect(sent.status).toBe(422);
    expect(sent.headers.get('set-cookie') ?? '').not.toContain('tolom_session');
  });

  test('signs out', async () => {
    const { owner } = await newBusiness();
    const sent = await send('/sign-out', {}, { cookie: owner.cookie });
    expect(sent).toMatchObject({ status: 303 });
    expect(sent.headers.get('set-cookie')).toContain('Max-Age=0');
    expect((await owner.get('/v1/me')).status).toBe(401);
  });

  test('signs nobody out for another site', async () => {
    const { owner } = await newBusiness();
    await send('/sign-out', {}, { cookie: owner.cookie, origin: 'https://elsewhere.example' });
    expect((await owner.get('/v1/me')).status).toBe(200);
  });
});

describe('opening an account', () => {
  const wish = () => ({
    business: 'Ала-Тоо кофе',
    city: 'Bishkek',
    category_code: '5812',
    name: '',
    email: freshEmail(),
    password: goodPassword,
  });

  test('signs the owner in', async () => {
    const sent = await send('/register-business', wish());
    expect(sent.headers.get('location')).toBe('/sign-in?next=/portal');
    const me = await browserWith(cookieOf(sent)).get('/v1/me');
    expect(me.body).toMatchObject({ who: 'merchant:owner', merchant: { name: 'Ала-Тоо кофе' } });
  });

  test('keeps what was typed and names the field, in the visitor’s language', async () => {
    const sent = await send('/register-business?lang=ky', { ...wish(), business: 'Б'.repeat(26) });
    expect(sent.status).toBe(422);
    expect(sent.body).toContain(`value="${'Б'.repeat(26)}"`);
    expect(sent.body).toMatch(/id="field-business-error".*Муну текшериңиз/s);
    expect(sent.body).not.toContain(goodPassword);
  });

  test('says so when the password is too easy', async () => {
    const sent = await send('/register-business?lang=en', { ...wish(), password: 'password123' });
    expect(sent.body).toContain('Others could guess this password.');
  });
});

describe('an invitation’s page', () => {
  test('says who invites whom, and lets them in', async () => {
    const { token, email } = await newColleague();
    const form = await page(`/invitation/${token}?lang=en`);
    expect(form.body).toContain('Ала-Тоо кофе invites you');
    expect(form.body).toContain(email);
    const sent = await send(`/invitation/${token}`, { name: 'Айгүл', password: goodPassword });
    expect(sent.headers.get('location')).toBe('/sign-in');
    const { cookie } = browserWith(cookieOf(sent));
    expect((await page('/sign-in', { cookie })).headers.get('location')).toBe('/register');
    expect(await page(`/invitation/${token}`)).toMatchObject({ status: 404 });
  });

  test('has nothing to say to whoever makes a link up', async () => {
    for (const token of ['x', '0'.repeat(40), '%2F..%2Fme']) {
      expect(await page(`/invitation/${token}`), token).toMatchObject({ status: 404 });
    }
  });
});

describe('the page of what is one’s own', () => {
  test('is for whoever has signed in', async () => {
    expect((await page('/me?lang=ru')).headers.get('location')).toBe('/sign-in?next=%2Fme%3Flang%3Dru');
  });

  test('lists devices and ends one', async () => {
    const { owner, email } = await newBusiness();
    const agent = 'Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36';
    const phone = await signIn(email, goodPassword, { 'user-agent': agent });
    const shown = await page('/me?lang=en', { cookie: owner.cookie });
    expect(shown.body).toContain('Chrome · Android');
    const ended = await send(`/me/sessions/${phone.body.id}`, {}, { cookie: owner.cookie });
    expect(ended.headers.get('location')).toBe('/me?done=sessions');
    expect((await browserWith(cookieOf(phone)).get('/v1/me')).status).toBe(401);
  });

  test('changes the password, and says why not', async () => {
    const { owner, email } = await newBusiness();
    const wish = { current: goodPassword, password: 'nine patient horses' };
    const refused = await send(
      '/me/password?lang=en',
      { ...wish, current: 'wrong' },
      { cookie: owner.cookie },
    );
    expect(refused).toMatchObject({ status: 422 });
    expect(refused.body).toContain('The e-mail address or the password is wrong.');
    const changed = await send('/me/password', wish, { cookie: owner.cookie });
    expect(changed.headers.get('location')).toBe('/me?done=password');
    expect((await signIn(email, wish.password)).status).toBe(201);
  });

  test('takes no form from another site', async () => {
    const { owner } = await newBusiness();
    const headers = { cookie: owner.cookie, origin: 'https://elsewhere.example' };
    await send('/me/sign-out-everywhere', {}, headers);
    expect((await owner.get('/v1/me')).status).toBe(200);
  });

  test('signs out everywhere', async () => {
    const { owner, email } = await newBusiness();
    const phone = browserWith(cookieOf(await signIn(email, goodPassword)));
    await send('/me/sign-out-everywhere', {}, { cookie: owner.cookie });
    for (const browser of [owner, phone]) expect((await browser.get('/v1/me')).status).toBe(401);
  });
});

test.each([
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 20_0 like Mac OS X) Version/20.0 Mobile Safari/604.1',
    'Safari · iPhone',
  ],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/150.0 Safari/537.36 Edg/150.0', 'Edge · Windows'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Firefox/150.0', 'Firefox · Linux'],
  ['curl/9', 'curl/9'],
  ['', '?'],
])('%s is called %s', (agent, name) => expect(deviceOf(agent)).toBe(name));

test.each([
  ['/portal', true],
  ['/portal?tab=a&b=%2F', true],
  ['', false],
  ['portal', false],
  ['//elsewhere.example', false],
  ['/\\elsewhere.example', false],
  ['/a\\b', false],
  ['/a\nb', false],
  ['https://elsewhere.example', false],
])('%j is a path of ours: %s', (path, own) => expect(isOwnPath(path)).toBe(own));
