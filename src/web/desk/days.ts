/** Days as filters name them, in the merchant's zone. */
import type { Context } from 'hono';
import { dayAfter, dayStartIn } from '../../kernel/index.ts';

const dayForm = /^2\d{3}-\d{2}-\d{2}$/;

/** `?from=2026-11-01&to=2026-11-30` as the API takes it: from the first day's beginning to the last one's end. */
export function daysOf(c: Context, zone: string): { 'created[gte]'?: string; 'created[lt]'?: string } {
  const [from, to] = [c.req.query('from'), c.req.query('to')];
  return {
    ...(isDay(from) && { 'created[gte]': startOf(zone, from) }),
    ...(isDay(to) && { 'created[lt]': startOf(zone, dayAfter(to, 1)) }),
  };
}

const isDay = (text: string | undefined): text is string =>
  text !== undefined && dayForm.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));

const startOf = (zone: string, day: string): string => new Date(dayStartIn(zone, day)).toISOString();
