/**
 * Nothing that stands in an address or a form makes a page fail, or tell how the switch is made: every page, with
 * rubbish for what its path names and in every parameter that any page reads; every form it shows, with rubbish in one
 * field after the other.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { randomOf } from '../../scripts/chaos/random.ts';
import { pages } from '../../src/web/index.ts';
import { newClerk, proposed } from '../support/centre.ts';
import { look, send } from '../support/pages.ts';
import { newMissing } from '../support/partner-file.ts';
import { type Browser, newBusiness, site } from '../support/people.ts';
import { texts } from '../support/rubbish.ts';
import { type Answer, adminKey, migrate, post } from '../support/switch.ts';

const random = randomOf(1);
const leaks = /SQLITE|D1_ERROR|drizzle|\bat \S+ \(|node_modules|\.ts:\d|TypeError|ReferenceError/;
// Of what pages read of their address; most of it is a page's own.
const parameters = [
  ...[
    'cursor',
    'q',
    'from',
    'to',
    'day',
    'status',
    'kind',
    'name',
    'merchant',
    'participant',
    'currency',
    'by',
  ],
  ...[
    'owner',
    'next',
    'done',
    'lang',
    'theme',
    'sheet',
    'show',
    'version',
    'payload',
    'amount',
    'reason',
    'holder',
  ],
];
// Whoever sends these is signed in no more.
const ends = /sign-out|sessions|\/leave$/;

const routes = [
  ...new Set(
    pages({ config: { mode: 'sandbox', url: site } } as unknown as Parameters<typeof pages>[0])
      .routes.filter(({ method, path }) => method === 'GET' && !path.startsWith('/assets/'))
      .map(({ path }) => path),
  ),
];

let clerk: Browser;
let owner: Browser;
/** What stands in the path of a page that there is, by where the page is and what it calls it. */
let named: [path: RegExp, value: string][];

beforeAll(async () => {
  await migrate();
  const [person, business, missing] = [await newClerk(), await newBusiness(), await newMissing()];
  [clerk, owner] = [person.browser, business.owner];
  const made = async (path: string, body: object) => (await post(path, adminKey, body)).body.id as string;
  const merchant = `/v1/merchants/${business.merchant}`;
  const schedule = { name: 'Daily', report: 'payments', format: 'csv', every: 'day', at: '06:30' };
  named = [
    [/^\/centre\/payments\/:id/, missing.payment],
    [/^\/centre\/merchants\/:id/, business.merchant],
    [/^\/print\/statements\/merchants\/:owner/, business.merchant],
    [/^\/print\/statements\/participants\/:owner/, missing.issuer.id],
    [/^\/centre\/participants\/:id/, missing.issuer.id],
    [/:partner/, missing.issuer.id],
    [/^\/centre\/accounts\/:id/, missing.payer.account],
    [/^\/centre\/people\/:id/, person.id],
    [/:difference/, missing.difference],
    [/:file/, missing.file],
    [/^\/centre\/reports\/:report/, 'volumes'],
    [/:day/, '2026-11-01'],
    [/:schedule/, await made('/v1/centre/report-schedules', { ...schedule, time_zone: 'Asia/Bishkek' })],
    [
      /^\/centre\/approvals\/:id/,
      await proposed(person, `/v1/centre/merchants/${business.merchant}/suspend`, { reason: 'a complaint' }),
    ],
    [/^\/portal\/orders\/:order/, (await owner.post(`${merchant}/orders`, { amount: 100 })).body.id],
    [/^\/pay\/:order/, (await owner.post(`${merchant}/orders`, { amount: 100 })).body.id],
    [/:code/, (await owner.post(`${merchant}/codes`, { name: 'Door' })).body.id],
    [/^\/portal\/staff\/:person/, business.person],
  ];
});

/** The address of a page, with what there is in its path, or with something else. */
function addressOf(route: string, odd?: string): string {
  const right = named.find(([path]) => path.test(route))?.[1] ?? 'x';
  return route.replaceAll(/:\w+/g, () => encodeURIComponent((odd ?? right).toWellFormed()));
}

const visitorOf = (path: string): Browser => (/^\/(?:centre|print)/.test(path) ? clerk : owner);

function expectNoFailure({ status, body }: Answer, what: string): void {
  expect(status, what).toBeLessThan(500);
  expect(String(body), what).not.toMatch(leaks);
}

interface Field {
  readonly name: string;
  readonly value: string;
}
interface Form {
  readonly action: string;
  readonly fields: readonly Field[];
}

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&');

/** The forms of a page that are sent with `POST`, with what stands in them. */
function formsOf(html: string, at: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].flatMap(([, tag = '', inner = '']) => {
    if (attribute(tag, 'method') !== 'post') return [];
    const fields = [...inner.matchAll(/<(?:input|select|textarea|button)\b[^>]*>/g)].flatMap(([field]) => {
      const name = attribute(field, 'name');
      return name === undefined ? [] : [{ name, value: attribute(field, 'value') ?? '1' }];
    });
    return [{ action: attribute(tag, 'action') ?? at, fields }];
  });
}

describe.each(routes)('%s', (route) => {
  test('with rubbish in its address', async () => {
    const visitor = visitorOf(route);
    for (let count = 0; count < 3; count++) {
      const text = random.pick(texts);
      const query = new URLSearchParams({ [random.pick(parameters)]: text.toWellFormed() });
      const address = `${addressOf(route)}?${query}`;
      expectNoFailure(await look(address, visitor), address.slice(0, 200));
    }
    if (!route.includes(':')) return;
    const odd = addressOf(route, random.pick(texts.filter((text) => text.trim() !== '')));
    expectNoFailure(await look(odd, visitor), odd.slice(0, 200));
  });

  test('with rubbish in its forms', async () => {
    const at = addressOf(route);
    const visitor = visitorOf(route);
    const page = await look(at, visitor);
    expectNoFailure(page, at);
    const forms = formsOf(String(page.body), at).filter(({ action }) => !ends.test(action));
    for (const { action, fields } of forms) {
      const right = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
      for (const name of [...new Set(fields.map((field) => field.name))]) {
        const form = { ...right, [name]: random.pick(texts).toWellFormed() };
        const what = `${action} with ${name}=${form[name]?.slice(0, 60)}`;
        expectNoFailure(await send(action, form, visitor), what);
      }
    }
  });
});

test('whatever comes back as the key of a form, an order is made once or refused', async () => {
  const at = '/portal/orders/new';
  const form = formsOf(String((await look(at, owner)).body), at).find(({ action }) =>
    action.endsWith('/orders'),
  );
  const right = Object.fromEntries(form?.fields.map(({ name, value }) => [name, value]) ?? []);
  expect(right.once).toBeDefined();
  for (const text of texts) {
    const once = text.toWellFormed();
    const sent = () => send('/portal/orders', { ...right, once }, owner);
    const [first, again] = [await sent(), await sent()];
    expectNoFailure(first, once.slice(0, 60));
    expect(again.headers.get('location'), once.slice(0, 60)).toBe(first.headers.get('location'));
  }
});
