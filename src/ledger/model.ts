/**
 * The ledger's nouns. Amounts are integer minor units (`bigint`) in state and columns; inside the JSON
 * bodies of entries they are numbers, which is exact because no amount exceeds 2^53 − 1.
 */
import type { Refusal } from '../kernel/index.ts';
import type { ClaimRecord } from './claims.ts';
import type { Leg } from './legs.ts';

/**
 * Chart of accounts. `funding` is the contra account of money entering and leaving the switch; `position` is
 * what a partner outside has in the switch, whose limit is its net debit cap.
 */
export type AccountKind = 'payer' | 'merchant' | 'funding' | 'position';
/** Frozen: neither debited nor credited, except that a payer still gets refunds. Closed: nothing at all. */
export type AccountStatus = 'active' | 'frozen' | 'closed';

/** What the control plane tells an account about itself; pushed when it changes. */
export interface AccountFacts {
  readonly account: string;
  readonly stripe: number;
  /** The book that keeps this stripe. */
  readonly book: number;
  readonly kind: AccountKind;
  readonly currency: string;
  /** The participant or merchant it belongs to. */
  readonly owner: string;
  readonly status: AccountStatus;
  /** How many stripes the account has; 0 where nobody has said so yet. */
  readonly stripes: number;
  /** How far below zero `available` of this stripe may go; a merchant's only by refunds, its first stripe only. */
  readonly limitMinor: bigint;
  /** Of the directory's row: older facts that come late change nothing. */
  readonly version: number;
}

/** gather: from one stripe of an account to another, see `gather.ts`. */
export type TransferKind = 'payment' | 'top_up' | 'refund' | 'gather';

/** The claim a transfer pays, and what its payer was told: checked by the claim's own account. */
export interface ClaimReference {
  readonly id: string;
  /** What the payer pays of the claim, without tip. */
  readonly principalMinor: number;
  /** SHA-256 (base64url) of the scanned payload; absent when the payer came without a QR code. */
  readonly payloadDigest?: string;
}

/** The sticker a payer came by: what it showed them is checked by the account that shows it. */
export interface StickerReference {
  readonly id: string;
  /** What the payer is known by there: their account, and the scan that took its turn. */
  readonly payers: readonly string[];
}

/** Facts of the product, opaque to the ledger: carried to answers, reports and callbacks unchanged. */
export interface ProductFacts {
  /** Participant that holds the debited account. */
  readonly payerParticipant: string;
  /** The payer's account, where its issuer's position is debited in its place. */
  readonly payerAccount?: string;
  readonly merchant?: string;
  /** The merchant's name as the payer was shown it. */
  readonly merchantName?: string;
  readonly store?: string;
  readonly till?: string;
  /** The person of the merchant who asked for it, signed in. */
  readonly person?: string;
  /** The merchant's key that asked for it, where nobody was signed in. */
  readonly key?: string;
  /** Of a refund that the processing centre decided on: its person who proposed it. */
  readonly centrePerson?: string;
  /** Of a refund that needed it: who approved. */
  readonly approvedBy?: string;
  /** The merchant's printed code that was scanned, where it has several. */
  readonly code?: string;
  readonly order?: string;
  /** The register's reference of the order. */
  readonly orderReference?: string;
  /** The wallet's own reference. */
  readonly reference?: string;
  readonly tipMinor?: number;
  /** How the payer was addressed: profile of the scanned code. */
  readonly scheme?: string;
  /** What the payer gave the register, where it was not the payer who scanned. */
  readonly presentation?: 'code' | 'password';
  /** Answers to what the code asks the payer for, by EMVCo field name. */
  readonly answers?: Readonly<Record<string, string>>;
  readonly staff?: string;
  /** Why a refund was made, in the words of whoever asked for it. */
  readonly reason?: string;
}

