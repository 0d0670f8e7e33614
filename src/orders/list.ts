/** Orders of a merchant, found again: page by page, or all that match as a file. */
import { z } from '@hono/zod-openapi';
import {
  type AccountRow,
  type Directory,
  onlyMade,
  ownMerchant,
  type Principal,
  type Who,
} from '../directory/index.ts';
import {
  csvFile,
  csvText,
  cursorOf,
  idSchema,
  listOf,
  pageQuery,
  type Shell,
  textSchema,
  timeSchema,
} from '../http/index.ts';
import { type Config, ok, type Result, refuse } from '../kernel/index.ts';
import type { ClaimFilter, ClaimView, Ledger } from '../ledger/index.ts';
import { viewJson } from './make.ts';
import { orderSchema } from './model.ts';

const readers: readonly Who[] = [
  'merchant:owner',
  'merchant:manager',
  'merchant:cashier',
  'staff:admin',
  'staff:officer',
  'staff:analyst',
  'staff:support',
];
// Orders read from each stripe at a time while a file is written.
const filePage = 200;

type OrderJson = ReturnType<typeof viewJson>;

export function listRoute(shell: Shell, config: Config, directory: Directory, ledger: Ledger): void {
  shell.endpoint(
    {
      method: 'get',
      path: '/v1/merchants/{merchant}/orders',
      tag: 'Orders',
      summary: 'Orders of a merchant, newest first; `reference` finds one whose answer was lost',
      description: '`format=csv` gives all that match as a file.',
      access: readers,
      params: z.object({ merchant: idSchema('merchant') }),
      query: pageQuery.extend({
        reference: textSchema(64).optional(),
        status: z.enum(['open', 'paid', 'cancelled', 'expired']).optional(),
        till: idSchema('till').optional().openapi({ description: 'Only those made at this till' }),
        'created[gte]': timeSchema.optional(),
        'created[lt]': timeSchema.optional(),
        format: z.enum(['json', 'csv']).default('json'),
      }),
      refusals: ['account.not_found', 'till.not_found'],
      answers: listOf(orderSchema),
      contentTypes: ['text/csv'],
    },
    async ({ params, query, caller, language }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      if (!own.ok) return own;
      const account = await directory.freshAccount(own.value.account);
      if (!account) return refuse('account.not_found');
      const { 'created[gte]': from, 'created[lt]': before } = query;
      const made = madeAt(caller, query.till);
      if (!made.ok) return made;
      const filter = {
        made: made.value,
        ...(query.reference !== undefined && { reference: query.reference }),
        ...(query.status !== undefined && { state: query.status }),
        ...(from !== undefined && { createdFromMs: Date.parse(from) }),
        ...(before !== undefined && { createdBeforeMs: Date.parse(before) }),
      };
      const page = async (limit: number, cursor: string | undefined) => {
        const { claims, next } = await pageOf(ledger, account, filter, limit, cursor);
        return { data: claims.map((claim) => viewJson(claim, config, language)), next };
      };
      if (query.format === 'csv')
        return csvFile(
          'orders.csv',
          csvOf((cursor) => page(filePage, cursor)),
        );
      const { data, next } = await page(query.limit, query.cursor);
      return ok({ data, next_cursor: cursorOf(next) });
    },
  );
}

/** What the caller may see, at a till if one is named; one at another till sees nothing of that one. */
function madeAt(caller: Principal, till: string | undefined): Result<NonNullable<ClaimFilter['made']>> {
  const own = onlyMade(caller);
  if (till === undefined) return ok({ ...own });
  if (own?.till !== undefined && own.till !== till) return refuse('till.not_found');
  return ok({ ...own, till });
}

/** The next orders of all stripes together, and where to go on. */
async function pageOf(
  ledger: Ledger,
  account: AccountRow,
  filter: Omit<ClaimFilter, 'limit' | 'beforeId'>,
  limit: number,
  cursor: string | undefined,
): Promise<{ claims: ClaimView[]; next: string | null }> {
  const asked = { ...filter, limit: limit + 1, ...(cursor !== undefined && { beforeId: cursor }) };
  const parts = ledger.stripes(account).map((object) => object.claims(asked));
  const found = (await Promise.all(parts)).flat().sort((left, right) => (left.id < right.id ? 1 : -1));
  const claims = found.slice(0, limit);
  return { claims, next: found.length > limit ? (claims.at(-1)?.id ?? null) : null };
}

async function* csvOf(
  page: (cursor: string | undefined) => Promise<{ data: OrderJson[]; next: string | null }>,
): AsyncGenerator<string> {
  yield `${columns.join(',')}\r\n`;
  for (let cursor: string | undefined; ; ) {
    const { data, next } = await page(cursor);
    yield csvText(data.map(lineOf), false);
    if (next === null) return;
    cursor = next;
  }
}

const columns = [
  'id',
  'status',
  'reference',
  'description',
  'amount',
  'currency',
  'store',
  'till',
  'person',
  'payment',
  'tip',
  'created_at',
  'expires_at',
  'paid_at',
] as const;

const lineOf = ({ amount, payment, ...order }: OrderJson): Record<(typeof columns)[number], unknown> => ({
  id: order.id,
  status: order.status,
  reference: order.reference,
  description: order.description,
  amount: amount.amount,
  currency: amount.currency,
  store: order.store,
  till: order.till,
  person: order.person,
  payment: payment?.id ?? null,
  tip: payment?.tip?.amount ?? null,
  created_at: order.created_at,
  expires_at: order.expires_at,
  paid_at: order.paid_at,
});
