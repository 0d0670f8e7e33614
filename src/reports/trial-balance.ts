/**
 * The trial balance: Σ over every account of every participant and merchant. Money moves only from one
 * account to another, so per currency the sum is zero once no transfer is under way.
 */
import { z } from '@hono/zod-openapi';
import type { AccountRow, Directory } from '../directory/index.ts';
import { isoTime, moneySchema, timeSchema } from '../http/index.ts';
import type { Balance, Ledger } from '../ledger/index.ts';

const accountsPerPage = 200;
// How many accounts are asked at the same time.
const concurrency = 25;

export const trialBalanceSchema = z
  .object({
    balanced: z.boolean(),
    read_at: timeSchema,
    accounts: z.int(),
    currencies: z.array(
      z.object({
        currency: z.string(),
        sum: moneySchema.openapi({ description: 'Zero when nothing is under way' }),
        payer: moneySchema,
        merchant: moneySchema,
        funding: moneySchema,
        position: moneySchema.openapi({ description: 'Of partners outside' }),
        held: moneySchema,
        open_transfers: z.int(),
      }),
    ),
  })
  .openapi('TrialBalance');

interface Totals {
  payer: bigint;
  merchant: bigint;
  funding: bigint;
  position: bigint;
  held: bigint;
  open: number;
}

export async function trialBalance(directory: Directory, ledger: Ledger) {
  const currencies = new Map<string, Totals>();
  let accounts = 0;
  for (let cursor = ''; ; ) {
    const page = await directory.accountsAfter(cursor, accountsPerPage);
    for (let index = 0; index < page.length; index += concurrency) {
      const group = page.slice(index, index + concurrency);
      const balances = await Promise.all(group.map((row) => ledger.balance(row)));
      for (const [position, row] of group.entries()) add(currencies, row, balances[position] ?? null);
    }
    accounts += page.length;
    if (page.length < accountsPerPage) break;
    cursor = page.at(-1)?.id ?? '';
  }
  const rows = [...currencies].sort(([left], [right]) => left.localeCompare(right));
  return {
    balanced: rows.every(([, totals]) => sumOf(totals) === 0n),
    read_at: isoTime(Date.now()),
    accounts,
    currencies: rows.map(([currency, totals]) => {
      const money = (minor: bigint) => ({ amount: Number(minor), currency });
      return {
        currency,
        sum: money(sumOf(totals)),
        payer: money(totals.payer),
        merchant: money(totals.merchant),
        funding: money(totals.funding),
        position: money(totals.position),
        held: money(totals.held),
        open_transfers: totals.open,
      };
    }),
  };
}

const sumOf = (totals: Totals): bigint => totals.payer + totals.merchant + totals.funding + totals.position;

const nothing: Totals = { payer: 0n, merchant: 0n, funding: 0n, position: 0n, held: 0n, open: 0 };

function add(currencies: Map<string, Totals>, row: AccountRow, balance: Balance | null): void {
  // Kept at its issuer: what it has is not in the switch.
  if (row.kind === 'external') return;
  const totals = currencies.get(row.currency) ?? { ...nothing };
  totals[row.kind] += balance?.balanceMinor ?? 0n;
  totals.held += balance?.heldMinor ?? 0n;
  totals.open += balance?.openTransfers ?? 0;
  currencies.set(row.currency, totals);
}
