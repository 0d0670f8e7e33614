/** The first page: how is today? Figures against yesterday, the hours, the newest payments, what waits for a decision. */
import { Hono } from 'hono';
import type { FC } from 'hono/jsx';
import {
  decimalsOf,
  type PaymentReportRow,
  type PrintedCode,
  type RefundRequest,
  type Takings,
} from '../../../client/index.ts';
import type { VisitEnv } from '../../../http/index.ts';
import { clockIn, dayAfter } from '../../../kernel/index.ts';
import { Head, type List, textOf, valueIn } from '../../desk/parts.tsx';
import {
  type Bar,
  BarChart,
  Button,
  Card,
  Facts,
  Icon,
  LinkButton,
  Money,
  Stat,
  Stats,
  Time,
} from '../../kit/index.ts';
import { moneyText } from '../../language.ts';
import { useVisit } from '../../visit.ts';
import type { At, Desk } from '../desk.tsx';
import { PaymentRows } from '../parts.tsx';
import { todayTexts } from './texts.ts';

const newest = 10;
// Shops open by then and close after; earlier and later hours are shown when something was paid.
const [firstHour, lastHour] = [8, 20];

export function todayPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  app.get(
    '/',
    at('cashier', async (desk) => {
      const { api, of, may, language } = desk;
      const yesterday = dayAfter(clockIn(desk.zone, Date.now()).day, -1);
      const [takings, before, payments, requests, codes] = await Promise.all([
        api.get<Takings>(of('/takings')),
        api.get<Takings>(of(`/takings?date=${yesterday}`)),
        api.get<List<PaymentReportRow>>(of(`/payments?limit=${newest}`)),
        may('manager') ? api.get<List<RefundRequest>>(of('/refund-requests?status=pending')) : undefined,
        api.get<List<PrintedCode>>(of('/codes?limit=1')),
      ]);
      const day = {
        takings: valueIn(takings),
        before: valueIn(before),
        payments: valueIn(payments)?.data ?? [],
        requests: (requests && valueIn(requests)?.data) ?? [],
        code: valueIn(codes)?.data[0],
      };
      return desk.page(todayTexts(language)('today'), <Today desk={desk} day={day} />);
    }),
  );
  return app;
}

interface Day {
  readonly takings: Takings | undefined;
  readonly before: Takings | undefined;
  readonly payments: readonly PaymentReportRow[];
  readonly requests: readonly RefundRequest[];
  readonly code: PrintedCode | undefined;
}

const Today: FC<{ desk: Desk; day: Day }> = ({ desk, day }) => {
  const say = todayTexts(desk.language);
  const { takings, before, payments, requests } = day;
  const [last] = payments;
  const news = last && `${say('newPayment')}: ${textOf(last.amount, desk.language)}`;
  return (
    <>
      {last ? (
        <Head title={say('today')}>
          <LinkButton href="/portal/orders/new" icon="link">
            {say('newLink')}
          </LinkButton>
          <LinkButton look="quiet" href="/register" icon="till">
            {say('openRegister')}
          </LinkButton>
        </Head>
      ) : (
        <Head title={say('today')} />
      )}
      <p class="news" role="status" data-announce />
      <div id="today" data-live data-newest={last?.id ?? ''} data-news={news}>
        {payments.length === 0 && <FirstSteps desk={desk} code={day.code} />}
        {takings && <Figures takings={takings} />}
        {requests.length > 0 && <Waiting requests={requests} />}
        {takings && payments.length > 0 && <Hours takings={takings} before={before} />}
        {takings && <Shares takings={takings} />}
        {payments.length > 0 && (
          <Card title={say('newest')} aside={<a href="/portal/payments">{say('all')}</a>}>
            <PaymentRows merchant={desk.merchant} rows={payments} caption={say('newest')} empty="" />
          </Card>
        )}
      </div>
    </>
  );
};

const Figures: FC<{ takings: Takings }> = ({ takings: { takings, before, complete_up_to: upTo } }) => {
  const { language } = useVisit();
  const say = todayTexts(language);
  return (
    <>
      <Stats>
        <Stat label={say('takings')} change={changeOf(takings.sum.amount, before.sum.amount, language)}>
          <Money {...takings.sum} />
        </Stat>
        <Stat label={say('payments')} change={changeOf(takings.count, before.count, language)}>
          {takings.count}
        </Stat>
        <Stat label={say('refunds')}>
          <Money {...takings.refunds.sum} />
        </Stat>
      </Stats>
      <p class="soft small">
        {say('completeUpTo')} <Time at={upTo} exact />
      </p>
    </>
  );
};

