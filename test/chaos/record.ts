/** The record of a small chaos that a sound switch went through: two payers and a shop, something of every kind. */
import { createHash } from 'node:crypto';
import type { Attempt } from '../../scripts/chaos/attempts.ts';
import { openingBalance } from '../../scripts/chaos/city.ts';
import type { Found } from '../../scripts/chaos/found.ts';
import type { Json } from '../../scripts/sandbox/api.ts';

const at = '2026-11-21T10:00:00.000Z';
const money = (amount: number) => ({ amount, currency: 'KGS' });
const shop = { id: 'mch_shop', name: 'Shop' };

const payment = (id: string, account: string, amount: number, more: object = {}): Json => ({
  ...{ id, status: 'completed', account, participant: 'par_bank', merchant: shop, order: null },
  ...{ amount: money(amount), amount_refunded: money(0), reference: `key ${id}`, refusal: null },
  ...{ created_at: at, completed_at: at },
  ...more,
});

const refund = (id: string, of: Json, amount: number, more: object = {}): Json => {
  const { amount_refunded: _, ...shared } = of;
  return { ...shared, id, payment: of.id, amount: money(amount), reference: `key ${id}`, ...more };
};

const declined = (code: string) => ({ status: 'declined', refusal: { code }, completed_at: null });

const attempt = (kind: Attempt['kind'], of: string, answer: Json): Attempt => ({
  ...{ kind, of, answer, key: `key ${answer.id}`, path: `/v1/${kind}`, apiKey: 'key', body: {} },
  ...{ refused: undefined, acknowledged: true },
});

const rowOf = (one: Json): Json => {
  const { completed_at: ended_at, refusal, merchant, ...rest } = one;
  const facts = { merchant: merchant.id, refusal: refusal?.code ?? null, payment: one.payment ?? null };
  return { ...rest, ...facts, amount_refunded: one.amount_refunded ?? money(0), ended_at };
};

/** An account's export with right figures and hashes. */
function exportOf(account: string, moves: readonly [type: string, subject: string, change: number][]) {
  let hash = `${account}#0`;
  let available = 0;
  const entries = moves.map(([type, subject, change], index) => {
    available += change;
    const figures = { available_change: `${change}`, held_change: '0', available: `${available}`, held: '0' };
    const line = { stripe: 0, sequence: index + 1, at_ms: 1, type, subject, ...figures, body: '{}' };
    const { stripe: _, ...hashed } = line;
    hash = createHash('sha256')
      .update(JSON.stringify([hash, ...Object.values(hashed)]))
      .digest('base64url');
    return { line: 'entry', ...line, hash };
  });
  const totals = { line: 'totals', stripe: 0, entries: moves.length, available: `${available}`, held: '0' };
  const first = { line: 'account', account, currency: 'KGS', stripes: 1 };
  return [first, ...entries, { ...totals, hash }].map((line) => JSON.stringify(line));
}

export function soundRecord(): Found {
  const printed = payment('pay_printed', 'acc_aida', 300);
  const ordered = payment('pay_order', 'acc_bek', 200, { order: 'ord_paid' });
  const late = payment('pay_late', 'acc_aida', 200, { order: 'ord_paid', ...declined('order.already_paid') });
  const back = refund('ref_part', printed, 100);
  const refusedBack = refund('ref_refused', ordered, 200, declined('account.closed'));
  const topUp = { id: 'top_up', status: 'completed', amount: money(50) };
  const order = (id: string, status: string, paid: string | null): Json => {
    return { id, status, merchant: shop.id, payment: paid && { id: paid } };
  };
  const payments = [{ ...printed, amount_refunded: money(100) }, ordered, late];
  const refunds = [back, refusedBack];
  const told = (owner: string, type: string, one: Json) => [
    `${owner} ${type} ${one.id}`,
    [`evt_${owner}_${one.id}`],
  ];
  const both = (type: string, one: Json) => [told('par_bank', type, one), told(shop.id, type, one)];
  const received = Object.fromEntries([
    ...payments.flatMap((one) => both(`payment.${one.status}`, one)),
    ...refunds.flatMap((one) => both(`refund.${one.status}`, one)),
    told(shop.id, 'order.paid', { id: 'ord_paid' }),
    told(shop.id, 'order.cancelled', { id: 'ord_cancelled' }),
  ]);
  const account = { account: 'acc_shop', key: 'key', qr: 'qr' };
  return {
    city: {
      ...{ issuer: 'par_bank', walletKey: 'key', payers: ['acc_aida', 'acc_bek'] },
      merchants: [{ id: shop.id, ...account }],
    },
    attempts: [
      attempt('payment', 'acc_aida', printed),
      attempt('payment', 'acc_bek', ordered),
      attempt('payment', 'acc_aida', late),
      // Merchants are not told whose account it is.
      attempt('refund', shop.id, { ...back, account: null }),
      attempt('refund', shop.id, { ...refusedBack, account: null }),
      attempt('top_up', 'acc_aida', topUp),
      attempt('order', shop.id, order('ord_paid', 'open', null)),
      attempt('order', shop.id, order('ord_cancelled', 'open', null)),
      attempt('cancel', shop.id, order('ord_cancelled', 'cancelled', null)),
    ],
    problems: [],
    payments,
    refunds,
    orders: [order('ord_paid', 'paid', 'pay_order'), order('ord_cancelled', 'cancelled', null)],
    balances: { acc_aida: openingBalance - 150, acc_bek: openingBalance - 200, mch_shop: 400 },
    currencies: [{ currency: 'KGS', sum: money(0), held: money(0), open_transfers: 0 }],
    exports: [
      exportOf('acc_aida', [
        ['accept', 'top_opening', openingBalance],
        ['debit', 'pay_printed', -300],
        ['decline', 'pay_late', 0],
        ['accept', 'ref_part', 100],
        ['accept', 'top_up', 50],
      ]),
      exportOf('acc_bek', [
        ['accept', 'top_opening', openingBalance],
        ['debit', 'pay_order', -200],
      ]),
      exportOf('acc_shop', [
        ['accept', 'pay_printed', 300],
        ['accept', 'pay_order', 200],
        ['debit', 'ref_part', -100],
        ['decline', 'ref_refused', 0],
        ['cancel', 'ord_cancelled', 0],
      ]),
    ],
    findings: [],
    reports: { payments: payments.map(rowOf), refunds: refunds.map(rowOf) },
    callbacks: { received, parked: [], retrying: [] },
  };
}
