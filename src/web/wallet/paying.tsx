/** From a code to a payment: read it, show it, pay it. */
import type { Hono } from 'hono';
import { amountOf, type Payment, type Scan } from '../../client/index.ts';
import type { VisitEnv } from '../../http/index.ts';
import { languageFor } from '../language.ts';
import type { Answering } from './answering.ts';
import { PayPage, questionsOf, ScanPage } from './pay.tsx';
import { walletTexts } from './texts.ts';

export function payingRoutes(app: Hono<VisitEnv>, { page, holding }: Answering): void {
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
