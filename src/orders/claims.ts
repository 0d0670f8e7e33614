/** From the path of an order to what keeps it. */
import { type Directory, onlyMade, ownMerchant, type Principal, sees } from '../directory/index.ts';
import { ok, type Refusal, type Result, refuse, stripeOfOrder } from '../kernel/index.ts';
import type { AccountStripe, ClaimView, Ledger } from '../ledger/index.ts';

interface OrderPath {
  readonly merchant: string;
  readonly order: string;
}

/** The claim behind an order of a merchant; undefined when there is none. */
export async function claimOf(
  directory: Directory,
  ledger: Ledger,
  { merchant, order }: OrderPath,
): Promise<ClaimView | undefined> {
  const row = await directory.cachedMerchant(merchant);
  const stripe = stripeOfOrder(order);
  if (!row || stripe === undefined) return undefined;
  const account = await directory.accountWithStripe(row.account, stripe);
  if (!account) return undefined;
  return (await ledger.stripe(account, stripe).claim(order)) ?? undefined;
}

/** The stripe that keeps an order of the calling merchant; of a cashier, an order that is its own to see. */
export async function orderObject(
  directory: Directory,
  ledger: Ledger,
  caller: Principal,
  { merchant, order }: OrderPath,
): Promise<Result<AccountStripe>> {
  const own = await ownMerchant(directory, caller, merchant);
  if (!own.ok) return own;
  const stripe = stripeOfOrder(order);
  const account =
    stripe === undefined ? undefined : await directory.accountWithStripe(own.value.account, stripe);
  if (!account) return refuse('order.not_found');
  const object = ledger.stripe(account, stripe);
  const claim = onlyMade(caller) && (await object.claim(order));
  return claim && !sees(caller, claim.facts) ? refuse('order.not_found') : ok(object);
}

/** Why a caller may not hear of an order; undefined when it may. */
export const orderVisible =
  (directory: Directory, ledger: Ledger) =>
  async (caller: Principal, merchant: string, order: string): Promise<Refusal | undefined> => {
    const object = await orderObject(directory, ledger, caller, { merchant, order });
    if (!object.ok) return object.refusal;
    return (await object.value.claim(order)) ? undefined : { code: 'order.not_found' };
  };
