/**
 * Time zones: the scheme's, where business days and months begin (Kyrgyzstan keeps one offset all year), and those
 * of merchants, whose days are their own.
 */

export const businessZone = { name: 'Asia/Bishkek', offset: '+06:00', sqlite: '+6 hours' } as const;

const offsetMs = 6 * 3_600_000;
const dayMs = 86_400_000;

/** When the business day of a time began. */
export const dayStartMs = (atMs: number): number => Math.floor((atMs + offsetMs) / dayMs) * dayMs - offsetMs;

/** When the business month of a time began. */
export function monthStartMs(atMs: number): number {
  const local = new Date(atMs + offsetMs);
  return Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), 1) - offsetMs;
}

/** When a day, such as `2026-11-21`, begins. */
export const startOfDayMs = (day: string): number => Date.parse(`${day}T00:00:00${businessZone.offset}`);

// One zone for each country, its capital's.
const zones: Record<string, string> = {
  KG: 'Asia/Bishkek',
  KZ: 'Asia/Almaty',
  UZ: 'Asia/Tashkent',
  TJ: 'Asia/Dushanbe',
  RU: 'Europe/Moscow',
  TH: 'Asia/Bangkok',
  KH: 'Asia/Phnom_Penh',
  LA: 'Asia/Vientiane',
  CN: 'Asia/Shanghai',
};

/** The zone of a country (ISO 3166); UTC where we do not know. */
export const zoneOf = (country: string): string => zones[country] ?? 'UTC';

/** Whether it is the name of a zone, such as `Asia/Bangkok`. */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Day and hour of a time as the clocks of a zone show them, e.g. `2026-11-21` and 14. */
export function clockIn(zone: string, atMs: number): { day: string; hour: number; offsetMs: number } {
  const format = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const [year, month, date, hour] = [part('year'), part('month') - 1, part('day'), part('hour')];
  const shownMs = Date.UTC(year, month, date, hour, part('minute'), part('second'));
  const offsetMs = shownMs - Math.floor(atMs / 1_000) * 1_000;
  return { day: new Date(shownMs).toISOString().slice(0, 10), hour, offsetMs };
}

/** When a day, such as `2026-11-21`, begins in a zone; where clocks skip its midnight, at its first moment. */
export const dayStartIn = (zone: string, day: string): number => momentIn(zone, day, '00:00');

/**
 * When clocks of a zone show a time of a day: the first moment where they show it twice; where they skip it, as much
 * later as they are put forward.
 */
export function momentIn(zone: string, day: string, time: string): number {
  const shownMs = Date.parse(`${day}T${time}:00Z`);
  const offsetAt = (ms: number) => clockIn(zone, ms).offsetMs;
  // Whatever clocks do that day, a day before and a day after they do not do it.
  const before = shownMs - offsetAt(shownMs - dayMs);
  const after = shownMs - offsetAt(shownMs + dayMs);
  const shown = [before, after].filter((ms) => ms + offsetAt(ms) === shownMs);
  return shown.length > 0 ? Math.min(...shown) : before;
}

/** The day so many days after another. */
export const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
