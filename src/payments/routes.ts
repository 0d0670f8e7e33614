import { z } from '@hono/zod-openapi';
import {
  type AccountRow,
  type CodeRow,
  type Directory,
  ownAccount,
  type Principal,
  type Who,
} from '../directory/index.ts';
import {
  amountSchema,
  answer,
  cursorOf,
  idSchema,
  listOf,
  pageQuery,
  type Shell,
  textSchema,
} from '../http/index.ts';
import { type Config, ok, type Result, refuse } from '../kernel/index.ts';
import { type ClaimView, type Ledger, refusalOfClaim } from '../ledger/index.ts';
import type { Codes } from './codes.ts';
import { confirmationRoutes, ownPayment } from './confirm.ts';
import { deviceKeyRoutes } from './device-keys.ts';
import { paymentJson, paymentSchema } from './model.ts';
import { payerLegs, purseOf } from './payer.ts';
import { price } from './price.ts';
import { contentsOf, newExpiryMs, type Scanned, scanJson, scanSchema, tokenOf } from './scan.ts';
import { look, type Seen, targetSeen } from './sticker.ts';
import { missingAnswers, resolve, type Target } from './target.ts';

const readers: readonly Who[] = ['issuer', 'staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
const accountParams = z.object({ account: idSchema('account') });
// What the codec reads at most; longer is refused there, with its own code.
const payloadSchema = z.string().min(1).max(8_192);
// Looking for a wallet's own reference, or for an external account's payments among its issuer's: so many
// payments are looked through at a time.
const searchMax = 1_000;
// EMVCo MPM v1.1 has nine things a code may ask for; entries and callbacks carry the answers, so they stay small.
const answersMax = 16;

const paymentBody = z
  .strictObject({
    scan: z
      .string()
      .max(12_288)
      .optional()
      .openapi({ description: 'Token of a scan, good for five minutes' }),
    payload: payloadSchema.optional().openapi({ description: 'Or the scanned text itself' }),
    amount: amountSchema.optional().openapi({ description: 'Required when the code has no amount' }),
    tip: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
    answers: z
      .record(z.string().max(40), textSchema(99))
      .refine((answers) => Object.keys(answers).length <= answersMax, `more than ${answersMax}`)
      .optional(),
    reference: textSchema(64).optional().openapi({ description: 'The wallet’s own reference' }),
  })
  .refine((body) => (body.scan === undefined) !== (body.payload === undefined), 'send either scan or payload')
  .openapi('NewPayment');

type PaymentBody = z.output<typeof paymentBody>;

export function paymentRoutes(
  shell: Shell,
  config: Config,
  codes: Codes,
  directory: Directory,
  ledger: Ledger,
): void {
  shell.endpoint(
    {
      method: 'post',
      path: '/v1/scans',
      tag: 'Payments',
      summary: 'Read a QR code: who is paid, how much, and whether it can be paid here',
      access: ['issuer'],
      body: z
        .strictObject({
          payload: payloadSchema,
          account: idSchema('account').optional().openapi({
            description: 'Of the payer who scans: the same may look again at a till’s sticker, others wait',
          }),
        })
        .openapi('NewScan'),
      refusals: ['qr.unreadable', 'account.not_found'],
      answers: scanSchema,
    },
    async ({ body, caller, language }) => {
      const own = body.account === undefined ? undefined : await ownAccount(directory, caller, body.account);
      if (own && !own.ok) return own;
      const resolved = await resolve(config, codes, directory, body.payload);
      if (!resolved.ok) return resolved;
      const { code, signature } = resolved.value;
      // A sticker lets one payer look at a time: this account, or whoever has this scan.
      const payer = body.account ?? crypto.randomUUID();
      const seen = resolved.value.target.ok
        ? await look(ledger, resolved.value.target.value, payer)
        : ok(null);
      const target = seen.ok ? shownTo(resolved.value.target, seen.value) : seen;
      const claim = target.ok ? await claimOf(ledger, target.value) : null;
      const expiresAtMs = newExpiryMs();
      const contents = { payload: body.payload, participant: caller.owner, expiresAtMs };
      const token = await tokenOf(config, {
        ...contents,
        ...(seen.ok && seen.value && { seen: seen.value }),
      });
      const refusal = whyNot(target, claim);
      return ok(
        scanJson({
          token,
          expiresAtMs,
          code,
          signature,
          target: target.ok ? target.value : undefined,
          claim,
          refusal: refusal.ok ? undefined : refusal.refusal,
          language,
        }),
      );
    },
  );

  shell.endpoint(
    {
      method: 'post',
      path: '/v1/accounts/{account}/payments',
      tag: 'Payments',
      summary: 'Pay a scanned code from an account',
      description:
        'Answers 201 with a payment whose status is completed, declined (with a refusal), rarely processing, or ' +
        'requires_confirmation: then the payer’s device has to sign it within five minutes.',
      access: ['issuer'],
      status: 201,
      idempotency: 'required',
      params: accountParams,
      body: paymentBody,
      refusals: [
        'scan.invalid',
        'scan.expired',
        'qr.unreadable',
        'qr.altered',
        'qr.expired',
        'qr.amount_unreadable',
        'qr.merchant_unknown',
        'qr.scheme_not_routed',
        'qr.currency_unknown',
        'merchant.inactive',
        'payment.amount_required',
        'payment.amount_mismatch',
        'payment.amount_too_large',
        'payment.currency_mismatch',
        'payment.tip_not_allowed',
        'payment.answers_required',
        'payment.same_account',
        'code.not_found',
        'code.paused',
        'code.revoked',
        'order.not_found',
        'order.already_paid',
        'order.cancelled',
        'order.expired',
        'order.changed',
        'account.closed',
        'account.frozen',
        'issuer.unavailable',
      ],
      answers: paymentSchema,
    },
    async ({ params: { account }, body, caller, idempotency, language }) => {
      const own = await ownAccount(directory, caller, account);
      if (!own.ok) return own;
      const { kind } = own.value;
      if (kind !== 'payer' && kind !== 'external') return refuse('account.not_found', 'not a payer account');
      if (!idempotency) return refuse('idempotency.key_required');
      const purse = await purseOf(directory, ledger, own.value);
      const whose = kind === 'external' ? `${caller.owner} ${account}` : caller.owner;
      const key = `${whose} payments ${idempotency.key}`;
      const command = await commandFor(config, codes, directory, ledger, own.value, caller, body);
      if (!command.ok) {
        // A repeat must be answered as it was the first time, even if the code has expired meanwhile.
        const earlier = await purse.stripe.replay({ key, request: idempotency.request });
        if (!earlier) return command;
        if (!earlier.ok) return earlier;
        return answer(paymentJson(earlier.value, language, 'payer'), true);
      }
      const outcome = await purse.transfer({
        ...command.value,
        idempotency: { key, request: idempotency.request },
      });
      if (!outcome.ok) return outcome;
      return answer(paymentJson(outcome.value.view, language, 'payer'), outcome.value.replayed);
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/accounts/{account}/payments/{payment}',
      tag: 'Payments',
      summary: 'One payment of an account',
      access: readers,
      polled: true,
      params: accountParams.extend({ payment: idSchema('payment') }),
      answers: paymentSchema,
    },
    async ({ params, caller, language }) => {
      const found = await ownPayment(directory, ledger, caller, params.account, params.payment);
      return found.ok ? ok(paymentJson(found.value.view, language, 'payer')) : found;
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/accounts/{account}/payments',
      tag: 'Payments',
      summary: 'Payments of an account, newest first; `reference` finds one whose answer was lost',
      access: readers,
      params: accountParams,
      query: pageQuery.extend({ reference: textSchema(64).optional() }),
      answers: listOf(paymentSchema),
    },
    async ({ params: { account }, query, caller, language }) => {
      const own = await ownAccount(directory, caller, account);
      if (!own.ok) return own;
      const before = query.cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(query.cursor);
      if (!Number.isSafeInteger(before)) return refuse('request.invalid', 'not a cursor of this list');
      const purse = await purseOf(directory, ledger, own.value);
      const sifted = query.reference !== undefined || own.value.kind === 'external';
      const limit = sifted ? searchMax : query.limit;
      const found = await purse.stripe.transfers(before, limit);
      const matching = found.filter(
        ({ view }) =>
          purse.owns(view) &&
          (query.reference === undefined || view.transfer.facts.reference === query.reference),
      );
      const shown = matching.slice(0, query.limit);
      const more = matching.length > shown.length ? shown : found.length === limit ? found : [];
      const next = more.at(-1)?.seq;
      return ok({
        data: shown.map(({ view }) => paymentJson(view, language, 'payer')),
        next_cursor: cursorOf(next === undefined ? null : String(next)),
      });
    },
  );

  deviceKeyRoutes(shell, config, directory);
  confirmationRoutes(shell, directory, ledger);
}

const shownTo = (target: Result<Target>, seen: Seen | null, account?: string): Result<Target> =>
  target.ok && seen ? ok(targetSeen(target.value, seen, account)) : target;

const claimOf = async (ledger: Ledger, target: Target): Promise<ClaimView | null> =>
  target.order ? ledger.stripe(target.account, target.order.stripe).claim(target.order.id) : null;

/** Whether a scanned code can be paid, as far as can be told without trying. */
function whyNot(target: Result<Target>, claim: ClaimView | null): Result<null> {
  if (!target.ok) return target;
  if (!target.value.order) return ok(null);
  if (!claim) return refuse('order.not_found');
  const ended = refusalOfClaim(claim.state);
  if (ended) return ended;
  const { payloadDigest } = target.value.order;
  const altered =
    (payloadDigest !== null && claim.payloadDigest !== payloadDigest) ||
    claim.amountMinor !== target.value.fixedMinor;
  return altered ? refuse('qr.altered') : ok(null);
}

async function commandFor(
  config: Config,
  codes: Codes,
  directory: Directory,
  ledger: Ledger,
  account: AccountRow,
  caller: Principal,
  body: PaymentBody,
) {
  const scanned: Result<Scanned> =
    body.scan === undefined
      ? ok({ payload: body.payload ?? '' })
      : await contentsOf(config, body.scan, caller.owner);
  if (!scanned.ok) return scanned;
  const resolved = await resolve(config, codes, directory, scanned.value.payload);
  if (!resolved.ok) return resolved;
  const { code } = resolved.value;
  if (!resolved.value.target.ok) return resolved.value.target;
  const { seen = null } = scanned.value;
  if (resolved.value.target.value.printed?.kind === 'sticker' && !seen) {
    return refuse('scan.invalid', 'what a sticker shows changes: pay with a scan of it');
  }
  const target = shownTo(resolved.value.target, seen, account.id);
  if (!target.ok) return target;
  const { merchant, order, printed, sticker, currency, account: creditor, askPayer, leg } = target.value;
  if (currency !== account.currency) {
    return refuse('payment.currency_mismatch', `account ${account.currency}, code ${currency}`);
  }
  const priced = price(target.value, {
    ...(body.amount !== undefined && { amountMinor: BigInt(body.amount) }),
    ...(body.tip !== undefined && { tipMinor: BigInt(body.tip) }),
  });
  if (!priced.ok) return priced;
  const answers = body.answers ?? {};
  const missing = missingAnswers(askPayer, answers);
  if (missing) return { ok: false as const, refusal: missing };
  const debit = await payerLegs(directory, account);
  if (!debit.ok) return debit;
  // What is refused in the end anyway should not be debited outside first.
  const refused = debit.value.length > 0 && whyNot(target, await claimOf(ledger, target.value));
  if (refused && !refused.ok) return refused;
  const legs = leg ? [...debit.value, leg] : debit.value;
  const { principalMinor, tipMinor, totalMinor } = priced.value;
  return ok({
    kind: 'payment' as const,
    amountMinor: totalMinor,
    currency,
    creditor: creditor.id,
    creditorStripe: order?.stripe ?? (sticker && (printed?.stripe ?? 0)),
    creditorBooks: creditor.books,
    ...(order && {
      claim: {
        id: order.id,
        principalMinor: Number(principalMinor),
        ...(order.payloadDigest !== null && { payloadDigest: order.payloadDigest }),
      },
    }),
    ...(sticker && { sticker }),
    ...(legs.length > 0 && { legs }),
    facts: {
      payerParticipant: account.owner,
      ...(account.kind === 'external' && { payerAccount: account.id }),
      ...(merchant.id !== null && { merchant: merchant.id }),
      ...(merchant.name !== null && { merchantName: merchant.name }),
      scheme: code.profile,
      ...(printed && factsOf(printed)),
      ...(order && { order: order.id }),
      ...(tipMinor > 0n && { tipMinor: Number(tipMinor) }),
      ...(body.reference !== undefined && { reference: body.reference }),
      ...(body.answers !== undefined && { answers }),
    },
  });
}

/** Where a printed code stands, for the payments made with it. */
const factsOf = ({ id, store, till, reference }: CodeRow) => ({
  code: id,
  ...(store !== null && { store }),
  ...(till !== null && { till }),
  ...(reference !== null && { orderReference: reference }),
});
