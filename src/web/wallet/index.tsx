/**
 * The wallet simulator, in sandboxes only: the app on a payer's phone and the bank behind it, to show the whole switch
 * with. It uses the API as any issuer does (`issuer.ts`); which account a phone holds is a sealed cookie (`phone.ts`).
 * Every form carries an intent made when it was shown, so that sending it twice pays once.
 */
import { type Context, Hono } from 'hono';
import { csrf } from 'hono/csrf';
import { HTTPException } from 'hono/http-exception';
import type { JSX } from 'hono/jsx/jsx-runtime';
import { routePath } from 'hono/route';
import {
  type Account,
  amountOf,
  type OneTimePassword,
  type Payment,
  type PresentedCode,
  type Scan,
  type Timeline,
} from '../../client/index.ts';
import type { Directory } from '../../directory/index.ts';
import type { VisitEnv } from '../../http/index.ts';
import { type Config, isId, logFault, refusalText } from '../../kernel/index.ts';
import type { ApiProblem, Fetch } from '../api.ts';
import { languageFor } from '../language.ts';
import { show } from '../respond.tsx';
import { History } from './feed.tsx';
import { currencies, gift, Home, Welcome } from './home.tsx';
import { type Issuer, issuersOf, ownIssuer } from './issuer.ts';
import { PayPage, questionsOf, ScanPage } from './pay.tsx';
import { PaymentPage, ResultPage, Trouble } from './payment.tsx';
import { dropPhone, keepPhone, type Phone, phoneOf } from './phone.ts';
import { CodePage, PasswordPage } from './show.tsx';
import { walletTexts } from './texts.ts';

interface WalletParts {
  readonly config: Config;
  readonly directory: Directory;
  readonly fetch: Fetch;
}

type Visiting = Context<VisitEnv>;
type Status = 200 | 403 | 404 | 500;
type List<Item> = { readonly data: readonly Item[]; readonly next_cursor: string | null };

// Issuers and accounts of each that a visitor may choose from.
const issuersMax = 20;
const accountsMax = 10;
const lastPayments = 5;

