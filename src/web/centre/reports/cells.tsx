/** How a report's values are shown, and where they lead. */
import type { Child, FC } from 'hono/jsx';
import {
  type IdKind,
  idPrefixes,
  type Language,
  type RefusalCode,
  refusals,
  refusalText,
} from '../../../kernel/index.ts';
import { Money, Tag, Time, toneOf } from '../../kit/index.ts';
import { localeOf } from '../../language.ts';
import { useVisit } from '../../visit.ts';
import type { Cell, DeclaredColumn, MoneyCell, Row } from './declared.ts';
import { reportTexts } from './texts.ts';

/** What ids are called, as far as it is known. */
export type Names = ReadonlyMap<string, string>;

export const countText = (count: number, language: Language): string =>
  new Intl.NumberFormat(localeOf(language)).format(count);

/** Pages of things, by what their ids begin with; a refund is on the page of its payment, which the search knows. */
const places: Partial<Record<IdKind, string>> = {
  payment: '/centre/payments/',
  refund: '/centre/search?q=',
  merchant: '/centre/merchants/',
  participant: '/centre/participants/',
  account: '/centre/accounts/',
  operator: '/centre/people/',
};
const pathOf = (id: string): string | undefined => {
  const [prefix] = id.split('_');
  const kind = (Object.keys(places) as IdKind[]).find((one) => idPrefixes[one] === prefix);
  return kind && `${places[kind]}${id}`;
};

const shortLength = 6;

/** A name where there is one, else the id's end, which tells it apart: the whole by pointing at it. */
export const Thing: FC<{ id: string; name?: string | undefined }> = ({ id, name }) => {
  const path = pathOf(id);
  const text = name ?? <code>…{id.slice(-shortLength)}</code>;
  return path === undefined ? (
    <span title={id}>{text}</span>
  ) : (
    <a href={path} title={id}>
      {text}
    </a>
  );
};

interface ValueProps {
  readonly column: DeclaredColumn;
  readonly row: Row;
  readonly names: Names;
}

export const Value: FC<ValueProps> = ({ column, row, names }) => {
  const { language } = useVisit();
  const { name, type, values } = column;
  const cell = row[name] ?? null;
  if (cell === null) return null;
  // What belongs to none is a group of its own: an empty cell would look as if something were missing.
  if (cell === '') return <span class="soft">–</span>;
  if (type === 'id') {
    const id = String(cell);
    return <Thing id={id} name={textIn(row[`${name}_name`]) ?? names.get(id)} />;
  }
  if (type === 'money') return <Sums cells={[cell]} />;
  if (type === 'time') return <Time at={String(cell)} exact />;
  if (type === 'count') return <>{countText(Number(cell), language)}</>;
  if (type === 'flag') return <>{reportTexts(language)(cell === true ? 'yes' : 'no')}</>;
  const text = String(cell);
  const title = values?.find(({ value }) => value === text)?.title;
  if (name === 'status') return <Tag tone={toneOf(text)}>{title ?? text}</Tag>;
  if (name === 'refusal' && text in refusals) {
    return <span title={text}>{refusalText(text as RefusalCode, language)}</span>;
  }
  return <>{title ?? text}</>;
};

const textIn = (cell: Cell | undefined): string | undefined =>
  typeof cell === 'string' && cell !== '' ? cell : undefined;

/** Amounts below each other, one for each currency. */
export const Sums: FC<{ cells: readonly Cell[] }> = ({ cells }) => (
  <>
    {cells.filter(isMoney).map(
      ({ amount, currency }): Child => (
        <div>
          <Money amount={amount} currency={currency} />
        </div>
      ),
    )}
  </>
);

const isMoney = (cell: Cell): cell is MoneyCell & { amount: number } =>
  typeof cell === 'object' && cell !== null && cell.amount !== null;
