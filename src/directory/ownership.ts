/**
 * Whose object is it? Somebody else's is answered like one that does not exist, so that ids cannot be
 * probed. Staff see all; what they may do is the route's to say.
 */
import { isId, ok, type Result, refuse } from '../kernel/index.ts';
import type { Principal } from './access.ts';
import type { AccountRow, Directory, MerchantRow } from './store.ts';

const isStaff = (caller: Principal): boolean => caller.who.startsWith('staff:');

/** A payer or funding account of the calling participant; staff see those of merchants too, as they are now. */
export async function ownAccount(
  directory: Directory,
  caller: Principal,
  id: string,
): Promise<Result<AccountRow>> {
  const cached = await directory.cachedAccount(id);
  const account = cached?.kind === 'merchant' ? await directory.freshAccount(id) : cached;
  if (!account || !(isStaff(caller) || account.owner === caller.owner)) return refuse('account.not_found');
  return ok(account);
}

/** The calling merchant itself. */
export async function ownMerchant(
  directory: Directory,
  caller: Principal,
  id: string,
): Promise<Result<MerchantRow>> {
  const merchant = await directory.cachedMerchant(id);
  if (!merchant || !(isStaff(caller) || merchant.id === caller.owner)) return refuse('merchant.not_found');
  return ok(merchant);
}

/** By whom something was made, and where; null, as absent: by nobody, nowhere in particular. */
interface Making {
  readonly person?: string | null;
  readonly till?: string | null;
  readonly store?: string | null;
}

/** What a caller sees of the merchant's: whatever has all of these. */
export type Made = { readonly [Trait in keyof Making]: string | null };

/** The store that whoever calls is kept to, in what it sees and does; an owner is kept to none. */
export const keptTo = ({ who, store }: Pick<Principal, 'who' | 'store'>): string | undefined =>
  who === 'merchant:owner' ? undefined : store;

/**
 * To what a caller's view is narrowed; undefined where it sees all of its merchant. A cashier has what the person
 * made who is signed in, or what was made at the key's till; a manager who is kept to a store, that store. Keys of
 * cashiers once could be for no till: they have what was made by nobody, at none.
 */
export function onlyMade(caller: Pick<Principal, 'who' | 'person' | 'till' | 'store'>): Made | undefined {
  const { who, person, till } = caller;
  if (who === 'merchant:cashier') {
    if (person !== null) return { person };
    return till === null ? { person, till } : { till };
  }
  const store = keptTo(caller);
  return store === undefined ? undefined : { store };
}

/** Trait by trait what a view is narrowed to: names of fields, of events and of columns alike. */
export const traitsOf = (only: Made | undefined) =>
  Object.entries(only ?? {}) as (readonly [trait: keyof Making, wanted: string | null])[];

/** Whether an order, payment or refund of the caller's merchant is the caller's to see. */
export const sees = (caller: Principal, made: Making): boolean =>
  traitsOf(onlyMade(caller)).every(([trait, wanted]) => (made[trait] ?? null) === wanted);

interface Named {
  readonly store?: string | undefined;
  readonly till?: string | undefined;
}

type Place = { store?: string; till?: string };

/** Where the sale happens: the till of the key, where a person is kept to, or what is named, if it is the merchant's. */
export async function placeOf(
  directory: Directory,
  merchant: MerchantRow,
  caller: Principal,
  body: Named,
): Promise<Result<Place>> {
  if (caller.store && body.store && caller.store !== body.store) return refuse('store.not_found');
  if (caller.till && body.till && caller.till !== body.till) return refuse('till.not_found');
  // It would not see what it made there.
  if (body.till && onlyMade(caller)?.till === null) return refuse('till.not_found');
  const named = { store: caller.store ?? body.store, till: caller.till ?? body.till };
  return openPlace(directory, merchant.id, named);
}

/** The merchant's own till, with its store, or its store alone; what is closed sells no more. */
export async function openPlace(
  directory: Directory,
  merchant: string,
  { store: storeId, till: tillId }: Named,
): Promise<Result<Place>> {
  if (tillId) {
    const till = isId('till', tillId) ? await directory.till(merchant, tillId) : undefined;
    if (!till || (storeId && storeId !== till.store)) return refuse('till.not_found');
    if (till.storeStatus === 'closed') return refuse('store.closed');
    return till.status === 'closed' ? refuse('till.closed') : ok({ store: till.store, till: till.id });
  }
  if (!storeId) return ok({});
  const store = await directory.store(merchant, storeId);
  if (!store) return refuse('store.not_found');
  return store.status === 'closed' ? refuse('store.closed') : ok({ store: store.id });
}
