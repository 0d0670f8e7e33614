/**
 * The directory's tables: who takes part and on what terms. Control plane only: nothing here is money,
 * and what the hot path needs is pushed into accounts or cached for seconds.
 */
import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { GuardedAction } from './guarded.ts';
import type { RoutingRules } from './routing.ts';

const created = { createdAtMs: integer('created_at').notNull() };

export const participants = sqliteTable('participant', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  role: text('role', { enum: ['issuer', 'acquirer'] }).notNull(),
  country: text('country').notNull(),
  status: text('status', { enum: ['active', 'suspended', 'closed'] }).notNull(),
  /** Whether its bearer keys are refused. */
  requireSignature: integer('require_signature', { mode: 'boolean' }).notNull().default(false),
  /** SHA-256 of its client certificates, in hex; one of them is required as soon as there is any. */
  certificates: text('certificates', { mode: 'json' }).$type<string[]>().notNull().default([]),
  /** How often each of its keys may call; null: as the deployment says for participants. */
  requestsPerSecond: integer('requests_per_second'),
  /** Opens its wallet app with a code: an address with `{payload}` in it. */
  walletLink: text('wallet_link'),
  ...created,
});

/** Money accounts. The balance is not here: it is in the account's own object. */
export const accounts = sqliteTable(
  'account',
  {
    id: text('id').primaryKey(),
    /** `external`: kept at its issuer outside; payments from it are debited from the issuer's position. */
    kind: text('kind', { enum: ['payer', 'merchant', 'funding', 'position', 'external'] }).notNull(),
    /** The participant or merchant it belongs to. */
    owner: text('owner').notNull(),
    currency: text('currency').notNull(),
    label: text('label'),
    /** The books that keep its stripes, in the order of the stripes. */
    books: text('books', { mode: 'json' }).$type<number[]>().notNull(),
    /** How many stripes it had before each growth, oldest first. */
    grownFrom: text('grown_from', { mode: 'json' }).$type<number[]>().notNull().default([]),
    /** How far below zero the account may go, as a decimal text of minor units. */
    limitMinor: text('limit_minor').notNull(),
    status: text('status', { enum: ['active', 'frozen', 'closed'] }).notNull(),
    /** Grows with every change of what the account's books are told, so that none of them goes back. */
    version: integer('version').notNull().default(1),
    /** Of an external account: its issuer's own name of it, and the stripe of the position that stands for it. */
    reference: text('reference'),
    position: text('position'),
    positionStripe: integer('position_stripe'),
    ...created,
  },
  (table) => [
    index('account_owner').on(table.owner, table.id),
    // One funding account per participant and currency, however many requests ask for it at once.
    uniqueIndex('account_funding').on(table.owner, table.currency).where(sql`kind = 'funding'`),
    uniqueIndex('account_position').on(table.owner, table.currency).where(sql`kind = 'position'`),
    uniqueIndex('account_external')
      .on(table.owner, table.currency, table.reference)
      .where(sql`kind = 'external'`),
  ],
);

/** Personal data of payers, apart from their accounts. Without the master secret it says nothing. */
export const holders = sqliteTable(
  'holder',
  {
    /** The account. */
    id: text('id').primaryKey(),
    participant: text('participant').notNull(),
    /** Name, phone and document as JSON, sealed. */
    sealed: text('sealed').notNull(),
    /** Which master secret sealed it, and made the hashes. */
    sealedBy: text('sealed_by').notNull(),
    /** Keyed hashes, to find them by. */
    phoneHash: text('phone_hash'),
    documentHash: text('document_hash'),
    ...created,
  },
  (table) => [
    index('holder_phone').on(table.phoneHash, table.id),
    index('holder_document').on(table.documentHash, table.id),
  ],
);

/** Accounts that pay by showing something at a register. */
export const presenters = sqliteTable(
  'presenter',
  {
    /** Stands for the account in codes, which have no room for its id. Never given twice. */
    locator: integer('locator').primaryKey({ autoIncrement: true }),
    /** The account. */
    id: text('id').notNull(),
    /** Above so many minor units the wallet confirms; null: as usual for the currency. */
    confirmAboveMinor: integer('confirm_above'),
    ...created,
  },
  (table) => [uniqueIndex('presenter_account').on(table.id)],
);

