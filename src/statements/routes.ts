import { z } from '@hono/zod-openapi';
import { type Statement, statement, type Totals } from '../accounts/index.ts';
import { type Directory, ownMerchant, type Principal, type Who } from '../directory/index.ts';
import { csvFile, currencySchema, fileOf, idSchema, isoTime, type Shell } from '../http/index.ts';
import {
  assert,
  businessZone,
  clockIn,
  dayAfter,
  ok,
  type Result,
  refuse,
  toMoneyJson,
  zoneOf,
} from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { addTo, type BookedLine, bookedLines, type KindSums, type Part } from './booked.ts';
import { camtOf, camtType } from './camt053.ts';
import { csvOf } from './csv.ts';
import {
  type Cursor,
  cursorSchema,
  cursorText,
  daySchema,
  daysMax,
  entryJson,
  type Holder,
  limitMax,
  periodOf,
  statementSchema,
  sumsJson,
} from './model.ts';
import { tellerOf } from './told.ts';

const staff: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
// Books whose clocks differ by less agree on which day it is.
const graceMs = 60_000;

const formats = ['json', 'csv', 'camt.053'] as const;

const query = z.object({
  from: daySchema.optional().openapi({ description: 'First day; absent: the last' }),
  to: daySchema
    .optional()
    .openapi({ description: 'Last day, in the zone named in the answer; absent: yesterday' }),
  format: z.enum(formats).default('json'),
  limit: z.coerce.number().int().min(1).max(limitMax).default(100),
  cursor: cursorSchema,
});
type Query = z.output<typeof query>;

export interface StatementParts {
  readonly directory: Directory;
  readonly ledger: Ledger;
}

export function statementRoutes(shell: Shell, parts: StatementParts): void {
  const { directory } = parts;
  const about = {
    description:
      'Opening balance, every booked entry with the balance after it, closing balance. What is only held is not ' +
      'booked yet. As a file, `csv` or `camt.053` (camt.053.001.08, of days that are over), it holds all entries.',
    contentTypes: ['text/csv', 'application/xml'],
    refusals: ['business_day.not_over'] as const,
    answers: statementSchema,
  };

  shell.endpoint(
    {
      ...about,
      method: 'get',
      path: '/v1/merchants/{merchant}/statement',
      tag: 'Merchants',
      summary: 'A merchant’s statement of account over some days',
      access: ['merchant:owner', 'merchant:manager', ...staff],
      whole: true,
      params: z.object({ merchant: idSchema('merchant') }),
      query,
    },
    async ({ params, query: asked, caller }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      if (!own.ok) return own;
      const { id, name, country } = own.value;
      const account = await directory.freshAccount(own.value.account);
      assert(account, 'a merchant without its account');
      return answered(parts, { account, id, name, zone: zoneOf(country) }, asked);
    },
  );

  shell.endpoint(
    {
      ...about,
      method: 'get',
      path: '/v1/participants/{participant}/statement',
      tag: 'Partners',
      summary: 'A participant’s statement over some days: of its position, or of its funding account',
      access: ['issuer', 'acquirer', ...staff],
      params: z.object({ participant: idSchema('participant') }),
      query: query.extend({
        kind: z.enum(['position', 'funding']).default('position'),
        currency: currencySchema,
      }),
      refusals: ['participant.not_found', 'account.not_found', 'position.not_found', 'business_day.not_over'],
    },
    async ({ params, query: asked, caller }) => {
      const holder = await participantHolder(directory, caller, params.participant, asked);
      return holder.ok ? answered(parts, holder.value, asked) : holder;
    },
  );
}

async function participantHolder(
  directory: Directory,
  caller: Principal,
  id: string,
  { kind, currency }: { kind: 'position' | 'funding'; currency: string },
): Promise<Result<Holder>> {
  const mayAsk = caller.who.startsWith('staff:') || caller.owner === id;
  const participant = mayAsk ? await directory.participant(id) : undefined;
  if (!participant) return refuse('participant.not_found');
  const position = kind === 'position';
  const account = await (position
    ? directory.position(id, currency)
    : directory.fundingAccount(id, currency));
  if (!account) return refuse(position ? 'position.not_found' : 'account.not_found');
  return ok({ account, id, name: participant.name, zone: businessZone.name });
}

