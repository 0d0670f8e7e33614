/**
 * The directory: participants, accounts, merchants, stores, tills, operators, API keys and callback
 * endpoints, in a D1 database of its own. Decides who takes part and on what terms; never about money.
 */
export {
  authenticate,
  authenticateSession,
  hashKey,
  isToken,
  newKeySecret,
  newToken,
  type Principal,
  permits,
  type Requirements,
  type Signer,
  type Who,
} from './access.ts';
export type { ApprovalFilter, ApprovalRow, ApprovalStatus } from './approvals.ts';
export { carryingMs } from './approvals.ts';
export {
  type Act,
  type AuditFilter,
  type AuditRow,
  because,
  idFor,
  logStart,
  ownAct,
  recordHash,
} from './audit.ts';
export type { BusinessDayRow } from './business-days.ts';
export type { DeadLetterRow } from './dead-letters.ts';
export type { DeviceKeyRow } from './device-keys.ts';
export { type GuardedAction, guardedActions, guardedFacts, isGuardedAction } from './guarded.ts';
export type { LimitRuleRow, RulesInForce } from './limit-rules.ts';
export type { ConnectionRow, RoutingRow } from './outside.ts';
export {
  keptTo,
  type Made,
  onlyMade,
  openPlace,
  ownAccount,
  ownMerchant,
  placeOf,
  sees,
  traitsOf,
} from './ownership.ts';
export type { Page, PageRequest } from './page.ts';
export type {
  ChallengeRow,
  InvitationRow,
  LoginRow,
  OperatorRow,
  PasskeyRow,
  SessionRow,
} from './people.ts';
export type { PresenterRow } from './presenters.ts';
export type { DirectoryRecord } from './records.ts';
export type { RefundRequestRow } from './refund-requests.ts';
export {
  type CodeSource,
  type MerchantRoute,
  merchantRoute,
  noRules,
  payerRoute,
  type RoutingRules,
} from './routing.ts';
export { type Recorded, recordedKinds } from './search.ts';
export type {
  AccountRow,
  CodeRow,
  EndpointHealth,
  EndpointRow,
  FileFormatRow,
  HolderRow,
  KeyRow,
  MerchantRow,
  ParticipantRow,
  SigningKeyRow,
  StandingRow,
  StoreRow,
  TillRow,
  WalletLink,
} from './store.ts';
export { type Directory, directoryOf, goodHealth } from './store.ts';
