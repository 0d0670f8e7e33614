/**
 * The ledger: where money is. One Durable Object class, `Book`, which keeps many accounts; one engine, the
 * `Transfer`: debit and accept at once within a book, or hold, accept, and settle or void between two.
 *
 * Inside an account every entry balances over three sub-accounts: `available + held + clearing = 0`.
 * Across accounts Σ clearing is exactly the transfers under way, and 0 at rest. A refusal is a value;
 * an unknown outcome stays open until the book's alarm has a definite answer.
 */
export {
  type AuditCursor,
  type AuditFinding,
  type AuditPage,
  type AuditSums,
  addSums,
  auditStart,
} from './audit.ts';
export { Book, type BookEnv, type ClaimOpened, type Transferred, type Unended } from './book.ts';
export { genesisHash, verifyChain } from './chain.ts';
export type { ClaimSought, ClaimsFound } from './claim-search.ts';
export {
  type ClaimFilter,
  type ClaimRecord,
  type ClaimRequest,
  type ClaimState,
  type ClaimView,
  refusalOf as refusalOfClaim,
} from './claims.ts';
export { type AccountPlace, type AccountStripe, type BooksBinding, type Ledger, ledgerOf } from './client.ts';
export { refuseRefund } from './decide.ts';
export { type Gathering, gather, type Leaving, loansFor } from './gather.ts';
export type { Leg, LegOutcome, LegTask, Partners } from './legs.ts';
export {
  type AcceptBody,
  type AccountFacts,
  type AccountKind,
  type AccountStatus,
  type AwaitBody,
  accountName,
  type Balance,
  bookName,
  type ClaimBody,
  type ClaimReference,
  type Confirmation,
  type Confirmed,
  type CreditView,
  type DeclineBody,
  type Entry,
  type EntryType,
  entryTypes,
  type HoldBody,
  holdsFromMs,
  type IdempotencyKey,
  type ProductFacts,
  type RefundCommand,
  type SettleBody,
  type StickerReference,
  stateOfRefused,
  type Trace,
  type TracedEntry,
  type TransferCommand,
  type TransferDetails,
  type TransferKind,
  type TransferState,
  type TransferView,
  transferStates,
  type VoidBody,
} from './model.ts';
export type { BookEntry, Feed } from './outbox.ts';
export {
  type Above,
  aboves,
  type Direction,
  type LimitedPayment,
  type LimitRule,
  type LimitScope,
  type Measure,
  measures,
  partOf,
  type RuleSet,
  Rules,
  refuseLimit,
  scopes,
  type Tally,
} from './rules.ts';
export type { StickerView } from './stickers.ts';
