/** What refunds have to tell: both parties hear of every final outcome. */
import type { EventSource } from '../events/index.ts';
import type { AcceptBody, DeclineBody, VoidBody } from '../ledger/index.ts';
import { type RefundFacts, refundJson } from './model.ts';

export const refundEvents: EventSource = (_, entry) => {
  if (entry.type === 'accept') {
    const { transfer }: AcceptBody = JSON.parse(entry.body);
    return toBoth('refund.completed', { transfer, state: 'completed', endedAtMs: entry.atMs });
  }
  if (entry.type === 'decline' || entry.type === 'void') {
    const { transfer, refusal }: DeclineBody | VoidBody = JSON.parse(entry.body);
    return toBoth('refund.declined', { transfer, refusal, state: 'declined', endedAtMs: entry.atMs });
  }
  return [];
};

function toBoth(type: string, refund: RefundFacts) {
  if (refund.transfer.kind !== 'refund') return [];
  const { payerParticipant, merchant } = refund.transfer.facts;
  const toPayer = { type, owner: payerParticipant, data: refundJson(refund, 'en', 'payer') };
  if (merchant === undefined) return [toPayer];
  return [toPayer, { type, owner: merchant, data: refundJson(refund, 'en', 'merchant') }];
}
