/** What a wallet does: read a code, show what is to be paid, pay. */
import type { Client } from './client.ts';
import { confirmationOf } from './confirm.ts';
import type { Keyed } from './register.ts';
import type { RequestSigner } from './sign.ts';
import type { Account, NewPayment, OneTimePassword, Payment, PresentedCode, Scan } from './types.ts';

export interface Wallet {
  /** What a scanned text asks for, and whether it can be paid. Changes nothing. */
  scan(payload: string): Promise<Scan>;
  /**
   * Pays; the payment is completed, declined with a `refusal`, still processing: then wait with `settled`, or
   * requires_confirmation: then show it to the payer and `confirm` it.
   */
  pay(account: string, payment: NewPayment, keyed?: Keyed): Promise<Payment>;
  payment(account: string, id: string): Promise<Payment>;
  /** Signs what the payer was shown with their device, and has it made; answers as `pay`. */
  confirm(payment: Payment, device: RequestSigner): Promise<Payment>;
  /** Ends a payment that waits for its confirmation. */
  cancel(payment: Payment): Promise<Payment>;
  /** The payment once it is no longer processing. */
  settled(payment: Payment, signal?: AbortSignal): Promise<Payment>;
  /** A code to show at a register, as a barcode and as a QR code: for one payment, within a minute. */
  showCode(account: string): Promise<PresentedCode>;
  /** A password to read out beside the phone number: for one payment, within three minutes. */
  askPassword(account: string): Promise<OneTimePassword>;
  account(id: string): Promise<Account>;
}

const pollEveryMs = 1_000;

export function walletOf(client: Client): Wallet {
  const payment = (account: string, id: string, signal?: AbortSignal) =>
    client.call('GET /v1/accounts/{account}/payments/{payment}', {
      params: { account, payment: id },
      signal,
    });
  return {
    scan: (payload) => client.call('POST /v1/scans', { body: { payload }, repeatable: true }),
    pay: (account, body, { idempotencyKey = crypto.randomUUID(), signal } = {}) =>
      client.call('POST /v1/accounts/{account}/payments', {
        params: { account },
        body,
        idempotencyKey,
        signal,
      }),
    payment: (account, id) => payment(account, id),
    confirm: async (given, device) =>
      client.call('POST /v1/accounts/{account}/payments/{payment}/confirm', {
        params: { account: given.account ?? '', payment: given.id },
        body: await confirmationOf(given, device),
        repeatable: true,
      }),
    cancel: (given) =>
      client.call('POST /v1/accounts/{account}/payments/{payment}/cancel', {
        params: { account: given.account ?? '', payment: given.id },
        repeatable: true,
      }),
    async settled(given, signal) {
      let now = given;
      while (now.status === 'processing') {
        const nextMs = Date.parse(now.next_poll_after ?? '') - Date.now();
        await client.pause(Math.max(pollEveryMs, nextMs || 0), signal);
        now = await payment(now.account ?? '', now.id, signal);
      }
      return now;
    },
    showCode: (account) =>
      client.call('POST /v1/accounts/{account}/codes', { params: { account }, repeatable: true }),
    askPassword: (account) =>
      client.call('POST /v1/accounts/{account}/passwords', { params: { account }, repeatable: true }),
    account: (id) => client.call('GET /v1/accounts/{account}', { params: { account: id } }),
  };
}
