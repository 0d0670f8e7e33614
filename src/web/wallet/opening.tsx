/** Getting a wallet and leaving it; its first page, and what keeps that fresh. */
import type { Hono } from 'hono';
import type { Account } from '../../client/index.ts';
import type { Directory } from '../../directory/index.ts';
import type { VisitEnv } from '../../http/index.ts';
import { type Config, isId } from '../../kernel/index.ts';
import type { ApiProblem } from '../api.ts';
import { type Answering, type List, type Visiting, withCode } from './answering.ts';
import { currencies, gift, Home, Welcome } from './home.tsx';
import { type Issuer, type IssuerFor, ownIssuer } from './issuer.ts';
import { dropPhone, keepPhone, type Phone, phoneOf } from './phone.ts';
import { phoneNumberOf, standing, standingVersion, versionOf } from './standing.ts';

interface OpeningParts {
  readonly config: Config;
  readonly directory: Directory;
  readonly issuerFor: IssuerFor;
  readonly answering: Answering;
}

// Issuers and accounts of each that a visitor may choose from.
const issuersMax = 20;
const accountsMax = 10;

export function openingRoutes(
  app: Hono<VisitEnv>,
  { config, directory, issuerFor, answering: { page, holding } }: OpeningParts,
): void {
  async function seeded(c: Visiting): Promise<Account[]> {
    const { rows } = await directory.participants({ limit: issuersMax });
    const issuers = rows.filter(
      ({ id, role, status, requireSignature, certificates }) =>
        id !== ownIssuer &&
        role === 'issuer' &&
        status === 'active' &&
        !requireSignature &&
        certificates.length === 0,
    );
    const lists = await Promise.all(
      issuers.map(({ id }) => issuerFor(c, id).get<List<Account>>(`/v1/accounts?limit=${accountsMax}`)),
    );
    return lists
      .flatMap((list) => (list.ok ? list.value.data : []))
      .filter(({ kind, status }) => kind === 'payer' && status === 'active');
  }

  const welcome = async (c: Visiting, problem?: ApiProblem) =>
    page(
      c,
      <Welcome
        accounts={await seeded(c)}
        payload={c.req.query('payload')}
        {...(problem && { problem: problem.detail })}
      />,
    );

  app.get('/', async (c) => {
    const phone = await phoneOf(c, config);
    if (!phone) return welcome(c);
    const issuer = issuerFor(c, phone.participant);
    const [account, payments] = await standing(issuer, phone);
    if (!account.ok) {
      dropPhone(c);
      return welcome(c, account.problem);
    }
    const shown = payments.ok ? payments.value.data : [];
    return page(
      c,
      <Home
        account={account.value}
        payments={shown}
        version={versionOf(account.value, shown)}
        phone={await phoneNumberOf(issuer, phone)}
        intent={crypto.randomUUID()}
      />,
    );
  });

  /** Asked every other second: whether a page should look different, and what was paid last. */
  app.get('/live', async (c) => {
    const phone = await phoneOf(c, config);
    c.header('Cache-Control', 'no-store');
    const now = phone && (await standingVersion(issuerFor(c, phone.participant), phone));
    return c.json(now ?? { version: null, latest: null });
  });

  app.post('/open', async (c) => {
    const { currency: asked, payload } = await c.req.parseBody();
    const currency = currencies.find((one) => one === asked) ?? 'KGS';
    const issuer = issuerFor(c, ownIssuer);
    const opened = await issuer.post<Account>('/v1/accounts', { currency, phone: newPhoneNumber() });
    if (!opened.ok) return welcome(c, opened.problem);
    const { id, participant } = opened.value;
    const filled = await topUp(issuer, { account: id, currency }, `opening ${id}`);
    if (!filled.ok) return welcome(c, filled.problem);
    await keepPhone(c, config, { account: id, participant, currency });
    return c.redirect(firstPage(payload), 303);
  });

  app.post('/take', async (c) => {
    const { account, participant, payload } = await c.req.parseBody();
    if (typeof account !== 'string' || !isId('account', account)) return c.redirect('/wallet', 303);
    const found = (await seeded(c)).find((one) => one.id === account && one.participant === participant);
    if (!found) return c.redirect('/wallet', 303);
    await keepPhone(c, config, { account, participant: found.participant, currency: found.currency });
    return c.redirect(firstPage(payload), 303);
  });

  app.post('/leave', (c) => {
    dropPhone(c);
    return c.redirect('/wallet', 303);
  });

  app.post(
    '/top-up',
    holding(async (c, phone, issuer) => {
      const { intent } = await c.req.parseBody();
      await topUp(issuer, phone, String(intent));
      return c.redirect('/wallet', 303);
    }),
  );
}

const topUp = (issuer: Issuer, { account, currency }: Pick<Phone, 'account' | 'currency'>, intent: string) =>
  issuer.post(
    `/v1/accounts/${account}/top-ups`,
    { amount: gift[currency as keyof typeof gift] ?? 0, currency },
    intent,
  );

// Numbers of this beginning belong to nobody.
const newPhoneNumber = (): string => {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return `+99600${String(random % 10_000_000).padStart(7, '0')}`;
};

/** Where a wallet that was just opened begins: at the code it was opened for, if any. */
const firstPage = (payload: unknown): string => withCode(payload ? '/wallet/pay' : '/wallet', payload);
