import type { Who } from '../directory/index.ts';
import type { Shell } from '../http/index.ts';
import { Cache, ok } from '../kernel/index.ts';
import {
  type OverviewFigures,
  overviewJson,
  overviewSchema,
  type Reading,
  type SlowReading,
} from './overview.ts';
import { beatsUntil, type PulseStore } from './pulse.ts';

const staff: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
// A wall of screens costs no more than one.
const lifetimeMs = 5_000;
// Sums by merchant are as many rows as merchants took money, and positions ask their books.
const slowLifetimeMs = 30_000;
const hourMs = 3_600_000;
const sharesShown = 10;
const positionsShown = 50;

export function overviewRoutes(
  shell: Shell,
  { figures, pulse }: { readonly figures: OverviewFigures; readonly pulse: PulseStore },
): void {
  const readings = new Cache<Reading>(lifetimeMs, 1);
  const slowReadings = new Cache<SlowReading>(slowLifetimeMs, 1);

  async function read(): Promise<Reading> {
    const [work, beats, callbacks, differences] = await Promise.all([
      figures.work(),
      pulse.read(),
      figures.callbacks(),
      figures.differences(),
    ]);
    return { work, beats: beatsUntil(Date.now(), beats, work), callbacks, differences };
  }

  async function readSlowly(): Promise<SlowReading> {
    const sinceMs = (Math.floor(Date.now() / hourMs) - 1) * hourMs;
    const [busiest, positions] = await Promise.all([
      figures.busiest(sinceMs, sharesShown),
      figures.positions(positionsShown),
    ]);
    return { sinceMs, ...busiest, positions };
  }

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/overview',
      tag: 'Running',
      summary: 'The switch at work: rates, refusals, who pays, what is under way, late or waits for people',
      description:
        'At most five seconds old, positions and who pays thirty. What is wrong is said by the alerts. Reads a row ' +
        'per book, and per merchant that took money within two hours; however many watch.',
      access: staff,
      answers: overviewSchema,
    },
    async () => {
      const [reading, slow] = await Promise.all([
        readings.get('all', read),
        slowReadings.get('all', readSlowly),
      ]);
      return ok(overviewJson(reading, slow, Date.now()));
    },
  );
}
