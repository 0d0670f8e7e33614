/** A limit of what each payer may pay in a day: at no time, whatever crashed, have the entries passed it. */
import { dayStartMs } from '../../src/kernel/index.ts';
import { accountName, holdsFromMs, type LimitRule, type TransferDetails } from '../../src/ledger/index.ts';
import type { Histories } from './rest.ts';
import type { Town } from './town.ts';
import { Violation } from './world.ts';

// A payment or two reach it.
const threshold = 80;

/** In some runs: rules change what else can happen. */
export function tellLimits(town: Town): void {
  town.limitMinor = town.world.random(3) === 0 ? threshold : null;
  if (town.limitMinor === null) return;
  const rule: LimitRule = {
    id: 'lim_1',
    version: 1,
    scope: 'account',
    subject: null,
    currency: 'KGS',
    direction: 'out',
    measure: 'day_sum',
    threshold,
    windowSeconds: null,
  };
  for (const { number } of town.hosts)
    town.ask(() => town.ledger.book(number).putRules({ revision: 1, books: 1, rules: [rule] }));
}

export function checkLimits(town: Town, { byName }: Histories): void {
  if (town.limitMinor === null) return;
  for (const { id } of town.payers) {
    const days = new Map<number, number>();
    for (const { type, body } of byName.get(accountName(id, 0)) ?? []) {
      if (type !== 'hold' && type !== 'debit' && type !== 'void') continue;
      const { transfer }: { transfer: TransferDetails } = JSON.parse(body);
      if (transfer.kind !== 'payment') continue;
      const day = dayStartMs(holdsFromMs(transfer));
      const sum = (days.get(day) ?? 0) + (type === 'void' ? -1 : 1) * transfer.amountMinor;
      if (sum > town.limitMinor) throw new Violation(`${id} has paid ${sum} in a day`);
      days.set(day, sum);
    }
  }
}
