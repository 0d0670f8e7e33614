/** What is true at every moment, whatever is under way. Read from storage, behind everybody's back. */
import type { HoldBody } from '../../src/ledger/index.ts';
import type { Town } from './town.ts';
import { Violation } from './world.ts';

interface EntryRow {
  name: string;
  type: string;
  subject: string;
  available: number;
  held: number;
  body: string;
  account: number;
}

// Nothing is left in a closed account, and nothing gets in.
const closedAndNotEmpty = `SELECT name FROM account JOIN entry ON account.no = entry.account
  WHERE facts ->> 'status' = 'closed' AND seq = (SELECT max(seq) FROM entry WHERE account = no)
  AND (available <> 0 OR held <> 0)`;

const query = `SELECT account.name, entry.account, type, subject, available, held, body
  FROM entry JOIN account ON account.no = entry.account ORDER BY account, seq`;

/**
 * Σ clearing is exactly the open transfers: what has been credited while its debtor still counts it as held.
 * Nothing else is ever between two accounts.
 */
export function checkUnderWay(town: Town): void {
  town.standings.check();
  const held = new Map<string, number>();
  const accepted = new Map<string, number>();
  const ended = new Set<string>();
  let sum = 0;
  for (const host of town.hosts) {
    const [full] = host.storage.rows<{ name: string }>(closedAndNotEmpty);
    if (full) throw new Violation(`${full.name} is closed, and not empty`);
    const tips = new Map<string, number>();
    for (const { name, type, subject, available, held: holding, body } of host.storage.rows<EntryRow>(
      query,
    )) {
      tips.set(name, available + holding);
      const amount = () => (JSON.parse(body) as HoldBody).transfer.amountMinor;
      if (type === 'hold') held.set(subject, amount());
      if (type === 'settle' || type === 'void' || type === 'debit') ended.add(subject);
      if (type === 'accept') accepted.set(subject, amount());
    }
    for (const tip of tips.values()) sum += tip;
  }
  let underWay = 0;
  for (const [id, amount] of accepted) {
    if (ended.has(id)) continue;
    if (held.get(id) !== amount) throw new Violation(`${id} was credited without its hold`);
    underWay += amount;
  }
  if (sum !== underWay) throw new Violation(`clearing is ${-sum}, transfers under way ${underWay}`);
}
