/**
 * The ledger: where money is. One Durable Object class, `Account`; one engine, the `Transfer`:
 * the debited account holds, the credited account accepts, the debited account settles or voids.
 *
 * Inside an account every entry balances over three sub-accounts: `available + held + clearing = 0`.
 * Across accounts Σ clearing is exactly the transfers under way, and 0 at rest. A refusal is a value;
 * an unknown outcome stays open until the account's alarm has a definite answer.
 */
export { Account, type AccountEnv } from './account.ts';
export { type Feed, genesisHash, verifyChain } from './chain.ts';
export {
  type ClaimFilter,
  type ClaimRecord,
  type ClaimRequest,
  type ClaimState,
  type ClaimView,
  refusalOf as refusalOfClaim,
} from './claims.ts';
export { type AccountsBinding, accountName, type Ledger, ledgerOf } from './client.ts';
export type {
  AcceptBody,
  AccountFacts,
  AccountKind,
  AccountStatus,
  Balance,
  ClaimBody,
  ClaimReference,
  DeclineBody,
  Entry,
  EntryType,
  ProductFacts,
  SettleBody,
  TransferCommand,
  TransferDetails,
  TransferKind,
  TransferView,
  VoidBody,
} from './model.ts';
