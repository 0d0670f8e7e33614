/**
 * Draws the minutes with uPlot in place of the bars that came with the page, and again when the page brings newer ones.
 * Colours come from the stylesheet, so they are those of the bars, light or dark.
 */
import uPlot from 'uplot';

interface Plot {
  readonly locale: string;
  readonly zone: string;
  readonly names: readonly [completed: string, refused: string];
  /** Seconds since 1970, when each minute began. */
  readonly at: readonly number[];
  readonly completed: readonly number[];
  readonly refused: readonly number[];
}

const height = 260;
const minuteS = 60;
const hourS = 60 * minuteS;
let drawn: uPlot | undefined;

function draw(): void {
  const figure = document.querySelector<HTMLElement>('[data-plot]');
  const place = figure && (figure.querySelector<HTMLElement>('.plot') ?? placeIn(figure));
  if (!place) return;
  const plot = withTwo(JSON.parse(figure.dataset.plot ?? ''));
  drawn?.destroy();
  drawn = new uPlot(optionsOf(plot, figure), dataOf(plot), place);
}

/** Where the bars were; the table behind them says the same to those who do not see it. */
function placeIn(figure: HTMLElement): HTMLElement {
  const place = document.createElement('div');
  place.className = 'plot';
  place.setAttribute('aria-hidden', 'true');
  figure.querySelector('svg')?.replaceWith(place);
  return place;
}

/** The width of a bar is what lies between two. */
const withTwo = (plot: Plot): Plot => {
  const [only] = plot.at;
  if (only === undefined || plot.at.length > 1) return plot;
  return {
    ...plot,
    at: [only - minuteS, only],
    completed: [0, ...plot.completed],
    refused: [0, ...plot.refused],
  };
};

/** What was refused stands on top of what was completed. */
const dataOf = ({ at, completed, refused }: Plot): uPlot.AlignedData => [
  [...at],
  completed.map((count, index) => count + (refused[index] ?? 0)),
  [...completed],
];

function optionsOf(plot: Plot, figure: HTMLElement): uPlot.Options {
  const style = getComputedStyle(figure);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const clock = new Intl.DateTimeFormat(plot.locale, {
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: plot.zone },
  });
  const timeOf = (seconds: number) => clock.format(seconds * 1_000);
  const number = new Intl.NumberFormat(plot.locale, { notation: 'compact' });
  const axis = {
    stroke: colour('--ink-soft'),
    font: `${style.fontSize} ${style.fontFamily}`,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  const bars = uPlot.paths.bars?.({ size: [0.8, 40] });
  const series = (name: string): uPlot.Series => ({
    ...(bars && { paths: bars }),
    ...{ fill: colour(name), stroke: colour(name), width: 0, points: { show: false } },
  });
  const said = figure.querySelector('figcaption');
  const title = said?.textContent ?? '';
  return {
    ...{ width: figure.clientWidth, height },
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: {
      // The last hour, however little of it is known.
      x: { range: (_, __, last) => [last - hourS, last + minuteS / 2] },
      y: { range: (_, __, max) => [0, Math.max(4, max * 1.1)] },
    },
    series: [{}, series('--series-before'), series('--series')],
    axes: [
      { ...axis, space: 64, values: (_, times) => times.map(timeOf) },
      {
        ...axis,
        size: 56,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000],
        values: (_, counts) => counts.map((count) => number.format(count)),
      },
    ],
    hooks: {
      setCursor: [
        ({ cursor: { idx } }) => {
          if (!said) return;
          const [completed, refused] = plot.names;
          const at = idx === null || idx === undefined ? undefined : plot.at[idx];
          said.textContent =
            at === undefined || idx === null || idx === undefined
              ? title
              : `${timeOf(at)} · ${completed} ${plot.completed[idx]} · ${refused} ${plot.refused[idx]}`;
        },
      ],
    },
  };
}

draw();
const live = document.getElementById('minutes');
if (live) new MutationObserver(draw).observe(live, { childList: true });
// Its size and colours are the window's.
addEventListener('resize', draw);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
