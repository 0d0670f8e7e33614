import { z } from '@hono/zod-openapi';
import {
  type AccountRow,
  type Directory,
  ownMerchant,
  type Principal,
  sees,
  type Who,
} from '../directory/index.ts';
import { answer, cursorOf, idSchema, listOf, pageQuery, type Shell } from '../http/index.ts';
import { ok, type Result, refuse } from '../kernel/index.ts';
import type {
  AccountStripe,
  CreditView,
  Ledger,
  Leg,
  RefundCommand,
  TransferDetails,
  Transferred,
} from '../ledger/index.ts';
import { type Audience, paymentJson, paymentSchema } from '../payments/index.ts';
import { newRefund, refundJson, refundSchema, totalMaxOf } from './model.ts';

const merchants: readonly Who[] = ['merchant:owner', 'merchant:manager', 'merchant:cashier'];
const readers: readonly Who[] = [
  ...merchants,
  'staff:admin',
  'staff:officer',
  'staff:analyst',
  'staff:support',
];

const params = z.object({ merchant: idSchema('merchant'), payment: idSchema('payment') });
const path = '/v1/merchants/{merchant}/payments/{payment}';

export function refundRoutes(shell: Shell, directory: Directory, ledger: Ledger): void {
  shell.endpoint(
    {
      method: 'get',
      path,
      tag: 'Refunds',
      summary: 'A payment as its merchant sees it, with what was given back of it',
      access: readers,
      params,
      answers: paymentSchema,
    },
    async ({ params: wanted, caller, language }) => {
      const paid = await paidStripe(directory, ledger, caller, wanted);
      if (!paid.ok) return paid;
      const { transfer, atMs, refundedMinor } = paid.value.credit;
      const payment = { transfer, state: 'completed', endedAtMs: atMs, refundedMinor } as const;
      return ok(paymentJson(payment, language, audienceOf(caller)));
    },
  );

  shell.endpoint(
    {
      method: 'post',
      path: `${path}/refunds`,
      tag: 'Refunds',
      summary: 'Give back a payment or a part of it',
      description:
        'Answers 201 with a refund whose status is completed, declined (with a refusal) or, rarely, processing. ' +
        'More than is left is refused. Cashiers give back up to 500,000 minor units of a payment.',
      access: merchants,
      status: 201,
      idempotency: 'required',
      params,
      body: newRefund,
      refusals: ['account.not_found', 'refund.exceeds_remaining', 'refund.not_allowed'],
      answers: refundSchema,
    },
    async ({ params: wanted, body, caller, idempotency, language }) => {
      if (!idempotency) return refuse('idempotency.key_required');
      const paid = await paidStripe(directory, ledger, caller, wanted);
      if (!paid.ok) return paid;
      const payer = await directory.cachedAccount(paid.value.credit.transfer.debtor);
      if (!payer) return refuse('account.not_found');
      const legs = refundLegs(paid.value.credit.transfer);
      const refund: RefundCommand = {
        payment: wanted.payment,
        amountMinor: body.amount === undefined ? null : BigInt(body.amount),
        totalMaxMinor: totalMaxOf(caller.who),
        creditorBooks: payer.books,
        ...(legs && { legs }),
        facts: {
          ...(body.reason !== undefined && { reason: body.reason }),
          ...(body.reference !== undefined && { reference: body.reference }),
          ...(caller.person === null ? { key: caller.key } : { person: caller.person }),
        },
        idempotency: { key: `${wanted.payment} refunds ${idempotency.key}`, request: idempotency.request },
      };
      const outcome = await refunded(directory, ledger, paid.value, refund);
      if (!outcome.ok) return outcome;
      return answer(refundJson(outcome.value.view, language, 'merchant'), outcome.value.replayed);
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: `${path}/refunds`,
      tag: 'Refunds',
      summary: 'Refunds of a payment, newest first, declined ones too',
      access: readers,
      params,
      query: pageQuery,
      answers: listOf(refundSchema),
    },
    async ({ params: wanted, query, caller, language }) => {
      const paid = await paidStripe(directory, ledger, caller, wanted);
      if (!paid.ok) return paid;
      const found = await paid.value.stripe.refunds(wanted.payment, query.cursor ?? '~', query.limit + 1);
      const shown = found.slice(0, query.limit);
      const next = found.length > query.limit ? (shown.at(-1)?.transfer.id ?? null) : null;
      return ok({
        data: shown.map((refund) => refundJson(refund, language, audienceOf(caller))),
        next_cursor: cursorOf(next),
      });
    },
  );
}

/** Refunds from the stripe that was paid, after gathering from the others what it has too little. */
async function refunded(
  directory: Directory,
  ledger: Ledger,
  { account, number, stripe }: PaidStripe,
  refund: RefundCommand,
): Promise<Result<Transferred>> {
  const outcome = await stripe.refund({ ...refund, gathers: true });
  if (outcome.ok || outcome.refusal.code !== 'refund.insufficient_balance') return outcome;
  const row = await directory.freshAccount(account);
  if (!row) return outcome;
  const { id, books, owner } = row;
  return ledger.gather({ place: { id, books }, owner, stripe: number, what: { refund } });
}
/** A payer whose account is at an issuer outside is given the money back there, the way it came. */
const refundLegs = ({ legs = [] }: TransferDetails): Leg[] | undefined => {
  const debit = legs.find(({ does }) => does === 'debit');
  return debit && [{ ...debit, does: 'refund' }];
};

interface PaidStripe {
  readonly account: string;
  readonly number: number;
  readonly stripe: AccountStripe;
  readonly credit: CreditView;
}

const audienceOf = ({ who }: Principal): Audience => (who.startsWith('staff:') ? 'centre' : 'merchant');

/**
 * The stripe of the merchant's account that accepted a payment: every stripe is asked, since any may have,
 * also one that the account has got since it was last read.
 */
async function paidStripe(
  directory: Directory,
  ledger: Ledger,
  caller: Principal,
  { merchant, payment }: { readonly merchant: string; readonly payment: string },
): Promise<Result<PaidStripe>> {
  const own = await ownMerchant(directory, caller, merchant);
  if (!own.ok) return own;
  const account = await directory.cachedAccount(own.value.account);
  const found = account && (await stripeThatWasPaid(ledger, account, payment));
  if (found) return seen(caller, found);
  const fresh = await directory.freshAccount(own.value.account);
  const grown = fresh && fresh.books.length > (account?.books.length ?? 0) ? fresh : undefined;
  const foundNow = grown && (await stripeThatWasPaid(ledger, grown, payment));
  return foundNow ? seen(caller, foundNow) : refuse('payment.not_found');
}

const seen = (caller: Principal, paid: PaidStripe): Result<PaidStripe> =>
  sees(caller, paid.credit.transfer.facts) ? ok(paid) : refuse('payment.not_found');

async function stripeThatWasPaid(
  ledger: Ledger,
  account: AccountRow,
  payment: string,
): Promise<PaidStripe | undefined> {
  const stripes = ledger.stripes(account);
  const credits = await Promise.all(stripes.map((stripe) => stripe.credit(payment)));
  for (const [index, credit] of credits.entries()) {
    const stripe = stripes[index];
    if (credit && stripe) return { account: account.id, number: index, stripe, credit };
  }
  return undefined;
}
