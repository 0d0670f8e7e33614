/** What happens every minute: figures are held against the table, rows raised and cleared, the centre told. */
import type { SwitchEvent } from '../events/index.ts';
import { eventId, logFault, once } from '../kernel/index.ts';
import { type Condition, conditions, type Figures, type Measure } from './conditions.ts';
import { alertJson } from './model.ts';
import type { AlertRow, AlertStore } from './store.ts';

export interface AlertParts {
  readonly figures: Figures;
  readonly store: AlertStore;
  readonly announce: (events: readonly SwitchEvent[]) => Promise<void>;
}

/** What nobody acknowledges is told again this often. */
export const repeatMs = 3_600_000;
const events = { raised: 'alert.raised', cleared: 'alert.cleared' } as const;
// Beyond so many nobody reads their ids.
const concernsMax = 20;

export async function watch(parts: AlertParts, nowMs = Date.now()): Promise<void> {
  const { store } = parts;
  const open = await store.open();
  const figures = { ...parts.figures, work: once(parts.figures.work) };
  for (const [name, condition] of Object.entries<Condition>(conditions)) {
    try {
      const measures = await condition.measure(figures, nowMs);
      const own = open.filter((row) => row.name === name);
      await judge(store, name, condition, own, measures, nowMs);
    } catch (fault) {
      // What cannot be measured stays as it was: no alert is cleared because a database is down.
      logFault(`alerts: ${name} was not measured`, fault);
    }
  }
  await store.remind(toldNames, nowMs - repeatMs, nowMs);
  for (const row of await store.untold(nowMs)) await tell(parts, row, nowMs);
  await store.forgetOld(nowMs);
}

const toldNames = Object.entries<Condition>(conditions)
  .filter(([, { toldAs }]) => toldAs === undefined)
  .map(([name]) => name);

async function judge(
  store: AlertStore,
  name: string,
  { raiseAt, clearAt, toldAs }: Condition,
  open: readonly AlertRow[],
  measures: readonly Measure[],
  nowMs: number,
): Promise<void> {
  const known = new Map(open.map((row) => [row.subject, row]));
  const measured = new Map(measures.map((measure) => [measure.subject, measure]));
  const tells = toldAs === undefined;
  for (const { subject, value, concerns: all = [] } of measures) {
    const row = known.get(subject);
    const concerns = all.slice(0, concernsMax);
    if (row && value > clearAt) await store.measured(row, { value, concerns }, nowMs);
    if (!row && value >= raiseAt) {
      await store.raise({ name, subject, value, concerns, tell: tells ? 'raised' : null }, nowMs);
    }
  }
  for (const row of open) {
    const value = measured.get(row.subject)?.value ?? 0;
    if (value <= clearAt) await store.clear(row, value, tells ? 'cleared' : null, nowMs);
  }
}

/** Tells the centre what a row has to say: whoever is cut off in between is followed by another, with the same id. */
async function tell({ store, announce }: AlertParts, row: AlertRow, nowMs: number): Promise<void> {
  if (row.tell === null || !(await store.claim(row, nowMs))) return;
  const type = events[row.tell];
  const sequence = row.told + 1;
  const data = alertJson({ ...row, told: sequence });
  const id = eventId(row.tellAtMs, `${type} ${row.id}`);
  await announce([{ id, type, atMs: row.tellAtMs, owner: 'centre', sequence, data }]);
  await store.told(row);
}
