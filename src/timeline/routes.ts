import { z } from '@hono/zod-openapi';
import { ownAccount, ownMerchant, type Principal, sees, type Who } from '../directory/index.ts';
import type { SwitchEvent } from '../events/index.ts';
import { idSchema, type Shell } from '../http/index.ts';
import { type Language, ok, type Result, refuse } from '../kernel/index.ts';
import type { AccountPlace, ProductFacts } from '../ledger/index.ts';
import type { Audience } from '../payments/index.ts';
import { askedIn, historyOf, type TimelineParts } from './history.ts';
import { timelineJson, timelineSchema } from './model.ts';
import { centrePaymentJson, centrePaymentSchema } from './payment.ts';

const staff: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
const merchants: readonly Who[] = ['merchant:owner', 'merchant:manager', 'merchant:cashier'];
const payment = idSchema('payment');
const shared = { method: 'get', tag: 'Timelines', answers: timelineSchema } as const;
const byStaff = 'Staff are shown both sides. Top-ups have none: the account’s statement shows them.';

export function timelineRoutes(shell: Shell, parts: TimelineParts): void {
  shell.endpoint(
    {
      ...shared,
      path: '/v1/centre/payments/{payment}/timeline',
      summary: 'Everything that is known of a payment, step by step, with hashes to verify it',
      description: 'Found by the reports; one they do not have yet is asked for under its account.',
      access: staff,
      params: z.object({ payment }),
    },
    async ({ params, language }) => {
      const account = await reportedPayer(parts, params.payment);
      return timeline(parts, account, params.payment, language, 'centre');
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/payments/{payment}',
      tag: 'Timelines',
      summary: 'A payment with both its sides, what was given back of it, and whether the reports have it',
      description:
        'Read from the accounts. Found by the reports; one they do not have yet is not found here.',
      access: staff,
      params: z.object({ payment }),
      answers: centrePaymentSchema,
    },
    async ({ params, language }) => {
      const completeUpToMs = await parts.completeUpTo();
      const account = await reportedPayer(parts, params.payment);
      const history = account && (await historyOf(parts, account, params.payment));
      if (!history) return refuse('payment.not_found');
      return ok(await centrePaymentJson(parts, history, completeUpToMs, language));
    },
  );

  shell.endpoint(
    {
      ...shared,
      path: '/v1/accounts/{account}/payments/{payment}/timeline',
      summary: 'How a payment of an account went, step by step',
      description: byStaff,
      access: ['issuer', ...staff],
      params: z.object({ account: idSchema('account'), payment }),
    },
    async ({ params, caller, language }) => {
      const own = await ownAccount(parts.directory, caller, params.account);
      if (!own.ok) return own;
      const { position } = own.value;
      const audience = audienceOf(caller, 'payer');
      if (position === null) return timeline(parts, own.value, params.payment, language, audience);
      const place = await parts.directory.freshAccount(position);
      const paidHere = ({ payerAccount }: ProductFacts) => payerAccount === params.account;
      return timeline(parts, place, params.payment, language, audience, paidHere);
    },
  );

  shell.endpoint(
    {
      ...shared,
      path: '/v1/merchants/{merchant}/payments/{payment}/timeline',
      summary: 'How a payment to a merchant went, step by step, declined ones too',
      description: byStaff,
      access: [...merchants, ...staff],
      params: z.object({ merchant: idSchema('merchant'), payment }),
    },
    async ({ params, caller, language }) => {
      const payer = await payerOf(parts, caller, params);
      if (!payer.ok) return payer;
      const isSeen = (facts: ProductFacts) => sees(caller, facts);
      return timeline(parts, payer.value, params.payment, language, audienceOf(caller, 'merchant'), isSeen);
    },
  );
}

/** What was told, or is to be told, of a payment and its refunds; undefined when the reports do not have it. */
export async function eventsOfPayment(
  parts: TimelineParts,
  payment: string,
): Promise<readonly SwitchEvent[] | undefined> {
  const account = await reportedPayer(parts, payment);
  const history = account && (await historyOf(parts, account, payment));
  return history && [history.payment, ...history.refunds].flatMap(({ events }) => events);
}

async function reportedPayer(
  { directory, reported }: TimelineParts,
  payment: string,
): Promise<AccountPlace | undefined> {
  const row = (await reported([payment])).get(payment);
  return row && (await directory.cachedAccount(row.debtor));
}

const audienceOf = ({ who }: Principal, otherwise: Audience): Audience =>
  who.startsWith('staff:') ? 'centre' : otherwise;

async function timeline(
  parts: TimelineParts,
  payer: AccountPlace | undefined,
  id: string,
  language: Language,
  audience: Audience,
  /** Whether the payment is the caller's to see: of a position that pays for many, of a cashier's merchant. */
  isSeen: (facts: ProductFacts) => boolean = () => true,
) {
  const history = payer && (await historyOf(parts, payer, id));
  return history && isSeen(history.payment.transfer.facts)
    ? ok(timelineJson(history, language, audience))
    : refuse('payment.not_found');
}

/** The account that paid, or was to pay, this merchant: by the reports, or by what the merchant accepted. */
async function payerOf(
  { directory, ledger, reported }: TimelineParts,
  caller: Principal,
  { merchant, payment: id }: { readonly merchant: string; readonly payment: string },
): Promise<Result<AccountPlace>> {
  const own = await ownMerchant(directory, caller, merchant);
  if (!own.ok) return own;
  const row = (await reported([id])).get(id);
  if (row && row.merchant !== merchant) return refuse('payment.not_found');
  const debtor = row?.debtor ?? (await debtorOf());
  const payer = debtor === undefined ? undefined : await directory.cachedAccount(debtor);
  return payer ? ok(payer) : refuse('payment.not_found');

  async function debtorOf(): Promise<string | undefined> {
    const account = await directory.freshAccount(own.ok ? own.value.account : '');
    if (!account) return undefined;
    const traces = await Promise.all(ledger.stripes(account).map((stripe) => stripe.traces([id], 0)));
    return traces.flat().flatMap((trace) => askedIn(trace) ?? [])[0]?.debtor;
  }
}
