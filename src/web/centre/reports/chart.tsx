/** A report over time: how many, and how much where it is of one currency. */
import type { FC } from 'hono/jsx';
import { decimalsOf } from '../../../client/index.ts';
import { clockIn, dayAfter, type Language } from '../../../kernel/index.ts';
import { BarChart, Card } from '../../kit/index.ts';
import { moneyText } from '../../language.ts';
import { useVisit } from '../../visit.ts';
import { countText } from './cells.tsx';
import type { Cell, Declared, DeclaredColumn, Row } from './declared.ts';
import { reportTexts } from './texts.ts';

export interface Series {
  readonly by: 'hour' | 'day';
  readonly from: string;
  readonly to: string;
  readonly rows: readonly Row[];
  /** What it was narrowed to without having been asked. */
  readonly narrowed: readonly (readonly [name: string, value: string])[];
}

const daysMax = 92;

export const Charts: FC<{ report: Declared; series: Series; zone: string }> = ({ report, series, zone }) => {
  const { language } = useVisit();
  const measures = report.columns.filter(({ group }) => !group);
  const currencies = new Set(series.rows.map(({ currency }) => String(currency)));
  const counted = measures.find(({ type }) => type === 'count');
  const money = currencies.size === 1 ? measures.find(({ type }) => type === 'money') : undefined;
  const drawn = [counted, money].filter((one) => one !== undefined);
  if (series.by === 'day' && daysIn(series).length > daysMax) return null;
  return (
    <div class="columns">
      {drawn.map((measure) => (
        <Card>
          <Chart {...{ report, series, measure, zone, language }} currency={[...currencies][0] ?? ''} />
        </Card>
      ))}
    </div>
  );
};

interface ChartProps {
  readonly report: Declared;
  readonly series: Series;
  readonly measure: DeclaredColumn;
  readonly zone: string;
  readonly language: Language;
  readonly currency: string;
}

function Chart({ report, series, measure, zone, language, currency }: ChartProps) {
  const say = reportTexts(language);
  const { by, narrowed } = series;
  const values = valuesOf(series, measure, zone);
  const scale = measure.type === 'money' ? 10 ** decimalsOf(currency) : 1;
  const text = (value: number) =>
    measure.type === 'money'
      ? moneyText(BigInt(Math.round(value * scale)), currency, language)
      : countText(value, language);
  const titles = narrowed.map(([name, value]) => titleOf(report, name, value));
  const title = say(by === 'hour' ? 'chartHours' : 'chart', {
    measure: [measure.title, ...titles].join(' · '),
  });
  return (
    <BarChart
      id={`chart-${measure.name}`}
      title={title}
      unit={measure.type === 'money' ? currency : ''}
      bars={values.map(([label, value]) => ({ label, value: value / scale }))}
      names={{
        label: report.columns.find(({ name }) => name === by)?.title ?? '',
        value: measure.title,
      }}
      text={text}
    />
  );
}

const titleOf = ({ columns }: Declared, name: string, value: string): string =>
  columns.find((one) => one.name === name)?.values?.find((one) => one.value === value)?.title ?? value;

/** Every hour or day of the time, also those without a row. */
function valuesOf(series: Series, measure: DeclaredColumn, zone: string): [label: string, value: number][] {
  const { by, rows } = series;
  const sums = new Map<string, number>();
  for (const row of rows) {
    const at = String(row[by]);
    const key = by === 'hour' ? hourText(clockIn(zone, Date.parse(at)).hour) : at;
    sums.set(key, (sums.get(key) ?? 0) + numberIn(row[measure.name] ?? null));
  }
  const keys = by === 'hour' ? Array.from({ length: 24 }, (_, hour) => hourText(hour)) : daysIn(series);
  return keys.map((key) => [by === 'hour' ? key : key.slice(5), sums.get(key) ?? 0]);
}

const hourText = (hour: number): string => String(hour).padStart(2, '0');

function daysIn({ from, to }: Series): string[] {
  const days: string[] = [];
  for (let day = from; day <= to && days.length <= daysMax; day = dayAfter(day, 1)) days.push(day);
  return days;
}

const numberIn = (cell: Cell): number =>
  typeof cell === 'number' ? cell : typeof cell === 'object' && cell !== null ? (cell.amount ?? 0) : 0;
