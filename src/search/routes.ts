import { z } from '@hono/zod-openapi';
import type { Directory, Recorded, Who } from '../directory/index.ts';
import { recordedKinds } from '../directory/index.ts';
import { isoTime, moneySchema, type Shell, textSchema, timeSchema } from '../http/index.ts';
import { isId, isTransferId, ok, refuse, timeOfId } from '../kernel/index.ts';
import type { Holders } from '../personal/index.ts';
import { isPersonal, type Wish, wishOf } from './wish.ts';

const staff: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
// Whoever may see of a person as much as tells people apart may find them.
const seesPeople: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:support'];
const hitsMax = 20;
const namesMax = 5;
const dayMs = 86_400_000;
// Somebody asks about an amount while they stand at the counter; a reference is found whatever its age.
const amountMs = dayMs;
// A payment for an order begins after it, and seldom later than that.
const orderMs = 2 * dayMs;

/** A payment or refund as the reports have it. */
export interface Transfer {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly amount: number;
  readonly currency: string;
  readonly merchantName: string | null;
  readonly orderReference: string | null;
  readonly reference: string | null;
  readonly payment: string | null;
  readonly createdAtMs: number;
}

interface Range {
  readonly fromMs: number;
  readonly beforeMs: number;
}

export interface SearchParts {
  readonly directory: Directory;
  readonly holders: Pick<Holders, 'withPhone'>;
  /** Handed in: report rows by id, and those that are looked for, newest first, and since when all were looked at. */
  readonly reported: (ids: readonly string[]) => Promise<ReadonlyMap<string, Transfer>>;
  readonly find: (
    sought: { readonly order?: string; readonly amounts?: Wish['amounts'] },
    range: Range,
    limit: number,
  ) => Promise<{ readonly rows: readonly Transfer[]; readonly sinceMs: number }>;
  /** Handed in: those with a reference, the merchant's or the wallet's, newest first. */
  readonly referred: (reference: string, range: Range, limit: number) => Promise<readonly Transfer[]>;
  readonly eventOf: (
    owners: readonly string[],
    id: string,
  ) => Promise<{ readonly type: string; readonly owner: string; readonly object: string } | undefined>;
}

const hitSchema = z
  .object({
    kind: z.enum(['payment', 'refund', 'event', ...recordedKinds]),
    id: z.string(),
    name: z.string().nullable().openapi({ description: 'Of a payment: the merchant’s' }),
    owner: z.string().nullable().openapi({ description: 'The participant or merchant it belongs to' }),
    status: z.string().nullable(),
    amount: moneySchema.nullable(),
    references: z.array(z.string()).openapi({ description: 'The merchant’s and the wallet’s' }),
    payment: z.string().nullable().openapi({ description: 'The payment it belongs to' }),
    at: timeSchema.nullable(),
  })
  .openapi('SearchHit');

const answerSchema = z
  .object({
    data: z
      .array(hitSchema)
      .openapi({ description: `At most ${hitsMax}: by name, by reference, by amount, the newest first` }),
    payments_since: timeSchema.nullable().openapi({
      description:
        'Where payments were looked through for an order or an amount: all that began since then. ' +
        'Later than what was asked for when there were too many: ask again with `created[lt]`.',
    }),
  })
  .openapi('SearchAnswer');

export type Hit = z.infer<typeof hitSchema>;
export type SearchAnswer = z.infer<typeof answerSchema>;

interface Times {
  readonly 'created[gte]'?: string | undefined;
  readonly 'created[lt]'?: string | undefined;
}
const times = { 'created[gte]': timeSchema.optional(), 'created[lt]': timeSchema.optional() };
const looksFor =
  'Payments are found by their reference whatever their age, and by amount within a day, unless times are given.';

// Under which the audit log has who looked for people, and whom they found; never what they looked for.
const searchedSubject = 'search for a person';

export function searchRoutes(shell: Shell, parts: SearchParts): void {
  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/search',
      tag: 'Reports',
      summary: 'Find anything by its id, a reference, an amount or a name',
      description: `${looksFor} Phones and e-mail addresses are refused here: addresses are written down on their way.`,
      access: staff,
      query: z.object({ text: textSchema(200), ...times }),
      answers: answerSchema,
    },
    async ({ query }) =>
      isPersonal(query.text)
        ? refuse('request.invalid', 'a phone or an e-mail address is sent as a body')
        : ok(await search(parts, wishOf(query.text), query)),
  );

  shell.endpoint(
    {
      method: 'post',
      // Its record, where it has one, must not say what was looked for.
      audit: 'change',
      path: '/v1/centre/search',
      tag: 'Reports',
      summary: 'Find anything, also people by their phone or e-mail address',
      description:
        `${looksFor} People are found by whoever may see them masked; analysts may not. Nothing of what is asked ` +
        'is logged.',
      access: staff,
      body: z.strictObject({ text: textSchema(200), ...times }).openapi('Search'),
      answers: answerSchema,
    },
    async ({ body, caller, act }) => {
      const wish = wishOf(body.text);
      // Whoever's phone or address it is: it is no reference, and no name.
      if (!isPersonal(body.text)) return ok(await search(parts, wish, body));
      const data = seesPeople.includes(caller.who) ? await byPerson(parts, wish) : [];
      await parts.directory.record(act, searchedSubject, { found: data.map(({ id }) => id) });
      return ok({ ...none, data });
    },
  );
}

