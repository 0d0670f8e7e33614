/** The overview at the centre's desk: that all is well, or what is not, for every role, in every language. */
import { beforeAll, describe, expect, it } from 'vitest';
import { alertNames } from '../../../src/alerts/conditions.ts';
import { exampleId, languages, newId } from '../../../src/kernel/index.ts';
import { overviewTexts } from '../../../src/web/centre/overview/texts.ts';
import { type Browser, newStaffPerson, site } from '../../support/people.ts';
import { adminKey, call, get, migrate, testEnv, until } from '../../support/switch.ts';
import { newIssuer, newOrder, newPayer, newShop, pay } from '../../support/town.ts';

const evil = '<img src=x onerror=alert(1)>';

beforeAll(async () => {
  await migrate();
  const issuer = await newIssuer(evil);
  const shop = await newShop({ name: 'Кара-Балта нан' });
  const payer = await newPayer(issuer, 1_000);
  for (const amount of [300, 99_000]) {
    await pay(issuer, payer, { payload: (await newOrder(shop, amount)).qr.payload });
  }
  await until(
    () => get('/v1/centre/reports/payments', adminKey),
    ({ body }) => body.data.length === 2,
  );
});

const page = (path: string, { cookie }: Pick<Browser, 'cookie'>) =>
  call('GET', path, { headers: { cookie } });

describe('the overview', () => {
  it.each(['admin', 'officer', 'analyst', 'support'])('tells an %s how payments go', async (role) => {
    const { status, body } = await page('/centre', await newStaffPerson(role));
    expect(status).toBe(200);
    for (const text of ['All is well', 'Кара-Балта нан', 'payment.insufficient_funds', 'data-plot']) {
      expect(body).toContain(text);
    }
    expect(body).not.toContain(evil);
    expect(body).toMatch(/href="\/centre\/merchants\/mch_\w+"[^>]*>Кара-Балта нан<\/a>/);
  });

  it('has all its words in every language', async () => {
    const person = await newStaffPerson('analyst');
    for (const language of languages) {
      const { status, body } = await page(`/centre?lang=${language}`, person);
      expect(status).toBe(200);
      expect(body).not.toContain('undefined');
    }
  });

  it('on a wall has neither places nor a field, and the same figures', async () => {
    const { body } = await page('/centre?wall=1', await newStaffPerson('support'));
    expect(body).toContain('All is well');
    expect(body).not.toContain('class="places"');
  });
});

describe('when something is wrong', () => {
  beforeAll(async () => {
    const nowMs = Date.now();
    await testEnv.REPORTS.prepare(
      `INSERT INTO alert (id, name, subject, concerns, value, peak, raised_at, seen_at, tell_at, told, claimed_until)
       VALUES (?, 'partner.down', 'con_silent', '[]', 90, 90, ?, ?, 0, 1, 0)`,
    )
      .bind(newId('alert', nowMs), nowMs, nowMs)
      .run();
  });

  it('says what and since when, not that all is well', async () => {
    const { body } = await page('/centre', await newStaffPerson('support'));
    for (const text of ['1 thing needs attention', 'A partner does not answer', 'con_silent']) {
      expect(body).toContain(text);
    }
    expect(body).not.toContain('All is well');
  });

  it('somebody says that they look after it, with a note, and everybody sees who', async () => {
    const [support, analyst] = [await newStaffPerson('support'), await newStaffPerson('analyst')];
    const path = /href="(\/centre\/alerts\/\w+)">I look after it</.exec(
      (await page('/centre', support)).body,
    )?.[1];
    const heed = (note: string, { cookie }: Browser) =>
      call('POST', `${path}/acknowledge`, {
        body: String(new URLSearchParams({ note })),
        headers: { cookie, origin: site, 'content-type': 'application/x-www-form-urlencoded' },
      });
    for (const language of languages) {
      expect(await page(`${path}?lang=${language}`, support)).toMatchObject({ status: 200 });
    }
    expect((await page(`${path}`, support)).body).toContain('name="note"');
    expect((await page(`${path}`, analyst)).body).not.toContain('name="note"');
    expect((await heed('mine', analyst)).status).toBe(403);
    const wordless = await heed('', support);
    expect(wordless).toMatchObject({ status: 422, body: expect.stringContaining('acknowledge-note-error') });
    const heeded = await heed(`calling ${evil}`, support);
    expect(heeded.headers.get('location')).toBe(`${path}?done=heeded`);
    const { body } = await page(`${path}?done=heeded`, analyst);
    expect(body).toContain('Noted');
    expect(body).toContain('calling &lt;img');
    expect(body).not.toContain(evil);
    expect((await page('/centre', support)).body).toContain('somebody looks after it');
    const late = await heed('me too', support);
    expect(late.status).toBe(409);
    expect(late.body).not.toContain('name="note"');
  });

  it('an alert that there is not is not found', async () => {
    const { status } = await page(`/centre/alerts/${exampleId('alert')}`, await newStaffPerson('support'));
    expect(status).toBe(404);
  });
});

it.each(alertNames)('has words for %s', (name) => {
  expect(overviewTexts.messages.en).toHaveProperty([name]);
});
