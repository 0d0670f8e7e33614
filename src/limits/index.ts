/**
 * Limits: staff say in rules what may be paid at once, in a business day or month, or within seconds; by an
 * account, a till, a merchant or a participant. Rules have versions and are told to every book, which decides by
 * them (`ledger/limits.ts`). What a rule would have refused of a day's payments can be seen beforehand.
 */
export type { LimitRecord } from './model.ts';
export { type LimitDryRun, limitRoutes } from './routes.ts';
export { type RuleTeller, ruleTeller } from './tell.ts';