async function search(parts: SearchParts, wish: Wish, asked: Times): Promise<SearchAnswer> {
  if (wish.id) return byId(parts, wish.text);
  const timeOf = (time: string | undefined) => (time === undefined ? undefined : Date.parse(time));
  const beforeMs = timeOf(asked['created[lt]']) ?? Date.now();
  const fromMs = timeOf(asked['created[gte]']);
  const [named, referred, ofAmount] = await Promise.all([
    byName(parts, wish.text),
    parts.referred(wish.text, { fromMs: fromMs ?? 0, beforeMs }, hitsMax),
    byAmount(parts, wish, { fromMs: fromMs ?? beforeMs - amountMs, beforeMs }),
  ]);
  const others = ofAmount?.rows.filter(({ id }) => referred.every((row) => row.id !== id)) ?? [];
  const data = [...named, ...[...referred, ...others].map(transferHit)].slice(0, hitsMax);
  return { data, payments_since: ofAmount ? isoTime(ofAmount.sinceMs) : null };
}

const byAmount = async ({ find }: SearchParts, { amounts }: Wish, range: Range) =>
  amounts.length > 0 ? find({ amounts }, range, hitsMax) : undefined;

const none: SearchAnswer = { data: [], payments_since: null };
const only = (hit: Hit | undefined): SearchAnswer => (hit ? { ...none, data: [hit] } : none);

async function byId(parts: SearchParts, id: string): Promise<SearchAnswer> {
  if (isTransferId(id)) {
    const row = (await parts.reported([id])).get(id);
    return only(row && (row.kind === 'payment' || row.kind === 'refund') ? transferHit(row) : undefined);
  }
  if (isId('order', id)) {
    const fromMs = timeOfId(id);
    const found = await parts.find({ order: id }, { fromMs, beforeMs: fromMs + orderMs }, hitsMax);
    return { data: found.rows.map(transferHit), payments_since: isoTime(found.sinceMs) };
  }
  if (isId('event', id)) {
    const event = await parts.eventOf(await parts.directory.toldOwners(), id);
    return only(event && eventHit(id, event, await paymentOf(parts, event.object)));
  }
  const recorded = await parts.directory.recorded(id);
  return only(recorded && recordedHit(recorded));
}

async function byPerson({ directory, holders }: SearchParts, { phone, email }: Wish): Promise<Hit[]> {
  if (email !== undefined) return (await directory.peopleWithEmail(email)).slice(0, hitsMax).map(recordedHit);
  if (phone === undefined) return [];
  return (await holders.withPhone(phone, hitsMax)).map(({ id, label, owner, status }) =>
    recordedHit({ kind: 'account', id, name: label, owner, status }),
  );
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

const recordedHit = ({ kind, id, name, owner, status }: Recorded): Hit => ({
  ...{ kind, id, name, owner, status },
  ...{ amount: null, references: [], payment: null, at: null },
});

const eventHit = (
  id: string,
  { type, owner }: { readonly type: string; readonly owner: string },
  payment: string | null,
): Hit => ({
  ...{ kind: 'event', id, name: type, owner, status: null, amount: null, references: [], payment },
  at: isoTime(timeOfId(id)),
});

/** The payment that something which is told about belongs to. */
async function paymentOf({ reported }: SearchParts, object: string): Promise<string | null> {
  if (isId('payment', object)) return object;
  return (await reported([object])).get(object)?.payment ?? null;
}

const transferHit = (row: Transfer): Hit => ({
  kind: row.kind === 'refund' ? 'refund' : 'payment',
  id: row.id,
  name: row.merchantName,
  owner: null,
  status: row.status,
  amount: { amount: row.amount, currency: row.currency },
  references: [row.orderReference, row.reference].filter((reference) => reference !== null),
  payment: row.kind === 'refund' ? row.payment : row.id,
  at: isoTime(row.createdAtMs),
});
