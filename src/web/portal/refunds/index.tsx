/** Refunds that wait for a decision, and those that were made. */
import { Hono } from 'hono';
import type { FC } from 'hono/jsx';
import type { PaymentReportRow, RefundRequest } from '../../../client/index.ts';
import type { VisitEnv } from '../../../http/index.ts';
import { address, Head, type List, Sum, valueIn } from '../../desk/parts.tsx';
import { Button, Card, Empty, Facts, Field, Money, Notice, Tag, Time, type Tone } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import type { At, Desk } from '../desk.tsx';
import { PaymentRows } from '../parts.tsx';
import { portalTexts } from '../texts.ts';
import { refundTexts } from './texts.ts';

const perPage = '25';
const requestsShown = 50;

export function refundPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();

  app.get(
    '/',
    at('cashier', async (desk) => {
      const { api, of, c } = desk;
      const query = { kind: 'refund', limit: perPage, cursor: c.req.query('cursor') };
      const [requests, made] = await Promise.all([
        api.get<List<RefundRequest>>(of(`/refund-requests?limit=${requestsShown}`)),
        api.get<List<PaymentReportRow>>(address(of('/payments'), query)),
      ]);
      if (!requests.ok) return desk.refused(requests.problem);
      const content = <RefundsPage desk={desk} requests={requests.value.data} made={valueIn(made)} />;
      return desk.page(refundTexts(desk.language)('title'), content);
    }),
  );

  for (const [deed, done] of [
    ['approve', 'approved'],
    ['decline', 'declined'],
  ] as const) {
    app.post(
      `/:request/${deed}`,
      at('manager', async (desk) => {
        const { note } = await desk.form();
        const id = encodeURIComponent(desk.c.req.param('request') ?? '');
        const path = desk.of(`/refund-requests/${id}/${deed}`);
        const decided = await desk.api.post<RefundRequest>(path, note ? { note } : {});
        if (!decided.ok) return desk.refused(decided.problem);
        return desk.done('/portal/refunds', decided.value.status === 'refused' ? 'refundDeclined' : done);
      }),
    );
  }
  return app;
}

interface RefundsProps {
  readonly desk: Desk;
  readonly requests: readonly RefundRequest[];
  readonly made: List<PaymentReportRow> | undefined;
}

const RefundsPage: FC<RefundsProps> = ({ desk, requests, made }) => {
  const say = refundTexts(useVisit().language);
  const open = requests.filter(({ status }) => status === 'pending');
  const decided = requests.filter(({ status }) => status !== 'pending');
  return (
    <>
      <Head title={say('title')} />
      <section aria-label={say('waiting')}>
        {open.length === 0 && <Empty icon="check">{say('noneWaiting')}</Empty>}
        {open.map((request) => (
          <Card title={say('asked')}>
            <Request desk={desk} request={request} />
          </Card>
        ))}
      </section>
      <Card title={say('made')}>
        <PaymentRows
          merchant={desk.merchant}
          rows={made?.data ?? []}
          caption={say('made')}
          empty={say('noneMade')}
          next={made?.next_cursor ?? null}
        />
      </Card>
      {decided.length > 0 && (
        <Card title={say('decided')}>
          <ul class="plain-list">
            {decided.map((request) => (
              <li>
                <RequestTag {...request} /> <Money {...request.amount} /> <Time at={request.created_at} />{' '}
                <a href={`/portal/payments/${request.payment}`}>{say('payment')}</a>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
};

const tones: Record<RefundRequest['status'], Tone> = {
  pending: 'wait',
  approved: 'plain',
  declined: 'over',
  expired: 'over',
  refused: 'bad',
};

const RequestTag: FC<Pick<RefundRequest, 'status'>> = ({ status }) => (
  <Tag tone={tones[status]}>{refundTexts(useVisit().language)(status)}</Tag>
);

const Request: FC<{ desk: Desk; request: RefundRequest }> = ({ desk, request }) => {
  const { language } = useVisit();
  const [say, common] = [refundTexts(language), portalTexts(language)];
  const own = request.made_by === desk.person.id;
  return (
    <>
      <Sum minus {...request.amount} />
      <Facts
        rows={[
          [common('reason'), request.reason],
          [common('reference'), request.reference],
          [say('askedBy'), request.made_by_name],
          [say('askedAt'), <Time at={request.created_at} country={desk.merchant.country} />],
          [say('until'), <Time at={request.expires_at} country={desk.merchant.country} exact />],
          [say('payment'), <a href={`/portal/payments/${request.payment}`}>{say('showPayment')}</a>],
        ]}
      />
      {own && <Notice tone="plain">{say('yourOwn')}</Notice>}
      {!own && desk.may('manager') && (
        <form method="post" action={`/portal/refunds/${request.id}/approve`}>
          <Field
            name="note"
            id={`note-${request.id}`}
            label={`${common('note')} (${common('optional')})`}
            maxlength={140}
          />
          <div class="buttons">
            <Button icon="check">{say('approve')}</Button>
            <button class="button danger" type="submit" formaction={`/portal/refunds/${request.id}/decline`}>
              {say('decline')}
            </button>
          </div>
        </form>
      )}
    </>
  );
};
