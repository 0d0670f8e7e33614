/** The scheme's time zone: where business days and months begin. Kyrgyzstan keeps one offset all year. */

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