export const merchants = sqliteTable('merchant', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  city: text('city').notNull(),
  country: text('country').notNull(),
  categoryCode: text('category_code').notNull(),
  language: text('language').notNull(),
  currency: text('currency').notNull(),
  account: text('account').notNull(),
  acquirer: text('acquirer'),
  /** Whether its codes carry our signature, which makes them larger. */
  signedCodes: integer('signed_codes', { mode: 'boolean' }).notNull().default(true),
  /** `pending`: registered by its owner, not yet looked at by the centre; it is not paid. */
  status: text('status', { enum: ['active', 'pending', 'suspended', 'closed'] }).notNull(),
  ...created,
});

export const stores = sqliteTable(
  'store',
  {
    id: text('id').primaryKey(),
    merchant: text('merchant').notNull(),
    name: text('name').notNull(),
    address: text('address'),
    /** Closed: nothing new is sold there; what was made before is paid and given back as ever. */
    status: text('status', { enum: ['open', 'closed'] })
      .notNull()
      .default('open'),
    ...created,
  },
  (table) => [index('store_merchant').on(table.merchant, table.id)],
);

export const tills = sqliteTable(
  'till',
  {
    id: text('id').primaryKey(),
    merchant: text('merchant').notNull(),
    store: text('store').notNull(),
    name: text('name').notNull(),
    status: text('status', { enum: ['open', 'closed'] })
      .notNull()
      .default('open'),
    ...created,
  },
  (table) => [index('till_store').on(table.store, table.id)],
);

/** Printed codes of a merchant: each stands at a store, a till or an event, and is known by its own id. */
export const codes = sqliteTable(
  'code',
  {
    id: text('id').primaryKey(),
    merchant: text('merchant').notNull(),
    /** `sticker`: at a till, shows the order the register sets. */
    kind: text('kind', { enum: ['static', 'sticker'] }).notNull(),
    name: text('name').notNull(),
    note: text('note'),
    store: text('store'),
    till: text('till'),
    /** Of a sticker: the stripe of the merchant's account that keeps what it shows. */
    stripe: integer('stripe').notNull().default(0),
    /** In minor units; null: the payer enters it. */
    amountMinor: integer('amount'),
    /** The merchant's own, on every payment made with it. */
    reference: text('reference'),
    status: text('status', { enum: ['active', 'paused', 'revoked'] }).notNull(),
    /** Why it was paused or revoked. */
    reason: text('reason'),
    ...created,
  },
  (table) => [
    index('code_merchant').on(table.merchant, table.id),
    uniqueIndex('code_sticker').on(table.till).where(sql`kind = 'sticker' AND status <> 'revoked'`),
  ],
);

/** People of the processing centre and of merchants. */
export const operators = sqliteTable(
  'operator',
  {
    id: text('id').primaryKey(),
    /** `centre`, or the merchant's id. */
    owner: text('owner').notNull(),
    email: text('email').notNull(),
    name: text('name').notNull(),
    role: text('role').notNull(),
    /** `invited`: has not yet accepted. */
    status: text('status', { enum: ['active', 'invited', 'suspended'] }).notNull(),
    /** Where a cashier is kept to: a store, or one of its tills; null for everywhere. */
    store: text('store'),
    till: text('till'),
    /** How much of one payment a cashier may give back, in minor units; null: as usual for cashiers. */
    refundLimitMinor: integer('refund_limit'),
    ...created,
  },
  (table) => [uniqueIndex('operator_email').on(table.owner, table.email)],
);

/** What a person signs in with besides passkeys. One address is one person, wherever they work. */
export const logins = sqliteTable(
  'login',
  {
    /** The operator. */
    id: text('id').primaryKey(),
    email: text('email').notNull(),
    /** Null for a person with passkeys only. */
    passwordHash: text('password_hash'),
    ...created,
  },
  (table) => [uniqueIndex('login_email').on(table.email)],
);

