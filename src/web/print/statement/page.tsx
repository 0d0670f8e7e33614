/** A statement on paper: whose, when, from which balance to which, and the entries page by page with their sums. */
import type { FC } from 'hono/jsx';
import type { Language } from '../../../kernel/index.ts';
import type { ApiProblem } from '../../api.ts';
import { Button, Field } from '../../kit/index.ts';
import { localeOf, moneyText } from '../../language.ts';
import { Document, Languages } from '../../layout.tsx';
import { rowsOnFirst, rowsOnOthers, statementStyle } from './style.ts';
import { statementTexts } from './texts.ts';

interface Amount {
  readonly amount: number;
  readonly currency: string;
}

export interface Entry {
  readonly time: string;
  readonly id: string;
  readonly kind: string;
  readonly side: 'credit' | 'debit';
  readonly amount: Amount;
  readonly balance: Amount;
  readonly counterparty: { readonly id: string; readonly name: string | null } | null;
  readonly account: string | null;
  readonly order_reference: string | null;
  readonly reference: string | null;
}

interface Side {
  readonly count: number;
  readonly sum: Amount;
}

/** As the API answers it, page after page. */
export interface Statement {
  readonly owner: { readonly id: string; readonly name: string };
  readonly account: string;
  readonly currency: string;
  readonly from: string;
  readonly to: string;
  readonly time_zone: string;
  readonly opening: Amount;
  readonly closing: Amount;
  readonly available: Amount;
  readonly sums: readonly { readonly credits: Side; readonly debits: Side }[];
  readonly complete_up_to: string;
  readonly data: readonly Entry[];
  readonly next_cursor: string | null;
}

interface StatementProps {
  readonly statement: Statement;
  readonly language: Language;
  /** Where the API has it, to download; the days and the format are added. */
  readonly source: string;
  /** This page's address; days and language are added. */
  readonly address: string;
}

const textOf = ({ amount, currency }: Amount, language: Language) =>
  moneyText(BigInt(amount), currency, language);

