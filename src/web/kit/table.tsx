/** Tables: sticky head, numbers right, a total, an empty state that says what to do. On a phone a row is a card. */
import type { Child, FC } from 'hono/jsx';
import { linkWith, useVisit } from '../visit.ts';
import { Icon, type IconName } from './icons.tsx';
import { kitTexts } from './texts.ts';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Child;
  /** Right-aligned, in figures of one width. */
  readonly number?: boolean;
  /** What this column adds up to, in the last row. */
  readonly total?: Child;
}

interface TableProps<Row> {
  /** What it lists, for those who do not see it; shown when `captioned`. */
  readonly caption: string;
  readonly captioned?: boolean;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Where a row leads: its first cell is the link. */
  readonly href?: (row: Row) => string;
  /** What to do when there is nothing yet. */
  readonly empty: Child;
  /** Many columns: narrow rows, and on a phone every value beside its name. */
  readonly dense?: boolean;
  /** The cursor of the next page, from the API's `next_cursor`. */
  readonly next?: string | null;
}

export function Table<Row>({ caption, captioned, columns, rows, href, empty, dense, next }: TableProps<Row>) {
  if (rows.length === 0) return <Empty>{empty}</Empty>;
  return (
    <>
      <table class={dense ? 'rows dense' : 'rows'}>
        <caption class={captioned ? undefined : 'unseen'}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, number }) => (
              <th scope="col" class={number ? 'number' : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {columns.map((column, index) => (
                <td class={column.number ? 'number' : undefined} data-label={column.title}>
                  {index === 0 && href ? <a href={href(row)}>{column.cell(row)}</a> : column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <Totals columns={columns} />
      </table>
      <Paging next={next} of={caption} />
    </>
  );
}

function Totals<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  const { language } = useVisit();
  if (columns.every(({ total }) => total === undefined)) return null;
  return (
    <tfoot>
      <tr>
        {columns.map(({ total, number, title }, index) =>
          index === 0 ? (
            <th scope="row">{kitTexts(language)('total')}</th>
          ) : (
            <td class={number ? 'number' : undefined} data-label={total === undefined ? undefined : title}>
              {total}
            </td>
          ),
        )}
      </tr>
    </tfoot>
  );
}

const Paging: FC<{ next: string | null | undefined; of: string }> = ({ next, of }) => {
  const visit = useVisit();
  const say = kitTexts(visit.language);
  const onFirst = !new URLSearchParams(visit.search).has('cursor');
  if (onFirst && !next) return null;
  return (
    <nav class="paging" aria-label={`${say('pages')}: ${of}`}>
      {!onFirst && (
        <a class="button quiet" href={linkWith(visit, 'cursor', null)}>
          {say('firstPage')}
        </a>
      )}
      {next && (
        <a class="button quiet" rel="next" href={linkWith(visit, 'cursor', next)}>
          {say('nextPage')}
          <Icon name="next" />
        </a>
      )}
    </nav>
  );
};

/** Nothing here yet, and what to do about it. */
export const Empty: FC<{ icon?: IconName; children?: Child }> = ({ icon = 'list', children }) => (
  <div class="empty">
    <Icon name={icon} />
    <div>{children}</div>
  </div>
);

export interface Tab {
  readonly href: string;
  readonly text: string;
  readonly current: boolean;
}

/** Views of one thing, each with an address. */
export const Tabs: FC<{ label: string; tabs: readonly Tab[] }> = ({ label, tabs }) => (
  <nav class="tabs" aria-label={label}>
    {tabs.map(({ href, text, current }) => (
      <a href={href} aria-current={current ? 'page' : undefined}>
        {text}
      </a>
    ))}
  </nav>
);

/** A part of a page with its heading and what can be done there. */
export const Card: FC<{ title?: string; id?: string; aside?: Child; children?: Child }> = ({
  title,
  id,
  aside,
  children,
}) => (
  <section class="card" id={id}>
    {title !== undefined && (
      <div class="card-head">
        <h2>{title}</h2>
        {aside}
      </div>
    )}
    {children}
  </section>
);
