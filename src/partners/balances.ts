/** Accounts of the switch as the balance adapter moves them: between an account and its holder's funding account. */
import { ensureFunding } from '../accounts/index.ts';
import { type AccountRow, type Directory, ownAct } from '../directory/index.ts';
import type { Balances, Move, Moved } from '../issuers/index.ts';
import type { Result } from '../kernel/index.ts';
import type { AccountStripe, IdempotencyKey, Ledger, TransferView } from '../ledger/index.ts';

interface BalanceParts {
  readonly directory: Directory;
  readonly ledger: Ledger;
  /** How many books there are. */
  readonly books: number;
}

/** Of one participant. */
export function balancesOf({ directory, ledger, books }: BalanceParts, participant: string): Balances {
  async function accountOf({ account: id }: Move): Promise<AccountRow | undefined> {
    const account = await directory.cachedAccount(id);
    return account?.owner === participant && account.kind === 'payer' ? account : undefined;
  }
  const fundingOf = ({ currency }: AccountRow) =>
    ensureFunding(ownAct('balance adapter'), directory, ledger, books, participant, currency);

  return {
    async move(move) {
      const account = await accountOf(move);
      if (!account) return { state: 'declined', refusal: { code: 'account.not_found' } };
      const funding = await fundingOf(account);
      const [debtor, creditor] = move.way === 'out' ? [account, funding] : [funding, account];
      const moved = await ledger.stripe(debtor).transfer({
        kind: 'top_up',
        amountMinor: BigInt(move.amountMinor),
        currency: move.currency,
        creditor: creditor.id,
        creditorStripe: 0,
        creditorBooks: creditor.books,
        facts: { payerParticipant: participant },
        idempotency: keyOf(move),
      });
      return movedAs(moved.ok ? { ok: true, value: moved.value.view } : moved);
    },

    async moved(move) {
      const account = await accountOf(move);
      if (!account) return undefined;
      const debtor: AccountStripe = ledger.stripe(move.way === 'out' ? account : await fundingOf(account));
      const moved = await debtor.replay(keyOf(move));
      return moved ? movedAs(moved) : undefined;
    },
  };
}

const keyOf = ({ key, request }: Move): IdempotencyKey => ({ key: `balance adapter ${key}`, request });

function movedAs(moved: Result<TransferView>): Moved {
  if (!moved.ok) {
    const { refusal } = moved;
    if (refusal.code === 'idempotency.key_reused') return { state: 'other' };
    return refusal.code === 'idempotency.in_flight'
      ? { state: 'processing' }
      : { state: 'declined', refusal };
  }
  const { state, refusal } = moved.value;
  if (state === 'completed' || state === 'processing') return { state };
  return { state: 'declined', refusal: refusal ?? { code: 'issuer.declined' } };
}
