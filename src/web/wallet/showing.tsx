/** What a payer shows or reads out, made anew each time it is looked at. */
import type { Hono } from 'hono';
import type { OneTimePassword, PresentedCode } from '../../client/index.ts';
import type { VisitEnv } from '../../http/index.ts';
import type { Config } from '../../kernel/index.ts';
import type { Answering, Visiting } from './answering.ts';
import type { Issuer } from './issuer.ts';
import { Trouble } from './payment.tsx';
import type { Phone } from './phone.ts';
import { CodePage, PasswordPage } from './show.tsx';
import { phoneNumberOf, standingVersion } from './standing.ts';

export function showingRoutes(app: Hono<VisitEnv>, { url }: Config, { page, holding }: Answering): void {
  app.get(
    '/show',
    holding(async (c, phone, issuer) => {
      const code = await issuer.post<PresentedCode>(`/v1/accounts/${phone.account}/codes`, {});
      const { version } = await standingVersion(issuer, phone);
      return code.ok
        ? page(c, <CodePage code={code.value} version={version} account={phone.account} url={url} />)
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
        account={phone.account}
        url={url}
        {...(made?.ok && { password: made.value })}
        {...(made && !made.ok && { problem: made.problem.detail })}
      />,
    );
  };
  app.get('/show/password', holding(passwordPage(false)));
  app.post('/show/password', holding(passwordPage(true)));
}
