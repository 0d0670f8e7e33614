/**
 * Accounts as their holders see them: opening one in the directory and on the ledger, balance, entries,
 * and top-ups. Money enters and leaves the switch only through a participant's funding account, so the
 * sum of all balances is always zero.
 */
export { openMerchant } from './merchant.ts';
export { accountJson, accountSchema } from './model.ts';
export {
  changeLimit,
  changeStatus,
  ensureFunding,
  growAccount,
  openAccount,
  pushFacts,
  withMoreBooks,
} from './open.ts';
export { accountRoutes } from './routes.ts';
export { ruleOf, rulesInForce, tellRules } from './rules.ts';
export { type LinePlace, type Statement, type StatementLine, statement, type Totals } from './statement.ts';
