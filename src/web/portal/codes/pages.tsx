import type { FC } from 'hono/jsx';
import type { PaymentReportRow, PrintedCode, PrintedCodeTurnover } from '../../../client/index.ts';
import type { ApiProblem } from '../../api.ts';
import { errorsOf, Head, type List, Refused, textOf } from '../../desk/parts.tsx';
import type { Form } from '../../form.ts';
import {
  Button,
  Card,
  Facts,
  Field,
  LinkButton,
  Money,
  Select,
  Stat,
  Stats,
  StatusTag,
  Table,
} from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import { type Desk, openOf, type Places } from '../desk.tsx';
import { PaymentRows } from '../parts.tsx';
import { portalTexts } from '../texts.ts';
import { codeTexts } from './texts.ts';

interface CodesProps {
  readonly desk: Desk;
  readonly list: List<PrintedCode>;
  readonly turnovers: ReadonlyMap<string, PrintedCodeTurnover>;
  readonly places: Places;
}

export const CodesPage: FC<CodesProps> = ({ desk, list, turnovers, places }) => {
  const { language } = useVisit();
  const [say, common] = [codeTexts(language), portalTexts(language)];
  const manager = desk.may('manager');
  return (
    <>
      <Head title={say('title')}>
        {manager && (
          <LinkButton href="/portal/codes/new" icon="plus">
            {say('newTitle')}
          </LinkButton>
        )}
        <LinkButton look="quiet" href="/portal/orders/new" icon="link">
          {say('newLink')}
        </LinkButton>
      </Head>
      <Table
        caption={say('title')}
        rows={list.data}
        next={list.next_cursor}
        href={({ id }) => `/portal/codes/${id}`}
        empty={
          <>
            <p>{say('nothing')}</p>
            {manager && (
              <LinkButton href="/portal/codes/new" icon="qr">
                {say('newTitle')}
              </LinkButton>
            )}
          </>
        }
        columns={[
          { title: common('name'), cell: ({ name }) => name },
          {
            title: say('takenToday'),
            number: true,
            cell: ({ id }) => {
              const turnover = turnovers.get(id);
              return turnover && <Money {...turnover.sum} />;
            },
          },
          {
            title: say('place'),
            cell: ({ store, till, amount }) =>
              [
                places.nameOf(till) ?? places.nameOf(store) ?? say('anywhere'),
                amount ? textOf(amount, language) : say('payerTypes'),
              ].join(' · '),
          },
          { title: common('status'), cell: ({ status }) => <StatusTag status={status} /> },
        ]}
      />
    </>
  );
};

interface NewCodeProps {
  readonly desk: Desk;
  readonly places: Places;
  readonly form: Form;
  readonly errors: Readonly<Record<string, string>>;
  readonly problem: ApiProblem | undefined;
}

export const NewCodePage: FC<NewCodeProps> = ({ desk, places, form, errors, problem }) => {
  const { language } = useVisit();
  const [say, common] = [codeTexts(language), portalTexts(language)];
  const where = openOf(places).flatMap(({ id, name, tills }) => [
    [`store ${id}`, name] as const,
    ...tills.map((till) => [`till ${till.id}`, `${common('till')} ${places.nameOf(till.id)}`] as const),
  ]);
  return (
    <>
      <Head title={say('newTitle')} back={['/portal/codes', say('title')]} />
      {problem && <Refused problem={problem} />}
      <Card>
        <form method="post" action="/portal/codes" class="form">
          <Field
            name="name"
            label={common('name')}
            hint={say('nameHint')}
            required
            maxlength={40}
            value={form.name}
            error={errors.name}
          />
          <Select
            name="place"
            label={say('place')}
            value={form.place}
            options={[['', say('anywhere')], ...where]}
            error={errors.store ?? errors.till}
          />
          <Field
            name="amount"
            label={`${say('fixedAmount')}, ${desk.merchant.currency} (${common('optional')})`}
            hint={say('fixedAmountHint')}
            inputmode="decimal"
            autocomplete="off"
            value={form.amount}
            error={errors.amount}
          />
          <details>
            <summary>{common('more')}</summary>
            <Field
              name="reference"
              label={`${common('reference')} (${common('optional')})`}
              hint={say('referenceHint')}
              maxlength={25}
              value={form.reference}
              error={errors.reference}
            />
            <Field
              name="note"
              label={`${common('note')} (${common('optional')})`}
              hint={say('noteHint')}
              maxlength={200}
              value={form.note}
              error={errors.note}
            />
          </details>
          <div class="buttons">
            <Button icon="qr">{say('make')}</Button>
          </div>
        </form>
      </Card>
    </>
  );
};

interface CodeProps {
  readonly desk: Desk;
  readonly code: PrintedCode;
  readonly turnover: PrintedCodeTurnover | undefined;
  readonly payments: readonly PaymentReportRow[];
  readonly places: Places;
  /** A change that was refused. */
  readonly given: { readonly form: Form; readonly problem: ApiProblem } | undefined;
}

