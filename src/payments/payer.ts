/**
 * Where a payer's money is. An account of the switch is debited itself; for one that is kept at its issuer the
 * issuer's position in the switch is, after the issuer has debited its own.
 */
import { type AccountRow, type Directory, payerRoute } from '../directory/index.ts';
import { assert, ok, type Result, refuse } from '../kernel/index.ts';
import type {
  AccountStripe,
  Ledger,
  Leg,
  TransferCommand,
  Transferred,
  TransferView,
} from '../ledger/index.ts';

export interface Purse {
  /** What is debited in the switch. */
  readonly stripe: AccountStripe;
  /** Whether a transfer of that stripe is this payer's. */
  owns(view: TransferView): boolean;
  transfer(command: TransferCommand): Promise<Result<Transferred>>;
}

export async function purseOf(directory: Directory, ledger: Ledger, account: AccountRow): Promise<Purse> {
  if (account.position === null) {
    const stripe = ledger.stripe(account);
    return { stripe, owns: () => true, transfer: (command) => stripe.transfer(command) };
  }
  const position = await directory.accountWithStripe(account.position, account.positionStripe ?? 0);
  assert(position, 'an external account without its position');
  const number = account.positionStripe ?? 0;
  const stripe = ledger.stripe(position, number);
  return {
    stripe,
    /** What this stripe may no longer owe, another may: they lend it the rest, up to the cap of all. */
    async transfer(command) {
      if (position.books.length === 1) return stripe.transfer(command);
      const outcome = await stripe.transfer({ ...command, gathers: true });
      if (outcome.ok || outcome.refusal.code !== 'position.cap_reached') return outcome;
      const { id, books, owner } = position;
      const what = { transfer: { ...command, mayOwe: true } };
      return ledger.gather({ place: { id, books }, owner, stripe: number, what });
    },
    owns: ({ transfer }) => transfer.facts.payerAccount === account.id,
  };
}

/** What the payer's issuer has to do; nothing for accounts of the switch, whose books decide themselves. */
export async function payerLegs(directory: Directory, { id, position }: AccountRow): Promise<Result<Leg[]>> {
  if (position === null) return ok([]);
  // No book guards an external account, so what the directory says now counts.
  const account = await directory.account(id);
  if (!account) return refuse('account.not_found');
  if (account.status === 'closed') return refuse('account.closed');
  if (account.status === 'frozen') return refuse('account.frozen');
  const route = payerRoute(await directory.cachedRules(), account);
  const connection = route === undefined ? undefined : await directory.usableConnection(route);
  if (!connection) return refuse('issuer.unavailable', 'no route to the issuer');
  return ok([{ does: 'debit', partner: connection.id, account: id }]);
}
