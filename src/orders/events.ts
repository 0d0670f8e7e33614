/** What orders have to tell their merchant: paid, expired, cancelled. */
import type { EventSource } from '../events/index.ts';
import type { AcceptBody, ClaimBody } from '../ledger/index.ts';
import { orderJson } from './model.ts';

export const orderEvents =
  (url: string): EventSource =>
  (facts, entry) => {
    if (entry.type === 'accept') {
      const { claim, transfer }: AcceptBody = JSON.parse(entry.body);
      return claim
        ? [{ type: 'order.paid', owner: facts.owner, data: orderJson(claim, transfer, url, 'en') }]
        : [];
    }
    if (entry.type === 'expire' || entry.type === 'cancel') {
      const { claim }: ClaimBody = JSON.parse(entry.body);
      const type = entry.type === 'expire' ? 'order.expired' : 'order.cancelled';
      return [{ type, owner: facts.owner, data: orderJson(claim, null, url, 'en') }];
    }
    return [];
  };
