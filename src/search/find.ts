/** Looks for a wish wherever such things are, in bounds, and says where they were reached. */
import type { Directory } from '../directory/index.ts';
import { cursorOf, isoTime } from '../http/index.ts';
import {
  businessZone,
  clockIn,
  dayAfter,
  earliestTransferId,
  isId,
  isTransferId,
  startOfDayMs,
} from '../kernel/index.ts';
import type { Holders } from '../personal/index.ts';
import {
  eventHit,
  type Hit,
  hitsMax,
  nothing,
  type Order,
  orderHit,
  recordedHit,
  type SearchAnswer,
  type Transfer,
  transferHit,
} from './hits.ts';
import type { Wish } from './wish.ts';

const namesMax = 5;

interface Range {
  readonly fromMs: number;
  readonly beforeMs: number;
}

type OrderSought = { readonly id: string } | (Range & { readonly reference: string; readonly limit: number });

export interface SearchParts {
  readonly directory: Directory;
  readonly holders: Pick<Holders, 'withPhone'>;
  /** Handed in: report rows by id. */
  readonly reported: (ids: readonly string[]) => Promise<ReadonlyMap<string, Transfer>>;
  /** Handed in: those of an amount, newest first, since when all were looked at, and from where to go on. */
  readonly ofAmount: (
    amounts: Wish['amounts'],
    range: Range & { readonly cursor?: string | undefined },
    limit: number,
  ) => Promise<{
    readonly rows: readonly Transfer[];
    readonly sinceMs: number;
    readonly cursor: string | null;
  }>;
  /** Handed in: those with a reference, the merchant's or the wallet's, newest first. */
  readonly referred: (reference: string, range: Range, limit: number) => Promise<readonly Transfer[]>;
  /** Handed in: orders from their books, newest first, and how many books did not answer. */
  readonly orders: (
    sought: OrderSought,
  ) => Promise<{ readonly orders: readonly Order[]; readonly silentBooks: number }>;
  readonly eventOf: (
    owners: readonly string[],
    id: string,
  ) => Promise<{ readonly type: string; readonly owner: string; readonly object: string } | undefined>;
}

export interface Times {
  readonly 'created[gte]'?: string | undefined;
  readonly 'created[lt]'?: string | undefined;
  /** Where looking for an amount goes on: nothing else is looked for again. */
  readonly cursor?: string | undefined;
}

export async function search(parts: SearchParts, wish: Wish, asked: Times): Promise<SearchAnswer> {
  if (asked.cursor !== undefined) return byAmount(parts, wish, asked);
  if (wish.id) return byId(parts, wish.text);
  const [named, referred, ofAmount] = await Promise.all([
    byName(parts, wish.text),
    byReference(parts, wish.text, asked),
    byAmount(parts, wish, asked),
  ]);
  const others = ofAmount.data.filter(({ id }) => referred.data.every((hit) => hit.id !== id));
  return {
    ...ofAmount,
    data: [...named, ...referred.data, ...others],
    ...{ more_by_reference: referred.more_by_reference, silent_books: referred.silent_books },
  };
}

const msOf = (time: string | undefined): number | undefined =>
  time === undefined ? undefined : Date.parse(time);

async function byReference(parts: SearchParts, reference: string, asked: Times): Promise<SearchAnswer> {
  const range = {
    fromMs: msOf(asked['created[gte]']) ?? 0,
    beforeMs: msOf(asked['created[lt]']) ?? Date.now(),
  };
  const limit = hitsMax + 1;
  const [transfers, { orders, silentBooks }] = await Promise.all([
    parts.referred(reference, range, limit),
    parts.orders({ reference, ...range, limit }),
  ]);
  const hits = [transfers.slice(0, hitsMax).map(transferHit), orders.slice(0, hitsMax).map(orderHit)].flat();
  return {
    ...nothing,
    data: hits.toSorted((one, other) => timeOf(other) - timeOf(one)),
    more_by_reference: transfers.length > hitsMax || orders.length > hitsMax,
    silent_books: silentBooks,
  };
}

const timeOf = ({ at }: Hit): number => msOf(at ?? undefined) ?? 0;

/** Somebody asks about an amount soon after they paid it: since yesterday, unless they say when, or want more. */
async function byAmount(parts: SearchParts, { amounts }: Wish, asked: Times): Promise<SearchAnswer> {
  if (amounts.length === 0) return nothing;
  const { cursor, 'created[gte]': from, 'created[lt]': before } = asked;
  const isRecent = from === undefined && before === undefined && cursor === undefined;
  const fromMs = isRecent ? yesterdayMs(Date.now()) : (msOf(from) ?? 0);
  const range = { fromMs, beforeMs: msOf(before) ?? Date.now(), cursor };
  const found = await parts.ofAmount(amounts, range, hitsMax);
  const next = found.cursor ?? (isRecent ? earliestTransferId('payment', fromMs) : null);
  return {
    ...nothing,
    data: found.rows.map(transferHit),
    payments_since: isoTime(found.sinceMs),
    next_cursor: cursorOf(next),
  };
}

const yesterdayMs = (nowMs: number): number =>
  startOfDayMs(dayAfter(clockIn(businessZone.name, nowMs).day, -1));

const only = (hit: Hit | undefined): SearchAnswer => (hit ? { ...nothing, data: [hit] } : nothing);

async function byId(parts: SearchParts, id: string): Promise<SearchAnswer> {
  if (isTransferId(id)) {
    const row = (await parts.reported([id])).get(id);
    return only(row && (row.kind === 'payment' || row.kind === 'refund') ? transferHit(row) : undefined);
  }
  if (isId('order', id)) {
    const { orders, silentBooks } = await parts.orders({ id });
    return { ...nothing, data: orders.map(orderHit), silent_books: silentBooks };
  }
  if (isId('event', id)) {
    const event = await parts.eventOf(await parts.directory.toldOwners(), id);
    return only(event && eventHit(id, event, await paymentOf(parts, event.object)));
  }
  const recorded = await parts.directory.recorded(id);
  return only(recorded && recordedHit(recorded));
}

/** The payment that something which is told about belongs to. */
async function paymentOf({ reported }: SearchParts, object: string): Promise<string | null> {
  if (isId('payment', object)) return object;
  return (await reported([object])).get(object)?.payment ?? null;
}

/** People and what is theirs, by what is theirs alone. */
export async function byPerson(
  { directory, holders }: SearchParts,
  { phone, email }: Wish,
): Promise<SearchAnswer> {
  if (email !== undefined) {
    const people = await directory.peopleWithEmail(email);
    return { ...nothing, data: people.slice(0, hitsMax).map(recordedHit) };
  }
  if (phone === undefined) return nothing;
  const accounts = await holders.withPhone(phone, hitsMax);
  return {
    ...nothing,
    data: accounts.map(({ id, label, owner, status }) =>
      recordedHit({ kind: 'account', id, name: label, owner, status }),
    ),
  };
}

async function byName({ directory }: SearchParts, text: string): Promise<Hit[]> {
  const [merchants, participants] = await Promise.all([
    directory.merchants({ limit: namesMax }, { text }),
    directory.participants({ limit: namesMax }, { text }),
  ]);
  return [
    ...participants.rows.map((row) => recordedHit({ ...row, kind: 'participant', owner: row.id })),
    ...merchants.rows.map((row) => recordedHit({ ...row, kind: 'merchant', owner: row.id })),
  ];
}
