/**
 * What payments have to tell: both parties hear of every final outcome, declines included. That a payment waits for
 * its payer is the payer's matter alone.
 */
import type { EventSource } from '../events/index.ts';
import {
  type AcceptBody,
  type AwaitBody,
  type DeclineBody,
  stateOfRefused,
  type VoidBody,
} from '../ledger/index.ts';
import { type PaymentFacts, paymentJson } from './model.ts';

export const paymentEvents: EventSource = (_, entry) => {
  if (entry.type === 'await') {
    const { transfer }: AwaitBody = JSON.parse(entry.body);
    return toBoth({ transfer, state: 'requires_confirmation' }).slice(0, 1);
  }
  if (entry.type === 'accept') {
    const { transfer }: AcceptBody = JSON.parse(entry.body);
    return toBoth({ transfer, state: 'completed', endedAtMs: entry.atMs });
  }
  if (entry.type === 'decline' || entry.type === 'void') {
    const { transfer, refusal }: DeclineBody | VoidBody = JSON.parse(entry.body);
    return toBoth({ transfer, refusal, state: stateOfRefused(refusal), endedAtMs: entry.atMs });
  }
  return [];
};

const typesOf = {
  requires_confirmation: 'payment.requires_confirmation',
  completed: 'payment.completed',
  declined: 'payment.declined',
  cancelled: 'payment.cancelled',
  expired: 'payment.expired',
} as const;

/** The payer's participant first. */
function toBoth(payment: PaymentFacts & { readonly state: keyof typeof typesOf }) {
  if (payment.transfer.kind !== 'payment') return [];
  const type = typesOf[payment.state];
  const { payerParticipant, merchant } = payment.transfer.facts;
  const toPayer = { type, owner: payerParticipant, data: paymentJson(payment, 'en', 'payer') };
  if (merchant === undefined) return [toPayer];
  return [toPayer, { type, owner: merchant, data: paymentJson(payment, 'en', 'merchant') }];
}
