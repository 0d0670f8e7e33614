/** How a wallet stands: its balance and its last payments. */
import type { Account, Payment } from '../../client/index.ts';
import type { List } from './answering.ts';
import type { Issuer } from './issuer.ts';
import type { Phone } from './phone.ts';

const lastPayments = 5;

export const standing = (issuer: Issuer, { account }: Phone) =>
  Promise.all([
    issuer.get<Account>(`/v1/accounts/${account}`),
    issuer.get<List<Payment>>(`/v1/accounts/${account}/payments?limit=${lastPayments}`),
  ]);

/** Another one whenever the first page would look different. */
export const versionOf = ({ balance, held }: Account, payments: readonly Payment[]): string =>
  [
    balance?.amount,
    held?.amount,
    ...payments.map(({ id, status, amount_refunded }) => `${id} ${status} ${amount_refunded.amount}`),
  ].join();

export async function standingVersion(
  issuer: Issuer,
  phone: Phone,
): Promise<{ readonly version: string; readonly latest: string | null }> {
  const [account, payments] = await standing(issuer, phone);
  if (!account.ok || !payments.ok) return { version: '', latest: null };
  const { data } = payments.value;
  return { version: versionOf(account.value, data), latest: data[0]?.id ?? null };
}

export async function phoneNumberOf(issuer: Issuer, { account }: Phone): Promise<string | null> {
  const holder = await issuer.get<{ phone: string | null }>(`/v1/accounts/${account}/holder`);
  return holder.ok ? holder.value.phone : null;
}
