/** What the centre's people see of one payment. */
import type { FC } from 'hono/jsx';
import type { Approval } from '../../../approvals/index.ts';
import type {
  Event,
  Money as MoneyJson,
  Timeline as TimelineJson,
  TimelineStep,
} from '../../../client/index.ts';
import type { CentrePayment } from '../../../timeline/index.ts';
import { Head, Sum } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import {
  Card,
  Facts,
  LinkButton,
  Money,
  Notice,
  RefundStatus,
  StatusTag,
  schemeName,
  Table,
  Tag,
  Time,
  Timeline,
  type Tone,
} from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import type { Given } from '../deeds.tsx';
import type { Desk } from '../desk.tsx';
import { centreTexts } from '../texts.ts';
import { Callbacks } from './callbacks.tsx';
import { GiveBack, Waiting } from './give-back.tsx';
import { paymentTexts } from './texts.ts';

interface Known {
  readonly looked: CentrePayment;
  readonly timeline: TimelineJson | undefined;
  readonly events: readonly Event[];
  /** Where the signed receipt stands. */
  readonly receipt: string | undefined;
  readonly left: MoneyJson | undefined;
  readonly asked: readonly Approval[];
}

export const PaymentPage: FC<{ desk: Desk; given: Given; known: Known }> = ({ desk, given, known }) => {
  const { language } = useVisit();
  const say = paymentTexts(language);
  const { looked, timeline, events, receipt, left, asked } = known;
  return (
    <>
      <Head title={say('payment')} back={['/centre', centreTexts(language)('overview')]} />
      <div id="waiting" data-live>
        <Waiting asked={asked} />
      </div>
      <div class="columns">
        <div>
          <Card>
            <div id="payment" data-live>
              <What looked={looked} />
            </div>
            {receipt !== undefined && (
              <div class="buttons">
                <LinkButton look="quiet" icon="receipt" href={receipt}>
                  {say('receipt')}
                </LinkButton>
              </div>
            )}
          </Card>
          <Card title={say('sides')}>
            <Sides looked={looked} />
          </Card>
          {looked.refunds.length > 0 && (
            <Card title={say('refunds')}>
              <Refunds looked={looked} />
            </Card>
          )}
          <GiveBack desk={desk} given={given} payment={looked.payment.id} left={left} asked={asked} />
          <Card title={say('reports')}>
            <div id="reported" data-live>
              <Reported looked={looked} />
            </div>
          </Card>
        </div>
        <div>
          {timeline && (
            <Card title={say('timeline')}>
              <div id="timeline" data-live>
                <Timeline steps={stepsOf(timeline)} />
              </div>
            </Card>
          )}
          <Card title={say('callbacks')}>
            <div id="callbacks" data-live>
              <Callbacks desk={desk} payment={looked.payment.id} events={events} names={namesIn(looked)} />
            </div>
          </Card>
        </div>
      </div>
      <details>
        <summary>{say('raw')}</summary>
        <pre class="wraps">{JSON.stringify(looked, null, 2)}</pre>
        {timeline && <pre class="wraps">{JSON.stringify(timeline, null, 2)}</pre>}
      </details>
    </>
  );
};

const namesIn = ({ sides }: CentrePayment): ReadonlyMap<string, string> =>
  new Map(sides.flatMap(({ owner, owner_name: name }) => (name === null ? [] : [[owner, name] as const])));

