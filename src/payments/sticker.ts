/**
 * A till's sticker: what its register wants to be paid next, or else an amount the payer enters. Who looks has a
 * minute to pay what they saw; what they pay is checked where the money arrives.
 */
import { ok, type Result } from '../kernel/index.ts';
import type { ClaimView, Ledger } from '../ledger/index.ts';
import type { Target } from './target.ts';

/** What a payer saw on a sticker; travels in the scan's token. */
export interface Seen {
  /** Null: nothing to be paid just then. */
  readonly order: { readonly id: string; readonly minor: number; readonly asksForTip: boolean } | null;
  /** What the payer is known by there. */
  readonly payer: string;
}

/** A payer looks; nothing is seen where there is no sticker. Refused while it is somebody else's turn. */
export async function look(ledger: Ledger, target: Target, payer: string): Promise<Result<Seen | null>> {
  const { printed, account } = target;
  if (printed?.kind !== 'sticker') return ok(null);
  const taken = await ledger.stripe(account, printed.stripe).takeSticker(printed.id, payer);
  return taken.ok ? ok({ order: orderIn(taken.value), payer }) : taken;
}

/** What is paid by somebody who saw this, from an account or before one is known. */
export function targetSeen(target: Target, { order, payer }: Seen, account?: string): Target {
  const payers = account === undefined || account === payer ? [payer] : [payer, account];
  const seen = { ...target, sticker: { id: target.printed?.id ?? '', payers } };
  if (!order) return seen;
  return {
    ...seen,
    order: { id: order.id, stripe: target.printed?.stripe ?? 0, payloadDigest: null },
    fixedMinor: BigInt(order.minor),
    editable: false,
    tip: order.asksForTip ? { kind: 'prompt' } : null,
  };
}

const orderIn = (claim: ClaimView | null): Seen['order'] =>
  claim && {
    id: claim.id,
    minor: Number(claim.amountMinor),
    asksForTip: JSON.parse(claim.details).tipRequested === true,
  };
