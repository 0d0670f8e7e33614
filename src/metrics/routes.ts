import type { Who } from '../directory/index.ts';
import { type Shell, textAnswer } from '../http/index.ts';
import { Cache } from '../kernel/index.ts';
import { type CallbackFigures, metricsOf, type WorkFigures } from './figures.ts';
import { openMetrics, openMetricsType } from './openmetrics.ts';

const staff: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
// Several watchers, or an impatient one, cost no more than one.
const lifetimeMs = 5_000;

export interface MetricParts {
  readonly reports: () => Promise<WorkFigures>;
  readonly callbacks: () => Promise<CallbackFigures>;
}

export function metricRoutes(shell: Shell, books: number, parts: MetricParts): void {
  const cache = new Cache<string>(lifetimeMs, 1);
  const read = async () => {
    const [work, callbacks] = await Promise.all([parts.reports(), parts.callbacks()]);
    return openMetrics(metricsOf(books, work, callbacks, Date.now()));
  };
  shell.endpoint(
    {
      method: 'get',
      path: '/metrics',
      tag: 'Running',
      summary: 'Rates, refusals, open transfers, lags and callbacks for Prometheus',
      description:
        'OpenMetrics 1.0, at most five seconds old. Scrape it with a staff key as bearer token ' +
        '(`authorization: { credentials_file: … }` in the scrape configuration).',
      access: staff,
      contentTypes: ['application/openmetrics-text'],
    },
    async () => textAnswer(openMetricsType, await cache.get('all', read)),
  );
}