const What: FC<{ looked: CentrePayment }> = ({ looked: { payment, participant_name: issuer } }) => {
  const { language } = useVisit();
  const [say, common] = [paymentTexts(language), deskTexts(language)];
  const { confirmation, amount_refunded: refunded } = payment;
  return (
    <>
      <Sum {...payment.amount} />
      <p>
        <StatusTag status={payment.status} />
      </p>
      {payment.refusal && <Why {...payment.refusal} />}
      <Facts
        rows={[
          [common('time'), <Time at={payment.created_at} exact />],
          [say('ended'), payment.completed_at && <Time at={payment.completed_at} exact />],
          [say('tip'), payment.tip && <Money {...payment.tip} />],
          [say('refunded'), refunded.amount > 0 ? <Money {...refunded} /> : null],
          [
            say('merchant'),
            <Named name={payment.merchant.name} id={payment.merchant.id} folder="merchants" />,
          ],
          [say('reference'), payment.order_reference],
          [say('issuer'), <Named name={issuer ?? ''} id={payment.participant} folder="participants" />],
          [say('account'), payment.account && <Named name="" id={payment.account} folder="accounts" />],
          [say('walletReference'), payment.reference],
          [say('order'), payment.order && <OrderLink id={payment.order} merchant={payment.merchant.id} />],
          [say('scheme'), schemeName(payment.scheme)],
          [
            say('confirmation'),
            confirmation &&
              (confirmation.confirmed_at ? (
                <Time at={confirmation.confirmed_at} exact />
              ) : (
                say('notConfirmed')
              )),
          ],
          [say('number'), <code class="break">{payment.id}</code>],
        ]}
      />
    </>
  );
};

/** A name with the id people search by, which leads to its page; merchants of other schemes have neither. */
const Named: FC<{ name: string; id: string; folder: string }> = ({ name, id, folder }) => (
  <>
    {name}{' '}
    {id !== '' && (
      <a href={`/centre/${folder}/${id}`}>
        <code class="small break">{id}</code>
      </a>
    )}
  </>
);

const OrderLink: FC<{ id: string; merchant: string }> = ({ id, merchant }) => (
  <a href={`/centre/merchants/${merchant}/orders/${id}`}>
    <code class="break">{id}</code>
  </a>
);

/** Why it was refused, what to do and who; the code stands beside it for those who look it up. */
const Why: FC<NonNullable<CentrePayment['payment']['refusal']>> = (refusal) => {
  const { language } = useVisit();
  const say = paymentTexts(language);
  const who = {
    payer: say('payerActs'),
    issuer: say('issuerActs'),
    merchant: say('merchantActs'),
    switch: say('switchActs'),
  }[refusal.actor];
  return (
    <Notice tone="bad">
      <p>
        <strong>{refusal.detail}</strong>
      </p>
      {refusal.explanation !== undefined && <p>{refusal.explanation}</p>}
      <p>
        {say('whoActs', { who })}
        {refusal.retryable && <> {say('mayRepeat')}</>}
      </p>
      <details>
        <summary>{deskTexts(language)('details')}</summary>
        <code>{refusal.code}</code> · <code>{refusal.reason}</code> ·{' '}
        <a href={`/docs/refusals#${refusal.code}`}>{say('allRefusals')}</a>
      </details>
    </Notice>
  );
};

const Sides: FC<{ looked: CentrePayment }> = ({ looked: { sides, partners, payment } }) => {
  const { language } = useVisit();
  const [say, common] = [paymentTexts(language), deskTexts(language)];
  return (
    <>
      <Table
        caption={say('sides')}
        rows={sides}
        empty=""
        columns={[
          {
            title: say('owner'),
            cell: (one) => (
              <div>
                {say(one.side)}: <strong>{one.owner_name ?? one.owner}</strong>
                {one.transfer !== payment.id && <> · {say('refund')}</>}
                <div class="soft small break">
                  <code>{one.account}</code>
                  {one.kind === 'position' && <> · {say('position')}</>}
                  {one.label !== null && <> · {one.label}</>}
                  <br />
                  {say('written')}:{' '}
                  {one.written.map(({ type, sequence }) => `${type} ${sequence}`).join(', ') ||
                    common('none')}{' '}
                  · {one.book ?? '–'}/{one.stripe}
                </div>
              </div>
            ),
          },
          {
            title: common('amount'),
            number: true,
            cell: ({ side, moved, amount }) =>
              moved ? (
                <strong>
                  {side === 'debit' ? '−\u00a0' : '+\u00a0'}
                  <Money {...amount} />
                </strong>
              ) : (
                <span class="soft">{say('nothingMoved')}</span>
              ),
          },
        ]}
      />
      {partners.length > 0 && (
        <>
          <h3>{say('partners')}</h3>
          <Facts
            rows={partners.map(({ does, participant, account }) => [
              does === 'credit' ? say('credit') : say('debit'),
              <code class="break">
                {participant} {account}
              </code>,
            ])}
          />
        </>
      )}
    </>
  );
};