function changeOf(now: number, before: number, language: Parameters<typeof todayTexts>[0]) {
  const say = todayTexts(language);
  if (before === 0) return { way: 'same', text: say('beforeNothing') } as const;
  const percent = Math.round(((now - before) / before) * 100);
  if (percent === 0) return { way: 'same', text: say('asBefore') } as const;
  const change = `${percent > 0 ? '+' : '−'}${Math.abs(percent)} %`;
  return { way: percent > 0 ? 'up' : 'down', text: say('againstBefore', { change }) } as const;
}

const Hours: FC<{ takings: Takings; before: Takings | undefined }> = ({ takings, before }) => {
  const { language } = useVisit();
  const say = todayTexts(language);
  const { currency } = takings.takings.sum;
  const scale = 10 ** decimalsOf(currency);
  const bars: Bar[] = takings.by_hour.map(({ hour, sum }, index) => ({
    label: String(hour).padStart(2, '0'),
    value: sum.amount / scale,
    before: (before?.by_hour[index]?.sum.amount ?? 0) / scale,
  }));
  const used = bars.flatMap(({ value, before: earlier = 0 }, hour) => (value + earlier > 0 ? [hour] : []));
  const shown = bars.slice(Math.min(firstHour, ...used), Math.max(lastHour, ...used) + 1);
  return (
    <Card>
      <BarChart
        id="hours"
        title={say('byHour')}
        unit={currency}
        bars={shown}
        names={{ label: say('hour'), value: say('today'), before: say('yesterday') }}
        text={(value) => moneyText(BigInt(Math.round(value * scale)), currency, language)}
      />
    </Card>
  );
};

/** Who, which till and which code took how much, where there is more than one. */
const Shares: FC<{ takings: Takings }> = ({ takings }) => {
  const say = todayTexts(useVisit().language);
  const shares = [
    [say('byPerson'), takings.by_person],
    [say('byTill'), takings.by_till],
    [say('byCode'), takings.by_code],
  ] as const;
  const shown = shares.filter(([, groups]) => groups.length > 1);
  if (shown.length === 0) return null;
  return (
    <div class="columns">
      {shown.map(([title, groups]) => (
        <Card title={title}>
          <Facts rows={groups.map(({ name, sum }) => [name ?? say('others'), <Money {...sum} />] as const)} />
        </Card>
      ))}
    </div>
  );
};

const Waiting: FC<{ requests: readonly RefundRequest[] }> = ({ requests }) => {
  const say = todayTexts(useVisit().language);
  return (
    <Card title={say('waiting')} aside={<a href="/portal/refunds">{say('decide')}</a>}>
      <ul class="plain-list">
        {requests.map(({ amount, reason, created_at: at }) => (
          <li>
            <Icon name="refund" /> <Money {...amount} /> {reason} · <Time at={at} />
          </li>
        ))}
      </ul>
    </Card>
  );
};

/** For a merchant nobody has paid yet: what to do, in order. */
const FirstSteps: FC<{ desk: Desk; code: PrintedCode | undefined }> = ({ desk, code }) => {
  const say = todayTexts(desk.language);
  return (
    <Card title={say('welcome')}>
      <ol class="steps">
        <li>
          <strong>{say('stepCode')}</strong>
          <p class="soft">{say('stepCodeWhy')}</p>
          {code ? (
            <LinkButton href={`/portal/codes/${code.id}`} icon="qr">
              {say('showCode')}
            </LinkButton>
          ) : desk.may('manager') ? (
            <form method="post" action="/portal/codes">
              <input type="hidden" name="name" value={say('firstCodeName')} />
              <Button icon="qr">{say('makeCode')}</Button>
            </form>
          ) : (
            <LinkButton href="/register" icon="till">
              {say('openRegister')}
            </LinkButton>
          )}
        </li>
        <li>
          <strong>{desk.sandbox ? say('stepTry') : say('stepPay')}</strong>
          <p class="soft">{desk.sandbox ? say('stepTryWhy') : say('stepPayWhy')}</p>
          {desk.sandbox && (
            <LinkButton look={code ? 'main' : 'quiet'} href="/wallet" icon="wallet">
              {say('openWallet')}
            </LinkButton>
          )}
        </li>
        <li>
          <strong>{say('stepSee')}</strong>
          <p class="soft">{say('stepSeeWhy')}</p>
        </li>
      </ol>
    </Card>
  );
};
