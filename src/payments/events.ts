/** What payments have to tell: both parties hear of every final outcome, declines included. */
import type { EventSource } from '../events/index.ts';
import type { AcceptBody, DeclineBody, VoidBody } from '../ledger/index.ts';
import { type PaymentFacts, paymentJson } from './model.ts';

export const paymentEvents: EventSource = (_, entry) => {
  if (entry.type === 'accept') {
    const { transfer }: AcceptBody = JSON.parse(entry.body);
    return toBoth('payment.completed', { transfer, state: 'completed', endedAtMs: entry.atMs });
  }
  if (entry.type === 'decline' || entry.type === 'void') {
    const { transfer, refusal }: DeclineBody | VoidBody = JSON.parse(entry.body);
    return toBoth('payment.declined', { transfer, refusal, state: 'declined', endedAtMs: entry.atMs });
  }
  return [];
};

function toBoth(type: string, payment: PaymentFacts) {
  if (payment.transfer.kind !== 'payment') return [];
  const { payerParticipant, merchant } = payment.transfer.facts;
  const toPayer = { type, owner: payerParticipant, data: paymentJson(payment, 'en', 'payer') };
  if (merchant === undefined) return [toPayer];
  return [toPayer, { type, owner: merchant, data: paymentJson(payment, 'en', 'merchant') }];
}
