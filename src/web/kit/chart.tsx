/** Bars by hour or day, drawn on the server: axes, units, a series to compare with, and the table behind it. */
import type { FC } from 'hono/jsx';
import { useVisit } from '../visit.ts';
import { kitTexts } from './texts.ts';

export interface Bar {
  /** The hour or day, e.g. `09`. */
  readonly label: string;
  readonly value: number;
  /** The same hour of the day it is compared with. */
  readonly before?: number;
}

interface BarChartProps {
  readonly id: string;
  readonly title: string;
  /** The unit of the upright axis, e.g. `сом`. */
  readonly unit: string;
  readonly bars: readonly Bar[];
  /** What the level axis counts, e.g. `Hour`, and both series, e.g. `Today`, `Yesterday`. */
  readonly names: { readonly label: string; readonly value: string; readonly before?: string };
  readonly text: (value: number) => string;
  /** More about it for a script that draws it, and for its looks. */
  readonly plot?: string | undefined;
  readonly class?: string;
}

const width = 720;
const height = 260;
const left = 56;
const top = 28;
const bottom = 28;
// Little is measured in whole steps, too.
const ticks = 4;

export const BarChart: FC<BarChartProps> = (props) => {
  const { id, title, unit, bars, names, text, plot, class: more } = props;
  const { language } = useVisit();
  const max = niceMax(Math.max(ticks, ...bars.flatMap(({ value, before = 0 }) => [value, before])));
  const y = (value: number): number => round(top + (height - top - bottom) * (1 - value / max));
  const step = (width - left) / Math.max(1, bars.length);
  // Every label would overlap its neighbour where there are many.
  const every = Math.ceil(bars.length / 12);
  return (
    <figure class={more === undefined ? 'chart' : `chart ${more}`} id={id} data-plot={plot}>
      <figcaption id={`${id}-title`}>{title}</figcaption>
      {names.before !== undefined && (
        <p class="legend" aria-hidden="true">
          <span class="series value">{names.value}</span>
          <span class="series before">{names.before}</span>
        </p>
      )}
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-labelledby={`${id}-title`}>
        <title>{title}</title>
        <text class="axis" x={0} y={14}>
          {unit}
        </text>
        {Array.from({ length: ticks + 1 }, (_, index) => (max * index) / ticks).map((value) => (
          <>
            <path class="grid" d={`M${left} ${y(value)}H${width}`} />
            <text class="axis end" x={left - 8} y={y(value) + 4}>
              {compact(value)}
            </text>
          </>
        ))}
        {bars.map(({ label, value, before }, index) => {
          const x = left + step * index;
          return (
            <g>
              <title>{`${label}: ${text(value)}`}</title>
              {before !== undefined && before > 0 && (
                <path class="before" d={barPath(x + step * 0.1, step * 0.8, y(before), y(0))} />
              )}
              {value > 0 && <path class="value" d={barPath(x + step * 0.22, step * 0.56, y(value), y(0))} />}
              {index % every === 0 && (
                <text class="axis middle" x={round(x + step / 2)} y={height - 8}>
                  {label}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <details>
        <summary>{kitTexts(language)('asTable')}</summary>
        <table>
          <caption class="unseen">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{names.label}</th>
              <th scope="col" class="number">
                {names.value}
              </th>
              {names.before !== undefined && (
                <th scope="col" class="number">
                  {names.before}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {bars.map(({ label, value, before = 0 }) => (
              <tr>
                <th scope="row">{label}</th>
                <td class="number">{text(value)}</td>
                {names.before !== undefined && <td class="number">{text(before)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
};

/** The next of 1, 2, 4, 5, 8 times a power of ten, which four steps divide well. */
function niceMax(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 4, 8, 10].find((one) => one * power >= value) ?? 10;
  return factor * power;
}

const barPath = (x: number, width: number, from: number, to: number): string =>
  `M${round(x)} ${to}V${from}H${round(x + width)}V${to}Z`;

const compact = (value: number): string =>
  new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(value);

const round = (value: number): number => Math.round(value * 10) / 10;
