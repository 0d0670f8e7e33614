/**
 * Taking what the payer presented: once, and by one register.
 *
 * Two keys see to it. The register's own key is remembered at the merchant's first stripe, together with what it
 * was given: a repeat finds the payment again for ever, also when the code has long expired, and the same key
 * with something else is refused, so that a register that lost the answer never charges twice. What the payer
 * gave is the key of the transfer in the payer's book: whoever comes second with it is refused there.
 */
import type { AccountRow, Directory, MerchantRow } from '../directory/index.ts';
import { ok, type RefusalCode, type Result, refuse, stripeOfOrder } from '../kernel/index.ts';
import {
  type AccountStripe,
  type Ledger,
  type ProductFacts,
  refusalOfClaim,
  type TransferCommand,
  type Transferred,
  type TransferView,
} from '../ledger/index.ts';
import { type Purse, payerLegs, purseOf } from '../payments/index.ts';
import { confirmAboveOf } from './settings.ts';

export interface Parts {
  readonly directory: Directory;
  readonly ledger: Ledger;
}

export interface Sale {
  readonly merchant: MerchantRow;
  readonly amountMinor: bigint;
  readonly order?: string | undefined;
  /** Whether the caller may see an order, by who made it and where. */
  readonly sees: (made: Pick<ProductFacts, 'store' | 'till' | 'person'>) => boolean;
  /** Where, by whom, and the register's own reference. */
  readonly facts: Pick<ProductFacts, 'store' | 'till' | 'person' | 'orderReference'>;
  readonly presentation: 'code' | 'password';
  readonly idempotency: { readonly key: string; readonly request: string };
}

/** Whose it is, and what marks it as spent. */
export interface Presented {
  readonly account: AccountRow;
  /** Unique within the account: a code's second, a password's id. */
  readonly mark: string;
}

// What whoever comes second is told.
const spent: Record<Sale['presentation'], RefusalCode> = { code: 'code.used', password: 'password.refused' };

/** `find` says who presented it; it is not asked again about a request that was answered before. */
export async function take(
  parts: Parts,
  sale: Sale,
  find: () => Promise<Result<Presented>>,
): Promise<Result<Transferred>> {
  const desk = await deskOf(parts, sale.merchant);
  if (!desk.ok) return desk;
  const asked = {
    key: `${sale.merchant.id} presented ${sale.idempotency.key}`,
    request: sale.idempotency.request,
  };
  const before = await desk.value.remembered(asked);
  if (before && !before.ok) return before;
  const earlier = before && (await replayed(parts, sale, before.value));
  const outcome = earlier ?? (await charged(parts, sale, desk.value, asked, find));
  if (outcome.ok) {
    // Of a repeat too: the first time may have ended between the payment and this.
    const { id, debtor, facts } = outcome.value.view.transfer;
    await desk.value.remember(pollKey(sale.merchant, id), facts.payerAccount ?? debtor);
  }
  return outcome;
}

/** What the payer presented is spent, and the payment made. */
async function charged(
  parts: Parts,
  sale: Sale,
  desk: AccountStripe,
  asked: Sale['idempotency'],
  find: () => Promise<Result<Presented>>,
): Promise<Result<Transferred>> {
  const presented = await find();
  if (!presented.ok) return presented;
  const { account } = presented.value;
  const command = await commandOf(parts, sale, account);
  if (!command.ok) return command;
  const spentKey = `${sale.presentation} ${account.id} ${presented.value.mark}`;
  const remembered = await desk.remember(asked, spentKey);
  if (!remembered.ok) return remembered;
  if (remembered.value !== spentKey) return refuse(spent[sale.presentation]);
  const purse = await purseOf(parts.directory, parts.ledger, account);
  const idempotency = { key: spentKey, request: requestOf(sale) };
  const outcome = await purse.transfer({ ...command.value, idempotency });
  const isSpent = !outcome.ok && outcome.refusal.code === 'idempotency.key_reused';
  return isSpent ? refuse(spent[sale.presentation]) : outcome;
}

/** A payment that a register of this merchant began so, as it stands now. */
export async function taken(
  parts: Parts,
  merchant: MerchantRow,
  payment: string,
): Promise<Result<{ read(): Promise<Result<TransferView>> }>> {
  const desk = await deskOf(parts, merchant);
  if (!desk.ok) return desk;
  const account = await desk.value.remembered(pollKey(merchant, payment));
  const purse = account?.ok ? await purseById(parts, account.value) : undefined;
  return purse ? ok({ read: () => purse.stripe.transferOf(payment) }) : refuse('payment.not_found');
}

