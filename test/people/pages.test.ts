/** The pages people sign in and out with, as a browser without script uses them. */
import { beforeAll, describe, expect, test } from 'vitest';
import { isOwnPath } from '../../src/web/visitor.ts';
import { browserWith, cookieOf, goodPassword, newBusiness, site } from '../support/people.ts';
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