/** A transfer as both of its accounts write it down. */
export interface TransferDetails {
  readonly id: string;
  readonly kind: TransferKind;
  /** What leaves the debited account: principal and tip. */
  readonly amountMinor: number;
  readonly currency: string;
  readonly debtor: string;
  /** Of a payment, where it is not the first: what is given back goes to the stripe that paid. */
  readonly debtorStripe?: number;
  readonly creditor: string;
  readonly creditorStripe: number;
  readonly creditorBook: number;
  readonly claim?: ClaimReference;
  readonly sticker?: StickerReference;
  /** The payment a refund gives back. */
  readonly refundOf?: string;
  /** What institutions outside the switch do for it, before it is accepted. */
  readonly legs?: readonly Leg[];
  /** When it was asked for; unless it had to be confirmed, that is when its money was held. */
  readonly heldAtMs: number;
  readonly confirmation?: Confirmation;
  readonly facts: ProductFacts;
}

/** What a transfer needs of its payer before any money is held for it. */
export interface Confirmation {
  readonly expiresAtMs: number;
  /** The limit rule that asks for it; absent where the product does. */
  readonly rule?: string;
  /** Set once the payer has. */
  readonly confirmedAtMs?: number;
}

/** How a payer has confirmed: what the debited account keeps as evidence. */
export interface Confirmed {
  /** Id of the device key. */
  readonly key: string;
  /** Ed25519, base64url. */
  readonly signature: string;
}

/** What a product asks the debited account to do. The account gives the transfer its id. */
export interface TransferCommand {
  readonly kind: TransferKind;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly creditor: string;
  /** The books that keep the creditor's stripes, in the order of the stripes. */
  readonly creditorBooks: readonly number[];
  /** Which stripe to credit; null prefers one in the debtor's own book, else chooses evenly. */
  readonly creditorStripe: number | null;
  readonly claim?: ClaimReference;
  readonly sticker?: StickerReference;
  readonly refundOf?: string;
  /** May take a merchant's account below zero, as far as its limit, as a refund may. */
  readonly mayOwe?: boolean;
  /** Where this stripe has too little, say so and write nothing: the others may have it. */
  readonly gathers?: boolean;
  /** The payer has to confirm it, whatever limit rules say. */
  readonly confirm?: boolean;
  readonly legs?: readonly Leg[];
  readonly facts: ProductFacts;
  readonly idempotency: IdempotencyKey;
}

/** What a refund asks of the account that was paid: to give back some or all of what is left of a payment. */
export interface RefundCommand {
  readonly payment: string;
  /** Null: all that is left. */
  readonly amountMinor: bigint | null;
  /** How much of the payment its refunds may give back together on this caller's word; null: all of it. */
  readonly totalMaxMinor: bigint | null;
  /** The books that keep the payer's account. */
  readonly creditorBooks: readonly number[];
  /** As in a transfer's command. */
  readonly gathers?: boolean;
  readonly legs?: readonly Leg[];
  readonly facts: Pick<
    ProductFacts,
    'reason' | 'reference' | 'person' | 'key' | 'centrePerson' | 'approvedBy'
  >;
  readonly idempotency: IdempotencyKey;
}

export interface IdempotencyKey {
  /** Owner, route and the caller's key: unique within the account. */
  readonly key: string;
  /** SHA-256 of method, path and body: the same key with another request is refused. */
  readonly request: string;
}

/**
 * hold, settle, void: the debited side of a transfer between books. debit: of one within a book, done at
 * once. await: of one that waits for its payer's confirmation; a hold, debit or decline follows. decline: of one
 * refused before anything moved. accept: the credited side. expire, cancel: a claim's end.
 */
export const entryTypes = [
  'await',
  'hold',
  'settle',
  'void',
  'debit',
  'decline',
  'accept',
  'expire',
  'cancel',
] as const;
export type EntryType = (typeof entryTypes)[number];

/** One line of an account's history. Never changed, numbered 1, 2, 3…, chained by hash. */
export interface Entry {
  readonly seq: number;
  readonly atMs: number;
  readonly type: EntryType;
  /** The transfer's id, or the claim's for `expire` and `cancel`. */
  readonly subject: string;
  readonly availableDelta: bigint;
  readonly heldDelta: bigint;
  /** Running totals after this entry; clearing is always −(available + held). */
  readonly available: bigint;
  readonly held: bigint;
  /** JSON: the type's body below. */
  readonly body: string;
  readonly hash: string;
}