/** Public keys of people's devices (WebAuthn). */
export const passkeys = sqliteTable(
  'passkey',
  {
    id: text('id').primaryKey(),
    person: text('person').notNull(),
    /** The device's own id of it, base64url. */
    credential: text('credential').notNull(),
    /** COSE, base64url. */
    publicKey: text('public_key').notNull(),
    counter: integer('counter').notNull(),
    transports: text('transports', { mode: 'json' }).$type<string[]>().notNull(),
    label: text('label').notNull(),
    usedAtMs: integer('used_at'),
    ...created,
  },
  (table) => [
    uniqueIndex('passkey_credential').on(table.credential),
    index('passkey_person').on(table.person, table.id),
  ],
);

/** What a device must sign, once, within minutes. */
export const challenges = sqliteTable(
  'challenge',
  {
    id: text('id').primaryKey(),
    /** Who registers a passkey; null for whoever signs in. */
    person: text('person'),
    expiresAtMs: integer('expires_at').notNull(),
  },
  (table) => [index('challenge_expires').on(table.expiresAtMs)],
);

/** People who have signed in. */
export const sessions = sqliteTable(
  'session',
  {
    id: text('id').primaryKey(),
    /** SHA-256 of the token in the cookie, base64url. */
    tokenHash: text('token_hash').notNull(),
    person: text('person').notNull(),
    method: text('method', { enum: ['password', 'passkey', 'invitation', 'registration'] }).notNull(),
    /** What the browser calls itself, for people to tell their devices apart. */
    agent: text('agent').notNull(),
    seenAtMs: integer('seen_at').notNull(),
    /** When it ends if it is not used, counted from when it was last seen; and when it ends in any case. */
    idleMs: integer('idle').notNull(),
    endsAtMs: integer('ends_at').notNull(),
    endedAtMs: integer('ended_at'),
    ...created,
  },
  (table) => [
    uniqueIndex('session_token').on(table.tokenHash),
    index('session_person').on(table.person, table.id),
    index('session_ends').on(table.endsAtMs),
  ],
);

/** Links by which people choose how they sign in. */
export const invitations = sqliteTable(
  'invitation',
  {
    id: text('id').primaryKey(),
    /** SHA-256 of the token in the link, base64url. */
    tokenHash: text('token_hash').notNull(),
    person: text('person').notNull(),
    expiresAtMs: integer('expires_at').notNull(),
    usedAtMs: integer('used_at'),
    ...created,
  },
  (table) => [
    uniqueIndex('invitation_token').on(table.tokenHash),
    index('invitation_person').on(table.person, table.id),
  ],
);

/** Attempts to sign in that failed, by what they were made for and where they came from. */
export const failedSignIns = sqliteTable(
  'failed_sign_in',
  {
    /** Keyed hash of an address, of e-mail or network. */
    id: text('id').primaryKey(),
    count: integer('count').notNull(),
    lastAtMs: integer('last_at').notNull(),
  },
  (table) => [index('failed_sign_in_last').on(table.lastAtMs)],
);

export const keys = sqliteTable(
  'api_key',
  {
    id: text('id').primaryKey(),
    /** SHA-256 of the key, base64url. The key itself is shown once and kept nowhere. */
    hash: text('hash').notNull(),
    /** The key's first characters, for people to tell keys apart. */
    hint: text('hint').notNull(),
    kind: text('kind', { enum: ['participant', 'merchant', 'staff'] }).notNull(),
    /** Participant id, merchant id, or operator id for staff. */
    owner: text('owner').notNull(),
    role: text('role').notNull(),
    /** A register's key may be bound to one till. */
    till: text('till'),
    label: text('label'),
    revokedAtMs: integer('revoked_at'),
    ...created,
  },
  (table) => [uniqueIndex('api_key_hash').on(table.hash), index('api_key_owner').on(table.owner, table.id)],
);

/** Public keys that participants sign their requests with. Several may be good at once. */
export const signingKeys = sqliteTable(
  'signing_key',
  {
    id: text('id').primaryKey(),
    participant: text('participant').notNull(),
    /** Ed25519, 32 bytes, base64url. */
    publicKey: text('public_key').notNull(),
    label: text('label'),
    /** When it stops by itself, for rotation. */
    notAfterMs: integer('not_after'),
    revokedAtMs: integer('revoked_at'),
    ...created,
  },
  (table) => [
    uniqueIndex('signing_key_public').on(table.publicKey),
    index('signing_key_participant').on(table.participant, table.id),
  ],
);

