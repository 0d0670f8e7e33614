/**
 * What would happen to a payment: asked of the routing table as it is, and of a draft before it is in force. The answer
 * comes from the code that payments themselves run through, with the draft in the table's place. Changes nothing.
 */
import {
  type AccountRow,
  type CodeSource,
  type Directory,
  merchantRoute,
  payerRoute,
  type RoutingRules,
} from '../directory/index.ts';
import { type Config, ok, type Refusal, type Result, refuse } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { type Codes, payerLegs, resolve } from '../payments/index.ts';

export interface DryRunParts {
  readonly config: Config;
  readonly codes: Codes;
  readonly directory: Directory;
  readonly ledger: Ledger;
  /** Completed payments as the reports have them, newest first. */
  readonly recent: (limit: number) => Promise<readonly PastPayment[]>;
}

/** As much of a report row as routes are chosen by. */
export interface PastPayment {
  readonly id: string;
  readonly debtor: string;
  readonly creditor: string;
  readonly creditorStripe: number;
  readonly participant: string;
  readonly currency: string;
  readonly merchant: string | null;
  /** Profile of the code. */
  readonly scheme: string | null;
}

/** One side of a payment: done in the switch, by a partner, or not at all. */
export type Way =
  | { readonly where: 'switch' }
  | { readonly where: 'partner'; readonly connection: string; readonly participant: string }
  | { readonly where: 'refused'; readonly refusal: Refusal };

/** A payer: an account of the directory, or any account that an issuer keeps. */
export interface PayerWish {
  readonly account?: string | undefined;
  readonly issuer?: string | undefined;
  readonly currency: string;
}

/** A merchant: by the code that is scanned, or by what a code of theirs would say. */
export type MerchantWish =
  | { readonly payload: string }
  | { readonly profile: string; readonly guid: string | null; readonly provider: string | null };

/** The directory with other rules in force. */
const withRules = (directory: Directory, rules: RoutingRules): Directory => ({
  ...directory,
  cachedRules: async () => rules,
});

/** Where a payer would be debited. */
export async function payerWay(
  directory: Directory,
  rules: RoutingRules,
  wish: PayerWish,
): Promise<Result<Way>> {
  const given = wish.account === undefined ? undefined : await directory.account(wish.account);
  if (wish.account !== undefined && !given) return refuse('account.not_found');
  if (!given) return ok(await partnerWay(directory, payerRoute(rules, outside(wish)), 'issuer.unavailable'));
  const legs = await payerLegs(withRules(directory, rules), given);
  if (!legs.ok) return ok({ where: 'refused', refusal: legs.refusal });
  const connection = legs.value[0]?.partner;
  return ok(
    connection === undefined
      ? { where: 'switch' }
      : await partnerWay(directory, connection, 'issuer.unavailable'),
  );
}

// Of an account outside, its issuer and currency choose the route.
const outside = ({ issuer, currency }: PayerWish) => ({ owner: issuer ?? '', currency }) as AccountRow;

/** Where a merchant would be credited. */
export async function merchantWay(
  parts: DryRunParts,
  rules: RoutingRules,
  wish: MerchantWish,
): Promise<Result<Way>> {
  const { config, codes, directory } = parts;
  if (!('payload' in wish)) {
    const fields = wish.provider === null ? {} : { '01': wish.provider };
    const code = { profile: wish.profile, templates: [{ guid: wish.guid ?? '', fields }] };
    return ok(await partnerWay(directory, merchantRoute(rules, code)?.connection, 'qr.scheme_not_routed'));
  }
  const resolved = await resolve(config, codes, withRules(directory, rules), wish.payload);
  if (!resolved.ok) return resolved;
  const { target } = resolved.value;
  if (!target.ok) return ok({ where: 'refused', refusal: target.refusal });
  const connection = target.value.leg?.partner;
  return ok(
    connection === undefined
      ? { where: 'switch' }
      : await partnerWay(directory, connection, 'qr.scheme_not_routed'),
  );
}

async function partnerWay(
  directory: Directory,
  connection: string | undefined,
  otherwise: 'issuer.unavailable' | 'qr.scheme_not_routed',
): Promise<Way> {
  const none = { where: 'refused', refusal: { code: otherwise, detail: 'no rule leads anywhere' } } as const;
  if (connection === undefined) return none;
  const usable = await directory.usableConnection(connection);
  const stopped = { code: otherwise, detail: `${connection} or its participant is stopped` } as const;
  return usable
    ? { where: 'partner', connection, participant: usable.participant }
    : { where: 'refused', refusal: stopped };
}

/** A payment that would go another way now. */
export interface Diverted {
  readonly payment: string;
  readonly side: 'payer' | 'merchant';
  readonly live: string | null;
  readonly draft: string | null;
}

/** Real payments, routed again by both tables: how many were looked at, and which would go another way. */
export async function rerun(
  { directory, ledger, recent }: DryRunParts,
  live: RoutingRules,
  draft: RoutingRules,
  count: number,
): Promise<{ readonly lookedAt: number; readonly diverted: readonly Diverted[] }> {
  const payments = await recent(count);
  const ids = [...new Set(payments.flatMap(({ debtor, creditor }) => [debtor, creditor]))];
  const accounts = new Map((await directory.accountsIn(ids)).map((row) => [row.id, row]));
  const isOutside = (id: string) => accounts.get(id)?.kind === 'position';
  const diverted: Diverted[] = [];
  const compare = (
    payment: string,
    side: Diverted['side'],
    of: (rules: RoutingRules) => string | undefined,
  ) => {
    const [now, then] = [of(live) ?? null, of(draft) ?? null];
    if (now !== then) diverted.push({ payment, side, live: now, draft: then });
  };
  for (const { id, debtor, creditor, creditorStripe, participant, currency, scheme } of payments) {
    if (isOutside(debtor)) {
      compare(id, 'payer', (rules) => payerRoute(rules, outside({ issuer: participant, currency })));
    }
    const account = accounts.get(creditor);
    if (!account || !isOutside(creditor)) continue;
    const credit = await ledger.stripe(account, creditorStripe).credit(id);
    const code = codeOf(scheme, credit?.transfer.legs?.find(({ does }) => does === 'credit')?.account);
    if (code) compare(id, 'merchant', (rules) => merchantRoute(rules, code)?.connection);
  }
  return { lookedAt: payments.length, diverted };
}

/** What the code said that was paid, from the name its merchant has at the acquirer. */
function codeOf(profile: string | null, merchant: string | undefined): CodeSource | undefined {
  if (profile === null || merchant === undefined) return undefined;
  const [guid = '', ...fields] = merchant.split('/');
  return { profile, templates: [{ guid, fields: Object.fromEntries(fields.entries()) }] };
}