async function answered({ directory, ledger }: StatementParts, holder: Holder, asked: Query) {
  const { account, zone } = holder;
  const nowMs = Date.now();
  const to = asked.to ?? dayAfter(clockIn(zone, nowMs).day, -1);
  const period = periodOf(zone, asked.from ?? to, to);
  const { from, fromMs, beforeMs } = period;
  if (from > to) return refuse('request.invalid', 'it ends before it begins');
  if (dayAfter(from, daysMax) <= to) return refuse('request.invalid', `of ${daysMax} days at most`);
  const found = await statement(ledger, account, fromMs, beforeMs);
  const tell = tellerOf(directory, holder);
  const lines = (part?: Part) => bookedLines(ledger, account, found, part);
  const name = `statement-${holder.id}-${from}-${to}`;
  if (asked.format === 'csv') {
    return csvFile(`${name}.csv`, csvOf(holder, period, found, checked(found, lines()), tell));
  }
  if (asked.format === 'camt.053') {
    if (beforeMs > nowMs - graceMs) return refuse('business_day.not_over');
    const sums: KindSums = new Map();
    for await (const line of lines()) addTo(sums, line);
    return fileOf(
      `${name}.xml`,
      camtType,
      camtOf(holder, period, found, sums, checked(found, lines()), tell),
    );
  }
  const page = await pageOf(found, asked, lines);
  if (!page) return refuse('request.invalid', 'not a cursor of this statement');
  const money = (minor: bigint) => toMoneyJson(minor, account.currency);
  const data = [];
  for (const line of page.lines) data.push(entryJson(line, await tell(line.transfer)));
  return ok({
    owner: { id: holder.id, name: holder.name },
    account: account.id,
    kind: account.kind,
    currency: account.currency,
    ...{ from, to, time_zone: zone, begins_at: isoTime(fromMs), ends_at: isoTime(beforeMs) },
    opening: money(balanceOf(found.opening)),
    closing: money(balanceOf(found.closing)),
    available: money(found.closing.available),
    data,
    sums: sumsJson(page.sums, account.currency),
    complete_up_to: isoTime(Math.min(beforeMs, nowMs - graceMs)),
    next_cursor: page.next,
  });
}

const balanceOf = ({ available, held }: Totals): bigint => available + held;

/** A file that would not come to what the account has at the end is broken off, and so seen to be none. */
async function* checked(
  { opening, closing }: Statement,
  lines: AsyncIterable<BookedLine>,
): AsyncGenerator<BookedLine> {
  let balance = balanceOf(opening);
  for await (const line of lines) {
    balance += line.changeMinor;
    assert(balance === line.balanceMinor, 'a statement whose balance does not follow from its entries');
    yield line;
  }
  assert(balance === balanceOf(closing), 'a statement whose entries do not come to its closing balance');
}

/** Entries after a cursor, and what all come to until their end; undefined when the cursor is of something else. */
async function pageOf(
  { opening, closing }: Statement,
  { limit, cursor }: { limit: number; cursor?: Cursor | undefined },
  read: (part: Part) => AsyncIterable<BookedLine>,
): Promise<{ lines: BookedLine[]; sums: KindSums; next: string | null } | undefined> {
  const sums: KindSums = new Map(cursor?.sums);
  const lines: BookedLine[] = [];
  let next: string | null = null;
  for await (const line of read({ after: cursor?.place, wanted: limit + 1 })) {
    const last = lines.at(-1);
    if (last && lines.length === limit) {
      next = cursorText({ place: last.place, sums });
      break;
    }
    lines.push(line);
    addTo(sums, line);
  }
  const come = [...sums.values()].reduce((sum, one) => sum + one.creditMinor - one.debitMinor, 0n);
  const reached = lines.at(-1)?.balanceMinor ?? balanceOf(cursor?.place.running ?? opening);
  const fits = balanceOf(opening) + come === reached && (next !== null || reached === balanceOf(closing));
  if (cursor === undefined) assert(fits, 'a statement whose entries do not come to its closing balance');
  return fits ? { lines, sums, next } : undefined;
}