/** Public keys of payers' devices: what confirms payments of an account. Several may be good at once. */
export const deviceKeys = sqliteTable(
  'device_key',
  {
    id: text('id').primaryKey(),
    account: text('account').notNull(),
    /** Ed25519, 32 bytes, base64url. */
    publicKey: text('public_key').notNull(),
    label: text('label'),
    revokedAtMs: integer('revoked_at'),
    ...created,
  },
  // A device may confirm for several accounts of its owner.
  (table) => [uniqueIndex('device_key_public').on(table.account, table.publicKey)],
);

/**
 * Who changed what here, and what staff had done elsewhere. Only ever added to; a record's hash is written once,
 * within a minute, and triggers refuse everything else.
 */
export const audit = sqliteTable(
  'audit',
  {
    // Numbers are never given twice, so that a missing record leaves a gap.
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    id: text('id').notNull(),
    atMs: integer('at').notNull(),
    /** Operator, participant or merchant; `switch` when nobody asked. */
    actor: text('actor').notNull(),
    who: text('who').notNull(),
    key: text('api_key').notNull(),
    /** The route: what was asked for. */
    action: text('action').notNull(),
    request: text('request').notNull(),
    reason: text('reason'),
    /** The table of what was changed; `request` when it is not in the directory. */
    kind: text('kind').notNull(),
    subject: text('subject').notNull(),
    /** The row before and after, as JSON without secrets; of a request, what it said. */
    before: text('before'),
    after: text('after'),
    /** SHA-256 over the hash of the record before and everything above. */
    hash: text('hash'),
  },
  (table) => [
    index('audit_subject').on(table.subject, table.seq),
    index('audit_actor').on(table.actor, table.seq),
  ],
);

/**
 * Limit rules, a row for each version of each: only ever added to. The last version of a rule is what it says
 * now; the ledger's `LimitRule` is what books are told of it.
 */
export const limitRules = sqliteTable(
  'limit_rule',
  {
    // Grows with every change of any rule: how books tell a newer set from an older one.
    revision: integer('revision').primaryKey({ autoIncrement: true }),
    id: text('id').notNull(),
    rule: text('rule').notNull(),
    version: integer('version').notNull(),
    scope: text('scope', { enum: ['account', 'till', 'merchant', 'participant'] }).notNull(),
    /** Null: each one of its kind. */
    subject: text('subject'),
    currency: text('currency').notNull(),
    direction: text('direction', { enum: ['out', 'in'] }).notNull(),
    measure: text('measure', {
      enum: ['amount', 'day_sum', 'day_count', 'month_sum', 'month_count', 'velocity'],
    }).notNull(),
    threshold: integer('threshold').notNull(),
    windowSeconds: integer('window_seconds'),
    /** What becomes of a payment above it. */
    above: text('above', { enum: ['refuse', 'confirm'] })
      .notNull()
      .default('refuse'),
    status: text('status', { enum: ['active', 'retired'] }).notNull(),
    ...created,
  },
  (table) => [uniqueIndex('limit_rule_version').on(table.rule, table.version)],
);

/** Who suspended, froze, closed, reopened or enlarged what, when and why. Only ever inserted. */
export const standings = sqliteTable(
  'standing',
  {
    id: text('id').primaryKey(),
    /** The participant, merchant or account. */
    subject: text('subject').notNull(),
    status: text('status', { enum: ['active', 'suspended', 'frozen', 'closed', 'grown'] }).notNull(),
    reason: text('reason').notNull(),
    /** The operator whose key it was. */
    operator: text('operator').notNull(),
    ...created,
  },
  (table) => [index('standing_subject').on(table.subject, table.id)],
);

