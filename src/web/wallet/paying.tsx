/** From a code to a payment: read it, show it, pay it. */
import type { Hono } from 'hono';
import { amountOf, type Payment, type Scan } from '../../client/index.ts';
import type { VisitEnv } from '../../http/index.ts';
import { languageFor } from '../language.ts';
import type { Answering, Visiting } from './answering.ts';
import type { Issuer } from './issuer.ts';
import { PayPage, questions, ScanPage } from './pay.tsx';
import type { Phone } from './phone.ts';
import { walletTexts } from './texts.ts';

export function payingRoutes(app: Hono<VisitEnv>, { page, holding }: Answering): void {
  app.get(
    '/scan',
    holding((c) => page(c, <ScanPage />)),
  );

  app.get(
    '/pay',
    holding((c, phone, issuer) => {
      const payload = c.req.query('payload')?.trim() ?? '';
      if (payload === '') return c.redirect('/wallet/scan', 303);
      return payPage(c, phone, issuer, { payload, intent: crypto.randomUUID() });
    }),
  );

  app.post(
    '/pay',
    holding(async (c, phone, issuer) => {
      const typed = textsOf(await c.req.parseBody());
      const { payload = '', scan = '', intent = '' } = typed;
      const again = (more: object) => payPage(c, phone, issuer, { payload, intent, typed, ...more });
      const wish = wishOf(phone, typed, walletTexts(languageFor(c))('amountWrong'));
      if (!wish.ok) return again({ errors: wish.errors });
      const path = `/v1/accounts/${phone.account}/payments`;
      const paid = await issuer.post<Payment>(path, { scan, ...wish.body }, intent);
      if (!paid.ok) return again({ problem: paid.problem.explanation ?? paid.problem.detail });
      return c.redirect(`/wallet/payments/${paid.value.id}/result`, 303);
    }),
  );

  /** Looks at the code, as this account: what a sticker shows then is this payer's to pay for a minute. */
  async function payPage(
    c: Visiting,
    { account }: Phone,
    issuer: Issuer,
    form: Omit<Parameters<typeof PayPage>[0], 'scan'>,
  ) {
    const { payload } = form;
    const scan = await issuer.post<Scan>('/v1/scans', { payload, account });
    return scan.ok
      ? page(c, <PayPage {...form} scan={scan.value} />)
      : page(c, <ScanPage payload={payload} problem={scan.problem.detail} />);
  }
}

/** The texts of a form, without its files. */
const textsOf = (body: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(body).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );

type Wish =
  | { readonly ok: true; readonly body: object }
  | { readonly ok: false; readonly errors: Record<string, string> };

/** What the payer wants, as the API takes it, or which fields are wrong. */
function wishOf({ currency }: Phone, typed: Readonly<Record<string, string>>, amountWrong: string): Wish {
  const errors: Record<string, string> = {};
  const amountIn = (name: string): number | undefined => {
    const amount = amountOf(typed[name]?.trim() ?? '', currency);
    if (!amount) errors[name] = amountWrong;
    return amount;
  };
  // What the form did not ask for, it does not send.
  const amount = typed.amount === undefined ? undefined : amountIn('amount');
  const tip = typed.tip?.trim() ? amountIn('tip') : undefined;
  const answers = Object.fromEntries(
    questions.flatMap((name) => (typed[name] === undefined ? [] : [[name, typed[name].trim()]])),
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