/** The stripe that keeps a merchant's keys: the first, which it always had. */
async function deskOf({ directory, ledger }: Parts, merchant: MerchantRow): Promise<Result<AccountStripe>> {
  const account = await directory.cachedAccount(merchant.account);
  return account ? ok(ledger.stripe(account)) : refuse('account.not_found');
}

const pollKey = (merchant: MerchantRow, payment: string) => ({
  key: `${merchant.id} presented-payment ${payment}`,
  request: '',
});

// The same thing presented by another register, or under another key of the same one, is another request.
const requestOf = ({ merchant, idempotency }: Sale): string =>
  `${merchant.id} ${idempotency.key} ${idempotency.request}`;

/** The answer to a request that was made before; undefined when it did not come to a payment. */
async function replayed(
  parts: Parts,
  sale: Sale,
  spentKey: string,
): Promise<Result<Transferred> | undefined> {
  const purse = await purseById(parts, spentKey.split(' ')[1] ?? '');
  const earlier = await purse?.stripe.replay({ key: spentKey, request: requestOf(sale) });
  if (!earlier) return undefined;
  return earlier.ok ? ok({ view: earlier.value, replayed: true }) : refuse(spent[sale.presentation]);
}

async function purseById({ directory, ledger }: Parts, account: string): Promise<Purse | undefined> {
  const row = await directory.cachedAccount(account);
  return row && purseOf(directory, ledger, row);
}

/** Who pays whom how much; refused where that is known beforehand, so that nothing is spent for it. */
async function commandOf(
  parts: Parts,
  sale: Sale,
  account: AccountRow,
): Promise<Result<Omit<TransferCommand, 'idempotency'>>> {
  const { directory } = parts;
  const { merchant, amountMinor, order, facts, presentation } = sale;
  const { currency } = merchant;
  if (account.currency !== currency) {
    return refuse('payment.currency_mismatch', `the payer’s account is in ${account.currency}`);
  }
  if (!(await directory.takesPart(account.owner))) return refuse('participant.inactive');
  const confirm = amountMinor > confirmAboveOf(await directory.presenter(account.id), currency);
  // It would wait in vain: the payer has to scan a code of the merchant's.
  if (confirm && (await directory.deviceKeys.count(account.id)) === 0) {
    return refuse('payment.confirmation_required', 'the payer has no device that could sign');
  }
  const legs = await payerLegs(directory, account);
  if (!legs.ok) return legs;
  const found = await creditorOf(parts, sale);
  if (!found.ok) return found;
  const { made, ...creditor } = found.value;
  return ok({
    kind: 'payment',
    amountMinor,
    currency,
    ...creditor,
    ...(order !== undefined && { claim: { id: order, principalMinor: Number(amountMinor) } }),
    ...(legs.value.length > 0 && { legs: legs.value }),
    ...(confirm && { confirm }),
    facts: {
      ...facts,
      ...made,
      payerParticipant: account.owner,
      ...(account.kind === 'external' && { payerAccount: account.id }),
      merchant: merchant.id,
      merchantName: merchant.name,
      ...(order !== undefined && { order }),
      presentation,
    },
  });
}

interface Creditor extends Pick<TransferCommand, 'creditor' | 'creditorStripe' | 'creditorBooks'> {
  /** Of an order: who made it and where, whoever takes the payment. */
  readonly made: Made;
}
type Made = Pick<ProductFacts, 'store' | 'till' | 'person'>;

/** The merchant's account; of an order, the stripe that keeps it. */
async function creditorOf(
  { directory, ledger }: Parts,
  { merchant, order, amountMinor, sees }: Sale,
): Promise<Result<Creditor>> {
  const stripe = order === undefined ? null : stripeOfOrder(order);
  if (stripe === undefined) return refuse('order.not_found');
  const account = await directory.accountWithStripe(merchant.account, stripe ?? 0);
  if (!account) return refuse(order === undefined ? 'account.not_found' : 'order.not_found');
  let made: Made = {};
  if (order !== undefined) {
    // What is refused in the end anyway should neither be spent nor debited outside first.
    const claim = await ledger.stripe(account, stripe ?? 0).claim(order);
    if (!claim || !sees(claim.facts)) return refuse('order.not_found');
    const ended = refusalOfClaim(claim.state);
    if (ended) return ended;
    if (claim.amountMinor !== amountMinor) return refuse('payment.amount_mismatch');
    made = madeIn(claim.facts);
  }
  return ok({ creditor: account.id, creditorStripe: stripe, creditorBooks: account.books, made });
}

/** An order that is made in a store is not moved to another by where it is paid. */
const madeIn = ({ store, till, person }: Partial<ProductFacts>): Made => ({
  ...(store !== undefined && { store, till }),
  ...(person !== undefined && { person }),
});
