/** Payments of a wallet: the list, one of them, how it ended; confirming and cancelling what waits for its payer. */
import type { Hono } from 'hono';
import type { DeviceKey, Payment, SignedReceipt, Timeline } from '../../client/index.ts';
import type { VisitEnv } from '../../http/index.ts';
import { type Config, isId } from '../../kernel/index.ts';
import type { ApiProblem } from '../api.ts';
import type { Answering, List, Visiting } from './answering.ts';
import { ConfirmPage } from './confirm.tsx';
import { History } from './feed.tsx';
import type { Issuer } from './issuer.ts';
import { PaymentPage, ResultPage, Trouble } from './payment.tsx';
import type { Phone } from './phone.ts';

const waits = ({ status }: Payment): boolean => status === 'requires_confirmation';

export function paymentRoutes(app: Hono<VisitEnv>, { url }: Config, { page, holding }: Answering): void {
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

  /** Routes of one payment of this wallet. */
  const withPayment = (
    answer: (c: Visiting, payment: Payment, phone: Phone, issuer: Issuer) => Promise<Response>,
  ) =>
    holding(async (c, phone, issuer) => {
      const found = await paymentOf(c, phone, issuer);
      return found?.ok ? answer(c, found.value, phone, issuer) : page(c, <Trouble title="noPayment" />, 404);
    });
  const resultOf = ({ id }: Payment): string => `/wallet/payments/${id}/result`;
  const pathOf = ({ account }: Phone, { id }: Payment): string => `/v1/accounts/${account}/payments/${id}`;

  app.get(
    '/payments/:payment',
    withPayment(async (c, payment, phone, issuer) => {
      const [history, receipt] = await Promise.all([
        issuer.get<Timeline>(`${pathOf(phone, payment)}/timeline`),
        issuer.get<SignedReceipt>(`${pathOf(phone, payment)}/receipt`),
      ]);
      return page(
        c,
        <PaymentPage
          payment={payment}
          history={history.ok ? history.value : undefined}
          receipt={receipt.ok ? receipt.value.link : undefined}
        />,
      );
    }),
  );

  app.get(
    '/payments/:payment/result',
    withPayment(async (c, payment) =>
      waits(payment)
        ? c.redirect(`/wallet/payments/${payment.id}/confirm`, 303)
        : page(c, <ResultPage payment={payment} />),
    ),
  );

  const confirming = (c: Visiting, payment: Payment, { account }: Phone, problem?: ApiProblem) =>
    page(c, <ConfirmPage payment={payment} url={url} account={account} {...(problem && { problem })} />);

  app.get(
    '/payments/:payment/confirm',
    withPayment(async (c, payment, phone) =>
      waits(payment) ? confirming(c, payment, phone) : c.redirect(resultOf(payment), 303),
    ),
  );

  app.post(
    '/payments/:payment/confirm',
    withPayment(async (c, payment, phone, issuer) => {
      const { key, signature } = await c.req.parseBody();
      const made = await issuer.post<Payment>(`${pathOf(phone, payment)}/confirm`, { key, signature });
      return made.ok || !waits(payment)
        ? c.redirect(resultOf(payment), 303)
        : confirming(c, payment, phone, made.problem);
    }),
  );

  app.post(
    '/payments/:payment/cancel',
    withPayment(async (c, payment, phone, issuer) => {
      await issuer.post<Payment>(`${pathOf(phone, payment)}/cancel`, {});
      return c.redirect(resultOf(payment), 303);
    }),
  );

  /** The bank vouches for the phone: whoever holds the wallet is its owner here. */
  app.post(
    '/devices',
    holding(async (c, { account }, issuer) => {
      const { public_key, proof } = await c.req.parseBody();
      const path = `/v1/accounts/${account}/device-keys`;
      const made = await issuer.post<DeviceKey>(path, { public_key, proof, label: 'Wallet simulator' });
      return made.ok ? c.json({ key: made.value.id }) : c.json({ detail: made.problem.detail }, 422);
    }),
  );
}