/** Of `hold` and `debit`. */
export interface HoldBody {
  readonly transfer: TransferDetails;
  /** Of a position: this stripe's part of its net debit cap as it was then. */
  readonly capMinor?: number;
  /** Of one that had to be. */
  readonly confirmed?: Confirmed;
}
export interface AwaitBody {
  readonly transfer: TransferDetails;
}
export interface AcceptBody {
  readonly transfer: TransferDetails;
  /** The claim it paid, as it stands after it. */
  readonly claim?: ClaimRecord;
}
/** Of `expire` and `cancel`. */
export interface ClaimBody {
  readonly claim: ClaimRecord;
}
export interface DeclineBody {
  readonly transfer: TransferDetails;
  readonly refusal: Refusal;
  readonly confirmed?: Confirmed;
}
export interface SettleBody {
  readonly holdSeq: number;
  /** What the credited account answered. */
  readonly accepted: AcceptReceipt;
}
export interface VoidBody {
  readonly holdSeq: number;
  readonly transfer: TransferDetails;
  readonly refusal: Refusal;
}

export interface Balance {
  readonly currency: string;
  /** available + held. */
  readonly balanceMinor: bigint;
  readonly availableMinor: bigint;
  readonly heldMinor: bigint;
  readonly status: AccountStatus;
  readonly limitMinor: bigint;
  /** Entries so far. */
  readonly seq: number;
  /** Transfers whose outcome this account does not know yet. */
  readonly openTransfers: number;
  /** Of these, the ones to other stripes of the same account. */
  readonly openGathers: number;
}

/** Cancelled and expired are ends of waiting for a confirmation; nothing was held for either. */
export const transferStates = [
  'requires_confirmation',
  'processing',
  'completed',
  'declined',
  'cancelled',
  'expired',
] as const;
export type TransferState = (typeof transferStates)[number];

/** A transfer as its debited account sees it. */
export interface TransferView {
  readonly transfer: TransferDetails;
  readonly state: TransferState;
  readonly refusal?: Refusal;
  readonly endedAtMs?: number;
  /** What of it was given back; absent where nothing was. */
  readonly refundedMinor?: number;
}

/** A transfer as its credited account sees it. */
export interface CreditView {
  readonly transfer: TransferDetails;
  readonly atMs: number;
  /** What its refunds take of it, those under way included. */
  readonly refundedMinor: number;
}

/** An entry with what its hash stands on: the hash of the entry before it, or the account's name. */
export interface TracedEntry {
  readonly entry: Entry;
  readonly previousHash: string;
}

/** All that one account has written about a transfer, exactly as it is stored. */
export interface Trace {
  readonly facts: AccountFacts;
  /** Oldest first: a hold and its end, a debit, a decline, or an accept; none if it never heard of it. */
  readonly entries: readonly TracedEntry[];
  /** That it refused to be credited by another book, which it remembers without an entry. */
  readonly refused?: { readonly atMs: number; readonly refusal: Refusal };
  /** Of a payment: ids of its refunds, newest first, at most so many as were asked for. */
  readonly refunds: readonly string[];
}

/** What the credited account answers, however often it is asked about the same transfer. */
export interface AcceptReceipt {
  readonly seq: number;
  readonly atMs: number;
  /** What the claim adds to the transfer's facts: its register, its reference. */
  readonly facts?: Partial<ProductFacts>;
}

/** When its money was held, as far as it was: one that had to be confirmed was asked for earlier. */
export const holdsFromMs = ({
  heldAtMs,
  confirmation,
}: Pick<TransferDetails, 'heldAtMs' | 'confirmation'>): number => confirmation?.confirmedAtMs ?? heldAtMs;

/** How a transfer ended that was refused. */
export function stateOfRefused({ code }: Refusal): 'declined' | 'cancelled' | 'expired' {
  if (code === 'payment.cancelled') return 'cancelled';
  return code === 'payment.confirmation_expired' ? 'expired' : 'declined';
}

/** The name of the object that keeps a book. */
export const bookName = (book: number): string => `book ${book}`;

/** The name of one stripe of an account, in the book that keeps it. */
export const accountName = (account: string, stripe: number): string => `${account}#${stripe}`;
