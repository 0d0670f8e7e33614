/** Forms as browsers without script send them. */
import type { Context } from 'hono';
import { textOf, type VisitEnv } from '../http/index.ts';

export type Form = Readonly<Record<string, string>>;

/** The fields of a form; of one sent twice the last. None, when it is no form or larger than any of ours. */
export async function formOf(c: Context<VisitEnv>): Promise<Form> {
  const text = await textOf(c.req.raw);
  return typeof text === 'string' ? Object.fromEntries(new URLSearchParams(text)) : {};
}