/** Refunds above a cashier's limit, for a manager to decide. What is given back is in the ledger. */
export const refundRequests = sqliteTable(
  'refund_request',
  {
    id: text('id').primaryKey(),
    merchant: text('merchant').notNull(),
    payment: text('payment').notNull(),
    amount: integer('amount').notNull(),
    currency: text('currency').notNull(),
    reason: text('reason'),
    reference: text('reference'),
    /** The person who was signed in, or the key. */
    madeBy: text('made_by').notNull(),
    person: text('person'),
    /** Of the payment. */
    store: text('store'),
    till: text('till'),
    /** Expired is what is pending when its time is over. Refused: approved, and the ledger said no. */
    status: text('status', { enum: ['pending', 'approved', 'declined', 'refused'] }).notNull(),
    decidedBy: text('decided_by'),
    decidedAtMs: integer('decided_at'),
    note: text('note'),
    refund: text('refund'),
    refusal: text('refusal'),
    /** Of the request that asked: what it was for, and SHA-256 of method, path and body. */
    idempotencyKey: text('idempotency_key').notNull(),
    request: text('request').notNull(),
    expiresAtMs: integer('expires_at').notNull(),
    ...created,
  },
  (table) => [
    index('refund_request_merchant').on(table.merchant, table.id),
    uniqueIndex('refund_request_key').on(table.merchant, table.idempotencyKey),
    index('refund_request_unfinished').on(table.id).where(sql`status = 'approved' AND refund IS NULL`),
  ],
);

/** What staff asked for and another person has to approve. What was asked is sealed, and kept until it is over. */
export const approvals = sqliteTable(
  'approval',
  {
    id: text('id').primaryKey(),
    action: text('action').$type<GuardedAction>().notNull(),
    method: text('method').notNull(),
    path: text('path').notNull(),
    /** Id of what would be changed; null where something would be made. */
    object: text('object'),
    /** `approved`: not carried out yet, or not collected. `failed`: approved, and then refused. */
    status: text('status', {
      enum: ['proposed', 'approved', 'done', 'failed', 'rejected', 'withdrawn', 'expired'],
    }).notNull(),
    /** Whether administrators alone decide on it. */
    forAdministrators: integer('for_administrators', { mode: 'boolean' }).notNull(),
    /** The person who asked, or `centre` for the deployment's own key. */
    madeBy: text('made_by').notNull(),
    /** Of the maker: the key or session. */
    madeWith: text('made_with').notNull(),
    reason: text('reason'),
    /** Body and idempotency key as JSON, sealed; null once it is over. */
    sealed: text('sealed'),
    /** SHA-256 of method, path, body and key: the same asked for twice is one. */
    request: text('request').notNull(),
    /** What would change, as it was when it was decided, without what is personal. */
    changes: text('changes', { mode: 'json' }).$type<object[]>(),
    decidedBy: text('decided_by'),
    decidedAtMs: integer('decided_at'),
    /** What was said with the decision. */
    note: text('note'),
    /** When somebody last began to carry it out. */
    triedAtMs: integer('tried_at'),
    /** What the maker would have been answered: HTTP status, and the body or the problem, without secrets. */
    resultStatus: integer('result_status'),
    result: text('result', { mode: 'json' }).$type<object>(),
    expiresAtMs: integer('expires_at').notNull(),
    ...created,
  },
  (table) => [
    index('approval_status').on(table.status, table.id),
    index('approval_maker').on(table.madeBy, table.id),
    index('approval_object').on(table.object, table.id),
    index('approval_request').on(table.request),
    uniqueIndex('approval_open').on(table.madeBy, table.request).where(sql`status = 'proposed'`),
  ],
);

/** Closings of business days and their reopenings, a row for each. Only ever inserted. */
export const businessDays = sqliteTable(
  'business_day',
  {
    id: text('id').primaryKey(),
    /** In the scheme's zone, `2026-11-21`. */
    day: text('day').notNull(),
    version: integer('version').notNull(),
    status: text('status', { enum: ['closed', 'reopened'] }).notNull(),
    /** The frozen totals as they were signed; null of a reopening. */
    text: text('text'),
    signature: text('signature'),
    keyId: text('key_id'),
    by: text('made_by').notNull(),
    reason: text('reason'),
    ...created,
  },
  (table) => [uniqueIndex('business_day_version').on(table.day, table.version)],
);

/**
 * Entries of a book that the reports could not take, however often they were sent: one open row for each book. They are
 * safe in their accounts, but reports are behind until somebody sees to it.
 */
