/** What a statement says of the other side of an entry: no more than its reader knows anyway. */
import type { Directory } from '../directory/index.ts';
import type { TransferDetails } from '../ledger/index.ts';
import type { Holder, Told } from './model.ts';

export type Teller = (transfer: TransferDetails) => Promise<Told>;

/** Merchants read whose payer paid, participants where their payers paid. Names are looked up once. */
export function tellerOf(directory: Pick<Directory, 'participant'>, holder: Holder): Teller {
  const { account: own, id } = holder;
  const names = new Map<string, string | null>();
  return async ({ kind, debtor, creditor, facts }) => {
    if (own.kind !== 'merchant') {
      const { merchant, merchantName = null, payerParticipant, payerAccount } = facts;
      const payer = payerAccount ?? (kind === 'payment' ? debtor : creditor);
      // An acquirer is credited for payers of others.
      const isKnown = payerParticipant === id && payer !== own.id;
      return {
        counterparty: merchant === undefined ? null : { id: merchant, name: merchantName },
        account: isKnown ? payer : null,
      };
    }
    const { payerParticipant: participant } = facts;
    if (!names.has(participant)) {
      names.set(participant, (await directory.participant(participant))?.name ?? null);
    }
    return { counterparty: { id: participant, name: names.get(participant) ?? null }, account: null };
  };
}
