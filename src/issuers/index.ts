/**
 * Issuers: institutions outside the switch that debit payers, give refunds back to them, or credit merchants. One
 * contract, one file per adapter. Each is asked with an order that names a transfer and may be asked again: it
 * carries an order out once, and undoes it once. What is not certain is `unknown`, never a yes and never a no.
 */
export { type Balances, balanceAdapter, type Move, type Moved } from './balance.ts';
export { Breaker } from './breaker.ts';
export {
  type Abilities,
  type Adapter,
  type Answer,
  type Movement,
  movements,
  type Order,
  type Terms,
} from './contract.ts';
export {
  answerJson,
  httpAdapter,
  orderIn,
  orderJson,
  pathOf,
  protocol,
} from './http.ts';
export {
  iso20022Adapter,
  questionIn,
  reportMessage,
  resolutionMessage,
} from './iso20022.ts';
export { type Connection, type Outcome, type Question, reach } from './reach.ts';
export {
  behaviours,
  memoryStore,
  type SandboxRecord,
  type SandboxStore,
  Silence,
  sandboxAdapter,
} from './sandbox.ts';
export type { WireTerms } from './wire.ts';