export const deadLetters = sqliteTable(
  'dead_letter',
  {
    id: text('id').primaryKey(),
    book: integer('book').notNull(),
    /** The last entry of what could not be taken: when reports have it, all is well again. */
    position: integer('position').notNull(),
    /** How often a message was given up. */
    times: integer('times').notNull(),
    /** What went wrong when it was tried last. */
    fault: text('fault').notNull(),
    status: text('status', { enum: ['open', 'resolved'] }).notNull(),
    lastAtMs: integer('last_at').notNull(),
    ...created,
  },
  (table) => [
    uniqueIndex('dead_letter_open').on(table.book).where(sql`status = 'open'`),
    index('dead_letter_status').on(table.status, table.id),
  ],
);

/** How partners' files are to be read. Never changed: another way of writing is another format. */
export const fileFormats = sqliteTable(
  'file_format',
  {
    id: text('id').primaryKey(),
    participant: text('participant').notNull(),
    name: text('name').notNull(),
    /** As `src/matching` reads it. */
    rules: text('rules', { mode: 'json' }).$type<object>().notNull(),
    ...created,
  },
  (table) => [index('file_format_participant').on(table.participant, table.id)],
);

export const endpoints = sqliteTable(
  'callback_endpoint',
  {
    id: text('id').primaryKey(),
    owner: text('owner').notNull(),
    url: text('url').notNull(),
    /** Types of events it hears of; null for all. */
    types: text('types', { mode: 'json' }).$type<string[]>(),
    /** The signing secret, sealed with the switch's own key: it must be usable, never readable. */
    sealedSecret: text('sealed_secret').notNull(),
    /** The secret before the last rotation, which signs too until its time is over. */
    previousSecret: text('previous_secret'),
    previousUntilMs: integer('previous_until'),
    /** Paused: its events wait. Disabled: they are parked. */
    status: text('status', { enum: ['active', 'paused', 'disabled'] }).notNull(),
    /** Why it is disabled: by its owner or staff, it answered 410, or it failed for days. */
    reason: text('reason', { enum: ['asked', 'gone', 'failing'] }),
    /** Since when every attempt has failed; null while they succeed. */
    failingSinceMs: integer('failing_since'),
    /** Its last answer took long: it is told in a lane where nobody else waits for it. */
    slow: integer('slow', { mode: 'boolean' }).notNull().default(false),
    /** It let the time for an answer run out: until then nobody waits for it again. */
    silentUntilMs: integer('silent_until'),
    ...created,
  },
  (table) => [
    index('callback_endpoint_owner').on(table.owner, table.id),
    index('callback_endpoint_failing').on(table.failingSinceMs).where(sql`failing_since IS NOT NULL`),
  ],
);

/** Ways to institutions outside the switch. */
export const connections = sqliteTable(
  'connection',
  {
    id: text('id').primaryKey(),
    participant: text('participant').notNull(),
    adapter: text('adapter', { enum: ['balance', 'http', 'iso20022', 'sandbox'] }).notNull(),
    /** Where it is; null for what is in the switch itself. */
    url: text('url'),
    /** How long it may take to answer. */
    deadlineMs: integer('deadline').notNull(),
    status: text('status', { enum: ['active', 'disabled'] }).notNull(),
    /** Since when it has not answered at all; null while it does. */
    silentSinceMs: integer('silent_since'),
    ...created,
  },
  (table) => [index('connection_participant').on(table.participant, table.id)],
);

/** Where payments go outside the switch. Every change is a new version of the whole; none is ever changed. */
export const routings = sqliteTable(
  'routing',
  {
    /** Follows from the version, so that of two who write the same one comes first. */
    id: text('id').primaryKey(),
    version: integer('version').notNull(),
    rules: text('rules', { mode: 'json' }).$type<RoutingRules>().notNull(),
    reason: text('reason').notNull(),
    /** The operator whose key it was. */
    operator: text('operator').notNull(),
    ...created,
  },
  (table) => [uniqueIndex('routing_version').on(table.version)],
);

/** The books of the sandbox partner. */
export const sandboxOrders = sqliteTable('sandbox_order', {
  key: text('key').primaryKey(),
  version: integer('version').notNull(),
  record: text('record', { mode: 'json' }).$type<object>().notNull(),
});
