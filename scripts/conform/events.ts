/** Events about one sale, as the switch tells them. */
import type { Order, Payment } from '../../src/client/index.ts';

const merchant = { id: 'mch_1hq3v8k2m0conform001', name: 'Дордой нан бышыруучу' };
const participant = 'par_1hq3v8k2m0conform001';
const amount = { amount: 12_550, currency: 'KGS' };
const [order, payment] = ['ord_1hq3v8k2m0conform000', 'pay_1hq3v8k2m00000001conform'];
const [created, ended] = ['2026-11-21T08:30:00.000Z', '2026-11-21T08:30:09.412Z'];
const url = 'https://switch.example';

const paid: Order = {
  id: order,
  status: 'paid',
  merchant: merchant.id,
  store: null,
  till: null,
  person: null,
  amount,
  reference: 'sale-1042',
  description: 'Эки нан, бир чай: ข้าว, នំប៉័ង, 面包 🥖 "\\',
  items: [],
  tip_requested: false,
  claim: { status: 'paid', expires_at: '2026-11-21T08:45:00.000Z', ended_at: ended },
  payment: { id: payment, amount, tip: null, participant },
  created_at: created,
  expires_at: '2026-11-21T08:45:00.000Z',
  paid_at: ended,
  qr: { payload: `${url}/#00020101021232…`, svg_url: `${url}/qr.svg`, png_url: `${url}/qr.png` },
  link: `${url}/pay/${order}?merchant=${merchant.id}`,
  share_text: `Pay 125.50 KGS to ${merchant.name}: ${url}/pay/${order}?merchant=${merchant.id}`,
};

const completed: Payment = {
  id: payment,
  status: 'completed',
  account: null,
  participant,
  merchant,
  store: null,
  till: null,
  person: null,
  code: null,
  order,
  order_reference: 'sale-1042',
  amount,
  tip: null,
  amount_refunded: { amount: 0, currency: 'KGS' },
  reference: null,
  scheme: 'elqr',
  presentation: null,
  answers: {},
  refusal: null,
  confirmation: null,
  created_at: created,
  completed_at: ended,
};

interface More {
  readonly sequence?: number;
  /** Fields that a later version of the switch might add. */
  readonly data?: object;
}

const told = (type: string, data: object, { sequence = 7, data: more = {} }: More): string =>
  JSON.stringify({
    type,
    timestamp: ended,
    data: { ...data, ...more },
    owner: merchant.id,
    sequence,
    api_version: '2026-11-01',
  });

export const orderPaid = (more: More = {}): string => told('order.paid', paid, more);
export const paymentCompleted = (more: More = {}): string => told('payment.completed', completed, more);
export const unheardOf = (): string => told('order.sent_to_the_moon', { id: order }, {});