const Refunds: FC<{ looked: CentrePayment }> = ({ looked: { refunds, more_refunds: more } }) => {
  const { language } = useVisit();
  const [say, common] = [paymentTexts(language), deskTexts(language)];
  return (
    <>
      <Table
        caption={say('refunds')}
        rows={refunds}
        empty={say('noRefunds')}
        columns={[
          { title: common('time'), cell: ({ created_at: at }) => <Time at={at} exact /> },
          { title: common('amount'), number: true, cell: ({ amount }) => <Money {...amount} /> },
          {
            title: common('reason'),
            cell: ({ reason, refusal, by_centre: by }) => (
              <>
                {refusal?.detail ?? reason}
                {by && <ByCentre {...by} />}
              </>
            ),
          },
          { title: common('status'), cell: ({ status }) => <RefundStatus status={status} /> },
        ]}
      />
      {more && <p class="soft">{say('moreRefunds')}</p>}
    </>
  );
};

const ByCentre: FC<NonNullable<CentrePayment['refunds'][number]['by_centre']>> = ({
  made_by: maker,
  approved_by: approver,
}) => {
  const say = paymentTexts(useVisit().language);
  return (
    <div class="soft small">
      {say('byCentre')}: {maker.name ?? maker.id}
      {approver && (
        <>
          {' '}
          · {say('approvedBy')}: {approver.name ?? approver.id}
        </>
      )}
    </div>
  );
};

const Reported: FC<{ looked: CentrePayment }> = ({ looked: { reported, payment, complete_up_to: upTo } }) => {
  const say = paymentTexts(useVisit().language);
  return (
    <>
      <p>
        {reported === payment.status ? (
          <Tag tone="plain" icon="done">
            {say('reported')}
          </Tag>
        ) : (
          <Tag tone="wait">{say('notReported')}</Tag>
        )}
      </p>
      <p class="soft small">
        {say('completeUpTo')} <Time at={upTo} exact />
      </p>
    </>
  );
};

/** Callbacks have a part of the page of their own. */
function stepsOf({ steps }: TimelineJson) {
  const shown = steps.filter(({ callback }) => callback === null);
  const [first] = shown.flatMap(({ at }) => (at === null ? [] : [Date.parse(at)]));
  return shown.map((step) => stepOf(step, first ?? 0));
}

/** A step that ended badly, or is still to come, looks so; how long after the first it was, and where it was written. */
function stepOf({ code, at, explanation, refusal, object }: TimelineStep, firstMs: number) {
  const tone: Tone = /refused|declined|voided/.test(code)
    ? 'bad'
    : code.endsWith('awaited')
      ? 'wait'
      : /accepted|settled|completed/.test(code)
        ? 'good'
        : 'plain';
  const place =
    object && `${object.account} · ${object.book ?? '–'}/${object.stripe} · ${object.sequence ?? '–'}`;
  return {
    tone,
    title: explanation,
    ...(at !== null && {
      when: (
        <>
          <Time at={at} exact /> · +{((Date.parse(at) - firstMs) / 1_000).toFixed(3)} s
        </>
      ),
    }),
    ...((refusal ?? place) && {
      more: (
        <>
          {refusal && <p>{refusal.detail}</p>}
          {place && <code class="soft small break">{place}</code>}
        </>
      ),
    }),
  };
}
