/**
 * Partners: how institutions outside the switch take part. Connections say how each is reached, the routing table
 * what goes through which, and positions how much each may owe. Here the ledger's questions to the world outside
 * become orders of an issuer adapter, and its answers become what the ledger knows.
 */
export { type AskParts, partnersOf, type ReachedPartners } from './ask.ts';
export { balancesOf } from './balances.ts';
export { protocolDocument } from './document.ts';
export { positionEvents } from './events.ts';
export { positionFigures } from './figures.ts';
export type { ConnectionRecord, DryRunAnswer, PositionRecord, RoutingRecord } from './model.ts';
export { partnerRoutes } from './routes.ts';