/** On the clocks of the statement's zone, which is named once. */
const clock = (time: string, zone: string, language: Language): string =>
  new Intl.DateTimeFormat(localeOf(language), {
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', timeZone: zone },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  }).format(Date.parse(time));

export const StatementPage: FC<StatementProps> = ({ statement, language, source, address }) => {
  const say = statementTexts(language);
  const { owner, from, to, data, next_cursor: more } = statement;
  const parts = more === null ? partsOf(data) : [];
  return (
    <Document
      title={`${say('title')}: ${owner.name}, ${from} – ${to}`}
      language={language}
      head={<link rel="stylesheet" href={statementStyle.path} />}
    >
      <header class="statement-bar">
        <Bar {...{ statement, language, source, address }} />
      </header>
      <main class="statement">
        <section>
          <Balances statement={statement} language={language} />
          {more !== null && <p>{say('tooMany')}</p>}
          {more === null && data.length === 0 && <p>{say('none')}</p>}
          {parts[0] && <Entries {...{ statement, language, rows: parts[0], page: 1, pages: parts.length }} />}
        </section>
        {parts.slice(1).map((rows, index) => (
          <section>
            <Entries {...{ statement, language, rows, page: index + 2, pages: parts.length }} />
          </section>
        ))}
      </main>
    </Document>
  );
};

/** The entries of each page of the paper. */
function partsOf(data: readonly Entry[]): Entry[][] {
  const parts = [data.slice(0, rowsOnFirst)];
  for (let at = rowsOnFirst; at < data.length; at += rowsOnOthers)
    parts.push(data.slice(at, at + rowsOnOthers));
  return data.length === 0 ? [] : parts;
}

const Balances: FC<{ statement: Statement; language: Language }> = ({ statement, language }) => {
  const say = statementTexts(language);
  const { owner, account, from, to, time_zone: zone, currency, sums } = statement;
  const total = (of: (sum: (typeof sums)[number]) => Side) => {
    const sides = sums.map(of);
    const amount = sides.reduce((sum, side) => sum + BigInt(side.sum.amount), 0n);
    const count = sides.reduce((sum, side) => sum + side.count, 0);
    return { count, text: moneyText(amount, currency, language) };
  };
  const [credits, debits] = [total((sum) => sum.credits), total((sum) => sum.debits)];
  const whole = statement.next_cursor === null;
  const rows: (readonly [name: string, value: string])[] = [
    [say('owner'), owner.name],
    [say('account'), account],
    [say('period'), from === to ? from : `${from} – ${to}`],
    [say('zone'), zone],
    [say('opening'), textOf(statement.opening, language)],
    [say('closing'), textOf(statement.closing, language)],
    ...(whole ? ([[say('credits', { count: credits.count }), credits.text]] as const) : []),
    ...(whole ? ([[say('debits', { count: debits.count }), debits.text]] as const) : []),
    [say('available'), textOf(statement.available, language)],
    [say('completeUpTo'), clock(statement.complete_up_to, zone, language)],
  ];
  return (
    <header>
      <h1>{say('title')}</h1>
      <dl>
        {rows.map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </header>
  );
};

interface EntriesProps {
  readonly statement: Statement;
  readonly language: Language;
  readonly rows: readonly Entry[];
  readonly page: number;
  readonly pages: number;
}

const Entries: FC<EntriesProps> = ({ statement, language, rows, page, pages }) => {
  const say = statementTexts(language);
  const { owner, from, to, currency, time_zone: zone } = statement;
  const sum = (side: Entry['side']) =>
    moneyText(
      rows.reduce((all, row) => (row.side === side ? all + BigInt(row.amount.amount) : all), 0n),
      currency,
      language,
    );
  const folio = say('page', { page: String(page), pages: String(pages) });
  return (
    <>
      <p class="folio">
        <span>{page > 1 && `${owner.name}, ${from} – ${to}`}</span>
        <span>{folio}</span>
      </p>
      <table>
        <caption class="unseen">{folio}</caption>
        <thead>
          <tr>
            <th class="time">{say('time')}</th>
            <th>{say('entry')}</th>
            <th class="number sum">{say('debit')}</th>
            <th class="number sum">{say('credit')}</th>
            <th class="number sum">{say('balance')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              <td>{clock(row.time, zone, language)}</td>
              <td>
                {whatOf(row, language)}
                <small>{[row.id, row.order_reference, row.reference].filter(Boolean).join(' · ')}</small>
              </td>
              <td class="number">{row.side === 'debit' ? textOf(row.amount, language) : ''}</td>
              <td class="number">{row.side === 'credit' ? textOf(row.amount, language) : ''}</td>
              <td class="number">{textOf(row.balance, language)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th colspan={2}>{say('pageSum')}</th>
            <td class="number">{sum('debit')}</td>
            <td class="number">{sum('credit')}</td>
            <td class="number">{textOf(rows.at(-1)?.balance ?? statement.opening, language)}</td>
          </tr>
        </tfoot>
      </table>
    </>
  );
};

const kinds = ['payment', 'refund', 'top_up'] as const;

function whatOf({ kind, counterparty, account }: Entry, language: Language): string {
  const known = kinds.find((one) => one === kind);
  const name = known === undefined ? kind : statementTexts(language)(known);
  return [name, counterparty && (counterparty.name ?? counterparty.id), account].filter(Boolean).join(' · ');
}

/** On the screen only: which days, which file, which language. */
const Bar: FC<StatementProps> = ({ statement: { from, to }, language, source, address }) => {
  const say = statementTexts(language);
  const days = new URLSearchParams({ from, to });
  const file = (format: string) => `${withQuery(source)}${days}&format=${format}`;
  const kept = new URLSearchParams(address.split('?')[1] ?? '');
  return (
    <>
      <form method="get" action={address.split('?')[0]}>
        {[...kept].map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <Field label={say('from')} name="from" type="date" value={from} />
        <Field label={say('to')} name="to" type="date" value={to} />
        <Button>{say('show')}</Button>
      </form>
      <p>{say('print')}</p>
      <p>
        <a href={file('csv')} download>
          {say('csv')}
        </a>{' '}
        ·{' '}
        <a href={file('camt.053')} download>
          {say('camt')}
        </a>
      </p>
      <Languages
        current={language}
        label={say('language')}
        address={(spoken) => `${withQuery(address)}${days}&lang=${spoken}`}
      />
    </>
  );
};

const withQuery = (address: string): string => `${address}${address.includes('?') ? '&' : '?'}`;

export const NoStatementPage: FC<{ language: Language; problem?: ApiProblem }> = ({ language, problem }) => (
  <Document title={statementTexts(language)('refused')} language={language}>
    <main class="sheet-bar">
      <h1>{statementTexts(language)('refused')}</h1>
      {problem && <p>{problem.detail}</p>}
    </main>
  </Document>
);