export const CodePage: FC<CodeProps> = ({ desk, code, turnover, payments, places, given }) => {
  const { language } = useVisit();
  const [say, common] = [codeTexts(language), portalTexts(language)];
  const manager = desk.may('manager');
  const [last] = payments;
  return (
    <>
      <Head title={code.name} back={['/portal/codes', say('title')]} />
      {given && <Refused problem={given.problem} />}
      <p class="news" role="status" data-announce />
      <div class="columns">
        {code.status !== 'revoked' && <Picture desk={desk} code={code} />}
        <div>
          <div
            id="code-payments"
            data-live
            data-newest={last?.id ?? ''}
            data-news={last && `${say('paid')}: ${textOf(last.amount, language)}`}
          >
            {turnover && (
              <Stats>
                <Stat label={say('takenToday')}>
                  <Money {...turnover.sum} />
                </Stat>
                <Stat label={say('paymentsToday')}>{turnover.count}</Stat>
              </Stats>
            )}
            <Card title={say('newest')}>
              <PaymentRows
                merchant={desk.merchant}
                rows={payments}
                caption={say('newest')}
                empty={say('notPaidYet')}
              />
            </Card>
          </div>
          <Card title={common('details')}>
            <p>
              <StatusTag status={code.status} /> {code.reason}
            </p>
            <Facts
              rows={[
                [common('amount'), code.amount ? <Money {...code.amount} /> : say('payerTypes')],
                [say('place'), places.nameOf(code.till) ?? places.nameOf(code.store) ?? say('anywhere')],
                [common('reference'), code.reference],
                [common('note'), code.note],
                [say('number'), <code>{code.id}</code>],
              ]}
            />
          </Card>
          {manager && code.status !== 'revoked' && <Changes code={code} given={given} />}
        </div>
      </div>
    </>
  );
};

const Picture: FC<{ desk: Desk; code: PrintedCode }> = ({ desk, code }) => {
  const { language } = useVisit();
  const [say, common] = [codeTexts(language), portalTexts(language)];
  const [svg, png, pdf] = [code.images.svg_url, code.images.png_url, code.images.pdf_url].map(
    (url) => new URL(url).pathname,
  );
  const files = [
    [`${png}?size=1000`, 'PNG', 'png'],
    [`${svg}?size=80`, 'SVG', 'svg'],
    [`${pdf}?size=80`, 'PDF', 'pdf'],
  ] as const;
  return (
    <Card title={say('toScan')}>
      <img class="qr" src={svg} alt={say('qrOf', { name: code.name })} width={320} height={320} />
      {desk.sandbox && (
        <div class="buttons">
          <LinkButton wide icon="wallet" href={`/wallet/pay?payload=${encodeURIComponent(code.payload)}`}>
            {common('payWithWallet')}
          </LinkButton>
        </div>
      )}
      <h3>{say('sheets')}</h3>
      <div class="buttons">
        <LinkButton look="quiet" icon="print" href={`/print/codes/${code.id}?sheet=a6`}>
          {say('tableTent')}
        </LinkButton>
        <LinkButton look="quiet" icon="print" href={`/print/codes/${code.id}?sheet=a4`}>
          {say('poster')}
        </LinkButton>
      </div>
      <h3>{say('download')}</h3>
      <div class="buttons">
        {files.map(([href, text, extension]) => (
          <LinkButton look="quiet" icon="download" href={href} download={`${code.id}.${extension}`}>
            {text}
          </LinkButton>
        ))}
      </div>
    </Card>
  );
};

const Changes: FC<{ code: PrintedCode; given: CodeProps['given'] }> = ({ code, given }) => {
  const { language } = useVisit();
  const [say, common] = [codeTexts(language), portalTexts(language)];
  const form = given?.form ?? {};
  const errors = given ? errorsOf(given.problem, language) : {};
  return (
    <Card title={say('change')}>
      <form method="post" action={`/portal/codes/${code.id}`} class="form">
        <Field
          name="name"
          label={common('name')}
          required
          maxlength={40}
          value={form.name ?? code.name}
          error={errors.name}
        />
        <Field
          name="note"
          label={`${common('note')} (${common('optional')})`}
          maxlength={200}
          value={form.note ?? code.note ?? ''}
          error={errors.note}
        />
        <div class="buttons">
          <Button look="quiet" icon="check">
            {common('save')}
          </Button>
        </div>
      </form>
      <div class="buttons">
        <form
          method="post"
          action={`/portal/codes/${code.id}/${code.status === 'paused' ? 'resume' : 'pause'}`}
        >
          <Button look="quiet" icon={code.status === 'paused' ? 'play' : 'pause'}>
            {code.status === 'paused' ? say('resume') : say('pause')}
          </Button>
        </form>
      </div>
      <details open={errors.reason !== undefined}>
        <summary>{say('revoke')}</summary>
        <p class="soft">{say('revokeWhat')}</p>
        <form method="post" action={`/portal/codes/${code.id}/revoke`} class="form">
          <Field
            name="reason"
            label={common('reason')}
            required
            maxlength={200}
            value={form.reason}
            error={errors.reason}
          />
          <div class="buttons">
            <Button look="danger" icon="trash">
              {say('revokeNow')}
            </Button>
          </div>
        </form>
      </details>
    </Card>
  );
};
