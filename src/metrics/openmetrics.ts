/** The text of OpenMetrics 1.0 (https://prometheus.io/docs/specs/om/open_metrics_spec/). */

export interface Metric {
  /** Without the suffix `_total` that samples of a counter have. */
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

export const openMetrics = (metrics: readonly Metric[]): string =>
  `${metrics.flatMap(linesOf).join('\n')}\n# EOF\n`;

const linesOf = ({ name, type, help, samples }: Metric): string[] => [
  `# TYPE ${name} ${type}`,
  `# HELP ${name} ${escaped(help)}`,
  ...samples.map(
    ({ labels = {}, value }) => `${name}${type === 'counter' ? '_total' : ''}${labelsOf(labels)} ${value}`,
  ),
];

function labelsOf(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
