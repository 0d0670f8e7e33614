/** A partner that has some accounts only, each in one currency. */
import type { Adapter } from '../../src/issuers/index.ts';

/** `list`: `KG-1:KGS,KG-2:KGS`. Orders for anything else are refused, and nothing of them is remembered. */
export function withAccounts(adapter: Adapter, list: string): Adapter {
  const currencies = new Map(list.split(',').map((entry) => entry.split(':') as [string, string]));
  return {
    ...adapter,
    async perform(movement, order, signal) {
      const currency = currencies.get(order.account);
      if (currency === undefined) return { state: 'refused', refusal: { code: 'account.not_found' } };
      if (currency !== order.currency) {
        return { state: 'refused', refusal: { code: 'payment.currency_mismatch' } };
      }
      return adapter.perform(movement, order, signal);
    },
  };
}