export function walletPages({ config, directory, fetch }: WalletParts): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  const issuerFor = issuersOf({ config, directory, fetch });
  const page = (c: Visiting, view: JSX.Element, status: Status = 200) =>
    show(c, view, { language: languageFor(c), status, cache: 'never' });
  const own = new URL(config.url).origin;
  app.use(csrf({ origin: (origin, c) => origin === own || origin === new URL(c.req.url).origin }));

  /** Pages of a phone that has a wallet; others lead to where one is opened. */
  const holding =
    (answer: (c: Visiting, phone: Phone, issuer: Issuer) => Promise<Response>) => async (c: Visiting) => {
      const phone = await phoneOf(c, config);
      return phone ? answer(c, phone, issuerFor(c, phone.participant)) : c.redirect('/wallet', 303);
    };

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
    page(c, <Welcome accounts={await seeded(c)} {...(problem && { problem: problem.detail })} />);

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
    const { currency: asked } = await c.req.parseBody();
    const currency = currencies.find((one) => one === asked) ?? 'KGS';
    const issuer = issuerFor(c, ownIssuer);
    const opened = await issuer.post<Account>('/v1/accounts', { currency, phone: newPhoneNumber() });
    if (!opened.ok) return welcome(c, opened.problem);
    const { id, participant } = opened.value;
    const filled = await topUp(issuer, { account: id, currency }, `opening ${id}`);
    if (!filled.ok) return welcome(c, filled.problem);
    await keepPhone(c, config, { account: id, participant, currency });
    return c.redirect('/wallet', 303);
  });

  app.post('/take', async (c) => {
    const { account, participant } = await c.req.parseBody();
    if (typeof account !== 'string' || !isId('account', account)) return c.redirect('/wallet', 303);
    const found = (await seeded(c)).find((one) => one.id === account && one.participant === participant);
    if (!found) return c.redirect('/wallet', 303);
    await keepPhone(c, config, { account, participant: found.participant, currency: found.currency });
    return c.redirect('/wallet', 303);
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

  app.get(
    '/scan',
    holding((c) => page(c, <ScanPage />)),
  );

  app.get(
    '/pay',
    holding(async (c, _, issuer) => {
      const payload = c.req.query('payload')?.trim() ?? '';
      if (payload === '') return c.redirect('/wallet/scan', 303);
      const scan = await issuer.post<Scan>('/v1/scans', { payload });
      if (!scan.ok) return page(c, <ScanPage payload={payload} problem={scan.problem.detail} />);
      return page(c, <PayPage payload={payload} scan={scan.value} intent={crypto.randomUUID()} />);
    }),
  );

  app.post(
    '/pay',
    holding(async (c, phone, issuer) => {
      const typed = textsOf(await c.req.parseBody());
      const { payload = '', intent = '' } = typed;
      const scan = await issuer.post<Scan>('/v1/scans', { payload });
      if (!scan.ok) return page(c, <ScanPage payload={payload} problem={scan.problem.detail} />);
      const wish = wishOf(scan.value, typed, walletTexts(languageFor(c))('amountWrong'));
      const again = (more: object) =>
        page(c, <PayPage payload={payload} scan={scan.value} intent={intent} typed={typed} {...more} />);
      if (!wish.ok) return again({ errors: wish.errors });
      const path = `/v1/accounts/${phone.account}/payments`;
      const paid = await issuer.post<Payment>(path, { payload, ...wish.body }, intent);
      if (!paid.ok) return again({ problem: paid.problem.explanation ?? paid.problem.detail });
      return c.redirect(`/wallet/payments/${paid.value.id}/result`, 303);
    }),
  );

  app.get(
    '/show',
    holding(async (c, phone, issuer) => {
      const code = await issuer.post<PresentedCode>(`/v1/accounts/${phone.account}/codes`, {});
      const { version } = await standingVersion(issuer, phone);
      return code.ok
        ? page(c, <CodePage code={code.value} version={version} />)
        : page(c, <Trouble title="trouble" problem={code.problem} />);
    }),
  );

  const passwordPage = (make: boolean) => async (c: Visiting, phone: Phone, issuer: Issuer) => {
    const [{ version }, number, made] = await Promise.all([
      standingVersion(issuer, phone),
      phoneNumberOf(issuer, phone),
      make ? issuer.post<OneTimePassword>(`/v1/accounts/${phone.account}/passwords`, {}) : undefined,
    ]);
    return page(
      c,
      <PasswordPage
        phone={number}
        version={version}
        {...(made?.ok && { password: made.value })}
        {...(made && !made.ok && { problem: made.problem.detail })}
      />,
    );
  };
  app.get('/show/password', holding(passwordPage(false)));
  app.post('/show/password', holding(passwordPage(true)));

  app.get(
    '/payments',
    holding(async (c, phone, issuer) => {
      const cursor = c.req.query('cursor');
      const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
      const list = await issuer.get<List<Payment>>(`/v1/accounts/${phone.account}/payments${query}`);
      const { data, next_cursor } = list.ok ? list.value : { data: [], next_cursor: null };
      return page(c, <History payments={data} next={next_cursor} />);
    }),
  );

  const paymentOf = (c: Visiting, phone: Phone, issuer: Issuer) => {
    const payment = c.req.param('payment') ?? '';
    return isId('payment', payment)
      ? issuer.get<Payment>(`/v1/accounts/${phone.account}/payments/${payment}`)
      : undefined;
  };

  app.get(
    '/payments/:payment/result',
    holding(async (c, phone, issuer) => {
      const payment = await paymentOf(c, phone, issuer);
      return payment?.ok
        ? page(c, <ResultPage payment={payment.value} />)
        : page(c, <Trouble title="noPayment" />, 404);
    }),
  );

  app.get(
    '/payments/:payment',
    holding(async (c, phone, issuer) => {
      const payment = await paymentOf(c, phone, issuer);
      if (!payment?.ok) return page(c, <Trouble title="noPayment" />, 404);
      const { id } = payment.value;
      const history = await issuer.get<Timeline>(`/v1/accounts/${phone.account}/payments/${id}/timeline`);
      return page(
        c,
        <PaymentPage payment={payment.value} history={history.ok ? history.value : undefined} />,
      );
    }),
  );

  app.onError((error, c) => {
    if (error instanceof HTTPException) return page(c, <Trouble title="forbidden" />, 403);
    logFault('page failed', error, { request: c.env.requestId, route: `${c.req.method} ${routePath(c)}` });
    const detail = refusalText('switch.error', languageFor(c));
    return page(c, <Trouble title="trouble" problem={{ detail }} />, 500);
  });

  return app;
}

const standing = (issuer: Issuer, { account }: Phone) =>
  Promise.all([
    issuer.get<Account>(`/v1/accounts/${account}`),
    issuer.get<List<Payment>>(`/v1/accounts/${account}/payments?limit=${lastPayments}`),
  ]);

/** Another one whenever the first page would look different. */
const versionOf = ({ balance, held }: Account, payments: readonly Payment[]): string =>
  [
    balance?.amount,
    held?.amount,
    ...payments.map(({ id, status, amount_refunded }) => `${id} ${status} ${amount_refunded.amount}`),
  ].join();

async function standingVersion(
  issuer: Issuer,
  phone: Phone,
): Promise<{ readonly version: string; readonly latest: string | null }> {
  const [account, payments] = await standing(issuer, phone);
  if (!account.ok || !payments.ok) return { version: '', latest: null };
  const { data } = payments.value;
  return { version: versionOf(account.value, data), latest: data[0]?.id ?? null };
}

async function phoneNumberOf(issuer: Issuer, { account }: Phone): Promise<string | null> {
  const holder = await issuer.get<{ phone: string | null }>(`/v1/accounts/${account}/holder`);
  return holder.ok ? holder.value.phone : null;
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

/** The texts of a form, without its files. */
const textsOf = (body: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(body).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );

type Wish =
  | { readonly ok: true; readonly body: object }
  | { readonly ok: false; readonly errors: Record<string, string> };

/** What the payer wants, as the API takes it, or which fields are wrong. */
function wishOf(scan: Scan, typed: Readonly<Record<string, string>>, amountWrong: string): Wish {
  const errors: Record<string, string> = {};
  const currency = scan.currency ?? '';
  const amountIn = (name: string): number | undefined => {
    const text = typed[name]?.trim() ?? '';
    if (text === '' && name === 'tip') return undefined;
    const amount = amountOf(text, currency);
    if (!amount) errors[name] = amountWrong;
    return amount;
  };
  const amount = scan.amount_editable ? amountIn('amount') : undefined;
  const tip = scan.tip?.kind === 'prompt' ? amountIn('tip') : undefined;
  const answers = Object.fromEntries(
    questionsOf(scan).map((question) => [question, typed[question]?.trim() ?? '']),
  );
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  return {
    ok: true,
    body: {
      ...(amount !== undefined && { amount }),
      ...(tip !== undefined && { tip }),
      ...(Object.keys(answers).length > 0 && { answers }),
    },
  };
}
