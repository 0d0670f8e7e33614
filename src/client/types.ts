/**
 * What the API takes and answers, made from its OpenAPI document by `npm run client-types`; a test holds the
 * two together. Types only: nothing of this file is left when it runs.
 */
/** No parameters. */
export type Nothing = Record<never, never>;
export interface Money {
  amount: number;
  currency: string;
}
/** Which refusal it is. A code never changes its meaning; new ones may be added. */
export type RefusalCode =
  | 'request.malformed'
  | 'request.invalid'
  | 'request.too_large'
  | 'request.too_slow'
  | 'request.url_too_long'
  | 'rate.exceeded'
  | 'request.unsupported_type'
  | 'request.unknown_route'
  | 'request.method_not_allowed'
  | 'request.upgrade_required'
  | 'auth.missing'
  | 'auth.invalid'
  | 'auth.forbidden'
  | 'auth.cross_site'
  | 'access.required'
  | 'access.refused'
  | 'access.unknown_person'
  | 'access.unavailable'
  | 'signature.required'
  | 'signature.malformed'
  | 'signature.incomplete'
  | 'signature.not_yet_valid'
  | 'signature.expired'
  | 'signature.key_unknown'
  | 'signature.digest_mismatch'
  | 'signature.wrong'
  | 'signature.replayed'
  | 'certificate.required'
  | 'signing_key.not_found'
  | 'signing_key.refused'
  | 'signing_key.unproven'
  | 'device_key.not_found'
  | 'device_key.refused'
  | 'device_key.unproven'
  | 'idempotency.key_required'
  | 'idempotency.in_flight'
  | 'idempotency.key_reused'
  | 'participant.not_found'
  | 'participant.inactive'
  | 'participant.closed'
  | 'participant.not_empty'
  | 'account.not_found'
  | 'account.frozen'
  | 'account.closed'
  | 'account.balance_limit'
  | 'account.not_empty'
  | 'account.growing'
  | 'account.external'
  | 'merchant.not_found'
  | 'merchant.inactive'
  | 'merchant.not_pending'
  | 'merchant.closed'
  | 'merchant.not_empty'
  | 'store.not_found'
  | 'till.not_found'
  | 'store.closed'
  | 'till.closed'
  | 'operator.not_found'
  | 'session.required'
  | 'session.not_found'
  | 'sign_in.refused'
  | 'sign_in.locked'
  | 'password.weak'
  | 'passkey.not_found'
  | 'passkey.refused'
  | 'invitation.not_found'
  | 'invitation.expired'
  | 'operator.exists'
  | 'operator.last_owner'
  | 'key.not_found'
  | 'endpoint.not_found'
  | 'endpoint.url_refused'
  | 'endpoint.too_many'
  | 'endpoint.disabled'
  | 'event.not_found'
  | 'resend.not_found'
  | 'resend.running'
  | 'resource.exists'
  | 'qr.unreadable'
  | 'qr.altered'
  | 'qr.expired'
  | 'qr.amount_unreadable'
  | 'qr.merchant_unknown'
  | 'qr.scheme_not_routed'
  | 'qr.currency_unknown'
  | 'code.not_found'
  | 'code.paused'
  | 'code.revoked'
  | 'scan.invalid'
  | 'scan.expired'
  | 'order.not_found'
  | 'order.already_paid'
  | 'order.expired'
  | 'order.cancelled'
  | 'order.changed'
  | 'order.being_paid'
  | 'order.items_mismatch'
  | 'code.unknown'
  | 'code.expired'
  | 'code.used'
  | 'password.refused'
  | 'password.locked'
  | 'payment.not_found'
  | 'payment.insufficient_funds'
  | 'payment.amount_required'
  | 'payment.amount_mismatch'
  | 'payment.amount_too_large'
  | 'payment.currency_mismatch'
  | 'payment.tip_not_allowed'
  | 'payment.answers_required'
  | 'payment.same_account'
  | 'payment.not_completed'
  | 'payment.confirmation_required'
  | 'payment.not_awaiting'
  | 'payment.cancelled'
  | 'payment.confirmation_wrong'
  | 'payment.confirmation_failed'
  | 'payment.confirmation_expired'
  | 'limit.amount'
  | 'limit.day_sum'
  | 'limit.day_count'
  | 'limit.month_sum'
  | 'limit.month_count'
  | 'limit.velocity'
  | 'limit.receiver'
  | 'limit.participant'
  | 'limit.unavailable'
  | 'limit_rule.not_found'
  | 'limit_rule.changed'
  | 'limit_rule.too_many'
  | 'refund.exceeds_remaining'
  | 'refund.not_allowed'
  | 'refund.outside'
  | 'refund.insufficient_balance'
  | 'refund_request.not_found'
  | 'refund_request.own'
  | 'refund_request.decided'
  | 'refund_request.declined'
  | 'refund_request.expired'
  | 'issuer.unavailable'
  | 'issuer.no_answer'
  | 'issuer.declined'
  | 'issuer.limit_exceeded'
  | 'issuer.suspected_fraud'
  | 'issuer.answer_wrong'
  | 'acquirer.unavailable'
  | 'acquirer.no_answer'
  | 'acquirer.declined'
  | 'acquirer.answer_wrong'
  | 'position.cap_reached'
  | 'position.not_found'
  | 'connection.not_found'
  | 'connection.refused'
  | 'routing.changed'
  | 'reconciliation.not_found'
  | 'file_format.not_found'
  | 'partner_file.not_found'
  | 'partner_file.part_changed'
  | 'partner_file.out_of_order'
  | 'partner_file.complete'
  | 'partner_file.unreadable'
  | 'reports.behind'
  | 'business_day.not_found'
  | 'business_day.not_over'
  | 'business_day.open_transfers'
  | 'business_day.not_balanced'
  | 'business_day.changed'
  | 'business_day.not_closed'
  | 'business_day.own'
  | 'difference.not_found'
  | 'difference.resolved'
  | 'difference.changed'
  | 'difference.no_payment'
  | 'difference.not_proposed'
  | 'difference.own'
  | 'transfer.not_stuck'
  | 'transfer.gone_on'
  | 'callback.not_parked'
  | 'dead_letter.not_found'
  | 'dead_letter.resolved'
  | 'approval.not_found'
  | 'approval.own'
  | 'approval.not_own'
  | 'approval.decided'
  | 'approval.expired'
  | 'approval.not_ready'
  | 'approval.busy'
  | 'report_schedule.not_found'
  | 'report_schedule.too_many'
  | 'report_job.not_found'
  | 'report_job.not_ready'
  | 'report_job.too_many'
  | 'alert.not_found'
  | 'alert.acknowledged'
  | 'sandbox.only'
  | 'switch.busy'
  | 'switch.error';
export interface Refusal {
  code: RefusalCode;
  /** ISO 20022 status reason code */
  reason: string;
  actor: 'payer' | 'issuer' | 'merchant' | 'switch';
  retryable: boolean;
  /** What to tell a person, in the language asked for */
  detail: string;
  /** Of a limit, to whom it concerns: what is left of it */
  explanation?: string | undefined;
}
export interface QrCode {
  /** Put exactly this into a QR code */
  payload: string;
  svg_url: string;
  png_url: string;
}
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: RefusalCode;
  reason: string;
  actor: 'payer' | 'issuer' | 'merchant' | 'switch';
  retryable: boolean;
  request_id: string;
  explanation?: string | undefined;
  violations?:
    | {
        pointer: string;
        code: string;
        message: string;
      }[]
    | undefined;
}
export interface Scan {
  /** Pay with this instead of the payload */
  scan: string;
  expires_at: string;
  profile: string;
  scheme: string;
  country: string | null;
  /** Of the switch, over what the code says; an altered code is not payable */
  signature: 'valid' | 'absent' | 'invalid';
  payable: boolean;
  /** Why it cannot be paid */
  refusal: Refusal | null;
  merchant: {
    id: string | null;
    name: string | null;
    city: string | null;
    category_code: string | null;
  };
  currency: string | null;
  /** null: the payer enters it */
  amount: Money | null;
  amount_editable: boolean;
  tip: {
    kind: 'prompt' | 'fixed' | 'percentage';
    amount: Money | null;
    percentage: string | null;
  } | null;
  /** What leaves the account, tip included, as far as known */
  debit: Money | null;
  /** Ask the payer for these and send them as `answers` */
  ask_payer: string[];
  order: {
    id: string;
    status: 'open' | 'paid' | 'cancelled' | 'expired';
    reference: string | null;
    description: string | null;
    expires_at: string;
  } | null;
  /** The merchant’s printed code it is */
  code: string | null;
  code_expires_at: string | null;
  point_of_initiation_method: 'static' | 'dynamic' | null;
  warnings: string[];
}
export interface NewScan {
  payload: string;
  /** Of the payer who scans: the same may look again at a till’s sticker, others wait */
  account?: string | undefined;
}
export interface Payment {
  id: string;
  /** requires_confirmation: nothing is held; the payer’s device has to sign it. processing: the outcome is not known yet. The others are final; what is cancelled or expired was never confirmed. */
  status: 'requires_confirmation' | 'processing' | 'completed' | 'declined' | 'cancelled' | 'expired';
  /** The payer’s account; merchants do not see it */
  account: string | null;
  /** The payer’s issuer */
  participant: string;
  /** A merchant of another scheme has no id here: it is empty */
  merchant: {
    id: string;
    name: string;
  };
  store: string | null;
  till: string | null;
  /** Who of the merchant made the order, signed in; payers do not see it */
  person: string | null;
  /** The printed code it was paid with */
  code: string | null;
  order: string | null;
  order_reference: string | null;
  /** What the payer paid, tip included */
  amount: Money;
  tip: Money | null;
  /** What was given back of it; to its merchant, what is on its way back too */
  amount_refunded: Money;
  /** The wallet’s own reference */
  reference: string | null;
  scheme: string | null;
  /** What the payer gave the register; null: the payer scanned */
  presentation: 'code' | 'password' | null;
  answers: Record<string, string>;
  refusal: Refusal | null;
  /** Of a payment that has or had to be confirmed; merchants do not see it */
  confirmation: {
    expires_at: string;
    /** limit: it is above a limit beyond which the payer confirms. asked: the way it was made needs it */
    reason: 'limit' | 'asked';
    confirmed_at: string | null;
    /** While it waits: what the device signs, to compare with what you make of it */
    text?: string | undefined;
  } | null;
  created_at: string;
  completed_at: string | null;
  next_poll_after?: string | undefined;
}
export interface NewPayment {
  /** Token of a scan, good for five minutes */
  scan?: string | undefined;
  /** Or the scanned text itself */
  payload?: string | undefined;
  /** Required when the code has no amount */
  amount?: number | undefined;
  tip?: number | undefined;
  answers?: Record<string, string> | undefined;
  /** The wallet’s own reference */
  reference?: string | undefined;
}
export interface DeviceKey {
  id: string;
  account: string;
  public_key: string;
  label: string | null;
  revoked_at: string | null;
  created_at: string;
}
export interface NewDeviceKey {
  /** Ed25519: 32 bytes in base64url, the `x` of its JWK */
  public_key: string;
  /** Ed25519 signature by the new key, in base64url, under the lines `tolom device key`, the address of this switch, the account’s id and the public key (base64url), joined by line feeds */
  proof: string;
  label?: string | undefined;
}
export interface NewConfirmation {
  /** The device key that signed */
  key: string;
  /** Ed25519, in base64url, under the UTF-8 of seven lines joined by line feeds: `tolom payment confirmation`, and of the payment its id, `amount.amount`, `amount.currency`, `confirmation.expires_at`, `merchant.id` and `merchant.name`. Show the payer what you sign; do not sign `confirmation.text` unread */
  signature: string;
}
export interface Account {
  id: string;
  participant: string;
  /** external: kept at its issuer, so that it has no balance here; position: what a partner has in the switch */
  kind: 'payer' | 'merchant' | 'funding' | 'position' | 'external';
  currency: string;
  label: string | null;
  status: 'active' | 'frozen' | 'closed';
  /** Objects that share the load; several of a busy merchant only */
  stripes: number;
  created_at: string;
  /** The issuer’s own name of an external account */
  reference?: string | undefined;
  /** The account that pays in its place */
  position?: string | undefined;
  /** available + held; an external account’s is known to its issuer only */
  balance?: Money | undefined;
  available?: Money | undefined;
  held?: Money | undefined;
}
export interface Entry {
  sequence: number;
  type: 'await' | 'hold' | 'settle' | 'void' | 'debit' | 'decline' | 'accept' | 'expire' | 'cancel';
  /** The transfer or claim this entry is about */
  subject: string;
  kind: string | null;
  amount: Money | null;
  available_change: number;
  held_change: number;
  available: number;
  held: number;
  balance: number;
  created_at: string;
  hash: string;
}
export interface BalanceAt {
  account: string;
  at: string;
  /** available + held */
  balance: Money;
  available: Money;
  held: Money;
}
export interface TopUp {
  id: string;
  status: 'processing' | 'completed' | 'declined';
  account: string;
  amount: Money;
  reference: string | null;
  refusal: Refusal | null;
  created_at: string;
}
export interface Holder {
  account: string;
  name: string | null;
  phone: string | null;
  document: string | null;
  /** Whether only as much is shown as tells people apart */
  masked: boolean;
}
export interface NewHolder {
  /** Of the holder; kept sealed */
  name?: string | undefined;
  /** With its country code; kept in E.164 */
  phone?: string | undefined;
  /** Number of a document; kept sealed */
  document?: string | undefined;
}
export interface HolderExport {
  exported_at: string;
  name: string | null;
  phone: string | null;
  document: string | null;
  accounts: Account &
    {
      /** All entries of the account */
      export_url: string;
    }[];
}
export interface Merchant {
  id: string;
  name: string;
  city: string;
  country: string;
  category_code: string;
  language: string;
  /** pending: it registered itself, and staff have not yet looked at it */
  status: 'active' | 'pending' | 'suspended' | 'closed';
  currency: string;
  account: string;
  /** This and what it is made of: null for all but owners and staff */
  balance: Money | null;
  available: Money | null;
  held: Money | null;
  /** The merchant’s static code: the payer enters the amount */
  qr: QrCode;
  created_at: string;
}
export interface Order {
  id: string;
  status: 'open' | 'paid' | 'cancelled' | 'expired';
  merchant: string;
  store: string | null;
  till: string | null;
  /** Who made it, signed in */
  person: string | null;
  amount: Money;
  reference: string | null;
  description: string | null;
  /** What is sold; empty where the register did not say */
  items: OrderItem[];
  tip_requested: boolean;
  /** The one-time receivable behind the order */
  claim: {
    status: 'open' | 'paid' | 'cancelled' | 'expired';
    expires_at: string;
    ended_at: string | null;
  };
  payment: {
    id: string;
    amount: Money;
    tip: Money | null;
    participant: string;
  } | null;
  created_at: string;
  expires_at: string;
  paid_at: string | null;
  qr: QrCode;
  link: string;
  /** To be sent to the payer, in the language asked for */
  share_text: string;
}
export interface OrderItem {
  name: string;
  quantity: number;
  /** Integer minor units; negative: a discount */
  unit_price: number;
}
export interface NewOrder {
  /** Integer minor units (tyiyn, cents) */
  amount: number;
  /** ISO 4217 alphabetic code */
  currency: string;
  /** The register’s own number of the sale */
  reference?: string | undefined;
  description?: string | undefined;
  /** Seconds */
  expires_in?: number | undefined;
  /** Id of a store */
  store?: string | undefined;
  /** Id of a till */
  till?: string | undefined;
  /** What is sold; adds up to the amount */
  items?: OrderItem[] | undefined;
  /** Whether the payer’s wallet asks for a tip, which comes on top of the amount */
  tip_requested?: boolean | undefined;
}
export interface MerchantCodes {
  id: string;
  signed_codes: boolean;
  /** The static code from now on */
  payload: string;
}
export interface NewStickerOrder {
  /** Integer minor units (tyiyn, cents) */
  amount: number;
  /** ISO 4217 alphabetic code */
  currency: string;
  /** The register’s own number of the sale */
  reference?: string | undefined;
  description?: string | undefined;
  /** Seconds */
  expires_in?: number | undefined;
  /** What is sold; adds up to the amount */
  items?: OrderItem[] | undefined;
  /** Whether the payer’s wallet asks for a tip, which comes on top of the amount */
  tip_requested?: boolean | undefined;
}
export interface StickerOrder {
  /** An open order; of a merchant with several stripes, one that this sticker has shown before */
  order: string;
}
export interface Sticker {
  /** null: the payer enters the amount, or it is another cashier’s */
  order: Order | null;
  /** A payer is looking at it; until then it is theirs, and others wait */
  being_paid_until: string | null;
}
export interface PrintedCode {
  /** Id of a code */
  id: string;
  merchant: string;
  kind: 'static' | 'sticker';
  name: string;
  note: string | null;
  /** revoked is final */
  status: 'active' | 'paused' | 'revoked';
  /** Why it was paused or revoked */
  reason: string | null;
  store: string | null;
  till: string | null;
  /** null: the payer enters it */
  amount: Money | null;
  reference: string | null;
  /** Put exactly this into a QR code */
  payload: string;
  /** With `size` and `ecc`, as large and as sturdy as you need it */
  images: {
    svg_url: string;
    png_url: string;
    pdf_url: string;
  };
  /** A page to print: `?sheet=a6` or `a4`, `&language=` other than the merchant’s */
  sheet_url: string;
  created_at: string;
}
export interface NewPrintedCode {
  /** sticker: one for each till, which shows the order that its register sets */
  kind?: 'static' | 'sticker' | undefined;
  name: string;
  /** For the merchant’s people; payers do not see it */
  note?: string | undefined;
  /** Id of a store */
  store?: string | undefined;
  /** Id of a till */
  till?: string | undefined;
  /** What every payment pays; absent: the payer enters it */
  amount?: number | undefined;
  /** Beside an amount */
  currency?: string | undefined;
  /** On every payment made with it, as `order_reference` */
  reference?: string | undefined;
}
export interface PrintedCodeChange {
  name?: string | undefined;
  /** For the merchant’s people; payers do not see it */
  note?: string | null | undefined;
}
export interface PausePrintedCode {
  reason?: string | undefined;
}
export interface RevokePrintedCode {
  reason: string;
}
export interface PrintedCodeTurnover {
  /** Id of a code */
  code: string;
  from: string;
  to: string;
  count: number;
  sum: Money;
  /** Of payments made with it; not subtracted above */
  refunds: {
    count: number;
    sum: Money;
  };
  /** Everything that ended before is counted */
  complete_up_to: string;
}
export interface RefundRequest {
  id: string;
  /** refused: it was approved, and could not be given back any more, see `refusal` */
  status: 'pending' | 'approved' | 'declined' | 'expired' | 'refused';
  merchant: string;
  payment: string;
  till: string | null;
  amount: Money;
  reason: string | null;
  reference: string | null;
  /** The person who was signed in, or the key */
  made_by: string;
  /** What that person is called; null for keys */
  made_by_name: string | null;
  decided_by: string | null;
  decided_by_name: string | null;
  decided_at: string | null;
  /** What was said with the decision */
  note: string | null;
  /** The refund that was made */
  refund: string | null;
  refusal: Refusal | null;
  created_at: string;
  expires_at: string;
}
export interface RefundDecision {
  note?: string | undefined;
}
export interface Refund {
  id: string;
  /** requires_approval: more than this cashier gives back; `id` is the request’s, which a manager decides. processing: the outcome is not known yet. completed and declined are final. */
  status: 'requires_approval' | 'processing' | 'completed' | 'declined';
  payment: string;
  /** The payer’s account; merchants do not see it */
  account: string | null;
  /** The payer’s issuer */
  participant: string;
  merchant: {
    id: string;
    name: string;
  };
  store: string | null;
  till: string | null;
  order: string | null;
  order_reference: string | null;
  /** centre: the processing centre decided on it in the merchant’s place */
  asked_by: 'merchant' | 'centre';
  /** The person who was signed in, or the key; issuers do not see it */
  made_by: string | null;
  /** Where somebody else had to: who it was */
  approved_by: string | null;
  amount: Money;
  reason: string | null;
  reference: string | null;
  refusal: Refusal | null;
  created_at: string;
  completed_at: string | null;
}
export interface NewRefund {
  /** Absent: all that is left of the payment */
  amount?: number | undefined;
  reason?: string | undefined;
  /** The register’s own number of the refund */
  reference?: string | undefined;
}
export interface PresentedCode {
  account: string;
  /** Twenty digits: show them as a Code 128 */
  code: string;
  /** Put exactly this into an EMV consumer-presented QR code */
  qr: string;
  /** Above this the payer confirms in the wallet */
  confirm_above: Money;
  created_at: string;
  /** Show the next one before */
  expires_at: string;
}
export interface OneTimePassword {
  account: string;
  /** For the payer to read out */
  password: string;
  created_at: string;
  expires_at: string;
}
export interface PresentedSettings {
  account: string;
  confirm_above: Money;
  /** The payer has not said otherwise */
  is_default: boolean;
}
export interface NewPresentedSettings {
  /** Minor units; 0: confirm everything; null: as usual */
  confirm_above: number | null;
}
export interface NewPresentedPayment {
  /** What was scanned: the digits, or the text of the QR code */
  code: string;
  /** Integer minor units (tyiyn, cents) */
  amount: number;
  /** ISO 4217 alphabetic code */
  currency: string;
  /** The order this pays, if it is one’s */
  order?: string | undefined;
  /** The register’s own number of the sale */
  reference?: string | undefined;
  /** Id of a store */
  store?: string | undefined;
  /** Id of a till */
  till?: string | undefined;
}
export interface NewPasswordPayment {
  /** With its country code */
  phone: string;
  password: string;
  /** Integer minor units (tyiyn, cents) */
  amount: number;
  /** ISO 4217 alphabetic code */
  currency: string;
  /** The order this pays, if it is one’s */
  order?: string | undefined;
  /** The register’s own number of the sale */
  reference?: string | undefined;
  /** Id of a store */
  store?: string | undefined;
  /** Id of a till */
  till?: string | undefined;
}
/** hello: from here on. resync: something was missed, read orders and payments anew. All others are events, the same as callbacks. `since` is the last `sequence` seen. */
export type LiveMessage =
  | {
      type: 'hello';
      sequence: number;
    }
  | {
      type: 'resync';
      sequence: number;
    }
  | {
      type: string;
      sequence: number;
      id: string;
      timestamp: string;
      data: Nothing;
    };
export interface SignedReceipt {
  payment: string;
  /** Signed: check it with `checkReceipt` of `tolom/client` and the keys of /.well-known/jwks.json */
  receipt: string;
  /** A page that shows it; put exactly this into a QR code */
  link: string;
  /** That QR code as a picture */
  qr_url: string;
  merchant: {
    id: string;
    name: string;
  };
  amount: Money;
  completed_at: string;
  /** As of now; the receipt does not say */
  amount_refunded: Money;
}
export interface Takings {
  date: string;
  time_zone: string;
  from: string;
  /** The end of the day, or now */
  to: string;
  /** What ended later may be missing */
  complete_up_to: string;
  takings: TakingsFigures;
  /** The day before, up to the same time */
  before: {
    date: string;
    from: string;
    to: string;
    /** Payments */
    count: number;
    /** What was paid, tips included */
    sum: Money;
    tips: Money;
    refunds: {
      count: number;
      sum: Money;
    };
    /** `sum` less what was given back */
    net: Money;
  };
  by_hour: {
    hour: number;
    /** Payments */
    count: number;
    /** What was paid, tips included */
    sum: Money;
    tips: Money;
    refunds: {
      count: number;
      sum: Money;
    };
    /** `sum` less what was given back */
    net: Money;
  }[];
  /** By who made the order, or the refund, the highest sum first; `id` null: what has none */
  by_person: {
    id: string | null;
    name: string | null;
    /** Payments */
    count: number;
    /** What was paid, tips included */
    sum: Money;
    tips: Money;
    refunds: {
      count: number;
      sum: Money;
    };
    /** `sum` less what was given back */
    net: Money;
  }[];
  /** By till, the highest sum first; `id` null: what has none */
  by_till: {
    id: string | null;
    name: string | null;
    /** Payments */
    count: number;
    /** What was paid, tips included */
    sum: Money;
    tips: Money;
    refunds: {
      count: number;
      sum: Money;
    };
    /** `sum` less what was given back */
    net: Money;
  }[];
  /** By store, the highest sum first; `id` null: what has none */
  by_store: {
    id: string | null;
    name: string | null;
    /** Payments */
    count: number;
    /** What was paid, tips included */
    sum: Money;
    tips: Money;
    refunds: {
      count: number;
      sum: Money;
    };
    /** `sum` less what was given back */
    net: Money;
  }[];
  /** By printed code, the highest sum first; `id` null: what has none */
  by_code: {
    id: string | null;
    name: string | null;
    /** Payments */
    count: number;
    /** What was paid, tips included */
    sum: Money;
    tips: Money;
    refunds: {
      count: number;
      sum: Money;
    };
    /** `sum` less what was given back */
    net: Money;
  }[];
}
export interface TakingsFigures {
  /** Payments */
  count: number;
  /** What was paid, tips included */
  sum: Money;
  tips: Money;
  refunds: {
    count: number;
    sum: Money;
  };
  /** `sum` less what was given back */
  net: Money;
}
export type NewCallbackEndpoint = CallbackEndpoint & {
  /** Shown this once: verify signatures with it */
  secret: string;
};
export interface CallbackEndpoint {
  id: string;
  owner: string;
  url: string;
  /** Types of events it hears of; null: all */
  types:
    | (
        | 'payment.requires_confirmation'
        | 'payment.completed'
        | 'payment.declined'
        | 'payment.cancelled'
        | 'payment.expired'
        | 'refund.completed'
        | 'refund.declined'
        | 'order.paid'
        | 'order.expired'
        | 'order.cancelled'
        | 'callback_endpoint.disabled'
        | 'position.alert'
        | 'day.closed'
        | 'day.not_closed'
        | 'report.ready'
        | 'report.failed'
        | 'alert.raised'
        | 'alert.cleared'
        | 'approval.proposed'
        | 'approval.decided'
      )[]
    | null;
  /** paused: its events wait. disabled: they are parked, and can be sent again. */
  status: 'active' | 'paused' | 'disabled';
  /** Why it is disabled. gone: it answered 410. failing: it took nothing for days. */
  reason: 'asked' | 'gone' | 'failing' | null;
  /** null while it takes what it is told */
  failing_since: string | null;
  /** Until then two secrets sign */
  previous_secret_until: string | null;
  created_at: string;
}
export type CallbackPing = CallbackAttempt & {
  event: string;
};
export interface CallbackAttempt {
  endpoint: string;
  number: number;
  at: string;
  took_ms: number;
  /** Its body is the event’s; signatures are not kept */
  request: {
    url: string;
    headers: Record<string, string>;
  };
  /** null: there was no answer */
  status: number | null;
  /** null: it was delivered */
  error: string | null;
  /** The first kilobyte of what was answered */
  response: string | null;
}
export interface SignatureExplanation {
  verifies: boolean;
  findings: {
    code: string;
    message: string;
  }[];
}
export interface Event {
  id: string;
  type: string;
  owner: string;
  object: string;
  created_at: string;
  /** Exactly what is sent and signed */
  body: string;
  attempts: CallbackAttempt[];
}
export interface CallbackDelivery {
  event: string;
  type: string;
  endpoint: string;
  owner: string;
  status: 'retrying' | 'waiting' | 'parked';
  attempts: number;
  last_status: number | null;
  last_error: string | null;
  next_attempt_at: string | null;
  updated_at: string;
}
export interface EventResent {
  event: string;
  endpoints: string[];
}
export interface CallbackResend {
  id: string;
  owner: string;
  endpoint: string | null;
  type: string | null;
  missed_only: boolean;
  since: string;
  until: string;
  /** limited: ended after 10000 events; ask again from `reached` on */
  status: 'running' | 'finished' | 'limited';
  /** Everything before this time has been looked at */
  reached: string;
  /** Events looked at */
  events: number;
  /** Deliveries begun again */
  deliveries: number;
  started_at: string;
  finished_at: string | null;
}
export interface DeliveriesRetried {
  deliveries: number;
}
export interface PaymentReportRow {
  id: string;
  kind: 'payment' | 'refund';
  status: 'requires_confirmation' | 'processing' | 'completed' | 'declined' | 'cancelled' | 'expired';
  refusal: string | null;
  amount: Money;
  tip: Money | null;
  amount_refunded: Money;
  /** Of a refund: the payment it gives back */
  payment: string | null;
  /** The payer’s; merchants do not see it */
  account: string | null;
  participant: string;
  merchant: string | null;
  merchant_name: string | null;
  store: string | null;
  till: string | null;
  /** Who made the order, or the refund, signed in */
  person: string | null;
  /** The printed code, where the merchant has several */
  code: string | null;
  order: string | null;
  order_reference: string | null;
  reference: string | null;
  scheme: string | null;
  created_at: string;
  ended_at: string | null;
}
export interface ReportJob {
  id: string;
  report: string;
  format: 'csv' | 'xlsx' | 'jsonl';
  /** As they were given, and usual ones */
  filters: Record<string, string>;
  status: 'running' | 'finished' | 'cancelled' | 'failed';
  started_by: string;
  started_at: string;
  finished_at: string | null;
  /** Everything that happened until then is in it */
  complete_up_to: string;
  /** In the file so far */
  rows: number;
  bytes: number;
  /** Control totals: what the rows of the file come to, by column and currency */
  totals: {
    column: string;
    sum: Money;
  }[];
  /** Of the whole file, in hex; once it is finished */
  sha256: string | null;
  /** Kept until then */
  expires_at: string;
}
export interface NewPaymentFile {
  format: 'csv' | 'xlsx' | 'jsonl';
  /** Of the headings. Absent: in a spreadsheet that of `Accept-Language`, else the names of fields */
  language?: 'en' | 'ky' | 'ru' | 'th' | 'km' | 'zh' | undefined;
  /** As in the query of the list */
  filters?: Record<string, string> | undefined;
}
export interface Timeline {
  payment: string;
  status: 'requires_confirmation' | 'processing' | 'completed' | 'declined' | 'cancelled' | 'expired';
  refusal: Refusal | null;
  amount: Money;
  /** The payment’s, then those of its refunds one by one */
  steps: TimelineStep[];
  /** There are older refunds, in the list of refunds */
  more_refunds: boolean;
}
export interface TimelineStep {
  code:
    | 'payment.requested'
    | 'payment.presented_code'
    | 'payment.presented_password'
    | 'payment.routed'
    | 'payment.checked'
    | 'payment.check_refused'
    | 'payment.confirmation_asked'
    | 'payment.confirmed'
    | 'payment.cancelled'
    | 'payment.expired'
    | 'payment.held'
    | 'payment.debited'
    | 'payment.declined'
    | 'payment.accepted'
    | 'payment.accept_refused'
    | 'payment.accept_awaited'
    | 'payment.settled'
    | 'payment.settle_awaited'
    | 'payment.voided'
    | 'payment.void_awaited'
    | 'refund.requested'
    | 'refund.requested_by_centre'
    | 'refund.checked'
    | 'refund.check_refused'
    | 'refund.held'
    | 'refund.debited'
    | 'refund.declined'
    | 'refund.accepted'
    | 'refund.accept_refused'
    | 'refund.accept_awaited'
    | 'refund.settled'
    | 'refund.settle_awaited'
    | 'refund.voided'
    | 'refund.void_awaited'
    | 'callback.delivered'
    | 'callback.failed'
    | 'callback.retrying'
    | 'callback.parked'
    | 'callback.unrecorded'
    | 'report.recorded'
    | 'report.awaited';
  /** The payment, or the refund of it that this belongs to */
  transfer: string;
  /** Whose step it is */
  party: 'payer' | 'merchant' | 'switch';
  /** null: not recorded, or still to come */
  at: string | null;
  /** Where it was written; null for steps of the other party */
  object: {
    account: string;
    stripe: number;
    book: number | null;
    sequence: number | null;
  } | null;
  entry: {
    type: string;
    hash: string;
    /** Of the entry before; of the first, the account’s name */
    previous_hash: string;
    /** For staff. `hash` is SHA-256 (base64url) of the JSON array previous_hash, sequence, at_ms, type, subject, available_change, held_change, available, held, body */
    contents: {
      at_ms: number;
      subject: string;
      available_change: string;
      held_change: string;
      available: string;
      held: string;
      body: string;
    } | null;
  } | null;
  callback: {
    event: string;
    type: string;
    endpoint: string | null;
    attempt: number | null;
    status: number | null;
    error: string | null;
  } | null;
  /** What is known of it by name, amounts in minor units */
  facts: Record<string, string | number> | null;
  refusal: Refusal | null;
  /** In the language asked for */
  explanation: string;
}
export interface MerchantRecord {
  id: string;
  name: string;
  city: string;
  country: string;
  category_code: string;
  language: string;
  currency: string;
  account: string;
  acquirer: string | null;
  signed_codes: boolean;
  status: string;
  created_at: string;
}
export interface Store {
  id: string;
  merchant: string;
  name: string;
  address: string | null;
  /** closed: nothing new is sold there; what was made before is paid and given back as ever */
  status: 'open' | 'closed';
  created_at: string;
}
export interface Till {
  id: string;
  merchant: string;
  store: string;
  name: string;
  /** closed: nothing new is sold there; what was made before is paid and given back as ever */
  status: 'open' | 'closed';
  created_at: string;
}
export type NewKeyShown = Key & {
  /** Shown this once; kept only as a hash */
  api_key: string;
};
export interface Key {
  id: string;
  kind: 'participant' | 'merchant' | 'staff';
  owner: string;
  role: string;
  till: string | null;
  label: string | null;
  /** First characters, to tell keys apart */
  hint: string;
  revoked_at: string | null;
  created_at: string;
}
export interface MerchantChange {
  name?: string | undefined;
  city?: string | undefined;
  language?: 'en' | 'ky' | 'ru' | 'th' | 'km' | 'zh' | undefined;
}
export interface NewStore {
  name: string;
  address?: string | undefined;
}
export interface NewTill {
  name: string;
}
export interface NewRegisterKey {
  role?: 'owner' | 'manager' | 'cashier' | undefined;
  /** Where it is used, and of a cashier what it sees: it must be there */
  till?: string | undefined;
  label?: string | undefined;
}
export interface Session {
  id: string;
  method: 'password' | 'passkey' | 'invitation' | 'registration';
  /** What the browser calls itself */
  agent: string;
  current: boolean;
  created_at: string;
  /** Up to five minutes old */
  seen_at: string;
  /** When it ends in any case */
  expires_at: string;
}
export interface NewSession {
  email: string;
  password: string;
}
export interface Me {
  who: string;
  /** The merchant, participant or person of the centre */
  owner: string;
  /** The key, or the session */
  key: string;
  till: string | null;
  person: Person;
  /** Who the caller works for; null when it is no merchant */
  merchant: {
    id: string;
    name: string;
    city: string;
    country: string;
    language: string;
    currency: string;
    status: 'active' | 'pending' | 'suspended' | 'closed';
  } | null;
}
/** null for keys */
export interface Person {
  id: string;
  name: string;
  email: string;
  role: string;
  store: string | null;
  till: string | null;
  /** How much of one payment a cashier may give back, in minor units; null: as usual for the role */
  refund_limit: number | null;
}
/** As `navigator.credentials` takes them in JSON (WebAuthn, level 3) */
export interface PasskeyOptions {
  challenge: string;
}
export interface Passkey {
  id: string;
  label: string;
  created_at: string;
  /** When somebody last signed in with it */
  used_at: string | null;
}
export interface NewPasskey {
  label: string;
  response: PasskeyResponse;
}
/** What the browser answers, as JSON (WebAuthn, level 3) */
export interface PasskeyResponse {
  id: string;
  response: Record<string, unknown>;
}
export interface NewPasskeySession {
  response: PasskeyResponse;
}
export interface NewPassword {
  current: string;
  password: string;
}
export interface Registration {
  merchant: string;
  /** pending: staff have to look at it first */
  status: 'active' | 'pending';
  store: string;
  till: string;
  person: Person;
  session: Session;
}
export interface NewRegistration {
  business: string;
  city: string;
  category_code: string;
  country?: string | undefined;
  /** ISO 4217 alphabetic code */
  currency?: string | undefined;
  /** Absent: the one of the request */
  language?: 'en' | 'ky' | 'ru' | 'th' | 'km' | 'zh' | undefined;
  /** The owner’s; absent: the business’s */
  name?: string | undefined;
  email: string;
  password: string;
}
export interface Invitation {
  email: string;
  name: string;
  role: string;
  /** Its name; null for the centre */
  merchant: string | null;
  expires_at: string;
}
export interface AcceptedInvitation {
  name: string;
  password: string;
}
export type Staff = Person & {
  status: 'active' | 'invited' | 'suspended';
  created_at: string;
};
export interface Invited {
  person: Staff;
  /** Shown this once; good once */
  link: string;
  expires_at: string;
}
export interface NewInvitation {
  email: string;
  name?: string | undefined;
  role: 'owner' | 'manager' | 'cashier';
  /** The store a person is kept to; null: all */
  store?: string | null | undefined;
  /** The till a person is kept to; null: all */
  till?: string | null | undefined;
  /** How much of one payment a cashier may give back, in minor units; null: as usual */
  refund_limit?: number | null | undefined;
}
export interface StaffChange {
  role?: 'owner' | 'manager' | 'cashier' | undefined;
  /** The store a person is kept to; null: all */
  store?: string | null | undefined;
  /** The till a person is kept to; null: all */
  till?: string | null | undefined;
  /** How much of one payment a cashier may give back, in minor units; null: as usual */
  refund_limit?: number | null | undefined;
}
export interface Position {
  account: string;
  participant: string;
  status: 'active' | 'frozen' | 'closed';
  /** What the partner has in the switch; below zero it owes */
  balance: Money;
  /** Without what is held for payments under way */
  available: Money;
  cap: Money;
  /** What payments may still take */
  left: Money;
  /** Of the cap; alerts are sent at 75 and 90 */
  used_percent: number;
  stripes: number;
}
export interface SigningKey {
  /** The `keyid` of signatures by this key */
  id: string;
  participant: string;
  public_key: {
    kty: string;
    crv: string;
    x: string;
  };
  label: string | null;
  not_after: string | null;
  revoked_at: string | null;
  created_at: string;
}
export interface NewSigningKey {
  /** Ed25519: 32 bytes in base64url, or a JWK */
  public_key:
    | string
    | {
        kty: 'OKP';
        crv: 'Ed25519';
        x: string;
        kid?: string | undefined;
        use?: 'sig' | undefined;
        alg?: 'EdDSA' | 'Ed25519' | undefined;
      };
  /** Ed25519 signature by the new key, in base64url, under the lines `tolom signing key`, the address of this switch, the participant’s id and the public key (base64url), joined by line feeds */
  proof: string;
  label?: string | undefined;
  /** When the key stops by itself */
  not_after?: string | undefined;
}
export interface NewSigningKeyEnd {
  not_after: string;
}
export interface Trust {
  participant: string;
  /** Whether bearer keys are refused */
  require_signature: boolean;
  /** SHA-256 of its client certificates; when there is any, every request must come with one */
  certificates: string[];
  /** Of each of its keys; null: as for every participant */
  requests_per_second: number | null;
}
/** What is left out stays as it is */
export interface NewTrust {
  require_signature?: boolean | undefined;
  certificates?: string[] | undefined;
  reason?: string | undefined;
}
export interface Approval {
  id: string;
  /** proposed: waits for another person. approved: is being carried out, or waits to be collected. done: carried out. failed: approved, and then refused, see `refusal`. The others are over too, and nothing was done. */
  status: 'proposed' | 'approved' | 'done' | 'failed' | 'rejected' | 'withdrawn' | 'expired';
  action:
    | 'participant.create'
    | 'participant.change'
    | 'participant.wallet_link'
    | 'participant.rate'
    | 'participant.trust'
    | 'participant.suspend'
    | 'participant.resume'
    | 'participant.close'
    | 'signing_key.create'
    | 'account.create'
    | 'account.freeze'
    | 'account.close'
    | 'account.reopen'
    | 'account.top_up'
    | 'holder.erase'
    | 'merchant.create'
    | 'merchant.change'
    | 'merchant.stripes'
    | 'merchant.suspend'
    | 'merchant.resume'
    | 'merchant.close'
    | 'store.create'
    | 'store.change'
    | 'till.create'
    | 'till.change'
    | 'operator.create'
    | 'operator.change'
    | 'operator.resume'
    | 'operator.invite'
    | 'key.create'
    | 'endpoint.create'
    | 'endpoint.change'
    | 'endpoint.rotate_secret'
    | 'connection.create'
    | 'connection.change'
    | 'position.create'
    | 'position.change'
    | 'routing.change'
    | 'limit_rule.create'
    | 'limit_rule.change'
    | 'limit_rule.retire'
    | 'business_day.reopen'
    | 'transfer.decide'
    | 'payment.refund';
  summary: string;
  method: string;
  path: string;
  /** What would be changed; null where something would be made */
  object: {
    id: string;
    kind: string;
    name: string | null;
  } | null;
  made_by: {
    id: string;
    /** null for the deployment’s own key */
    name: string | null;
  };
  reason: string | null;
  /** What was asked for; nothing of it is kept once it is over */
  body?: unknown | undefined;
  /** Its answer holds a secret: once approved, it is done when whoever asked for it collects it */
  collected: boolean;
  decided_by: {
    id: string;
    /** null for the deployment’s own key */
    name: string | null;
  } | null;
  decided_at: string | null;
  /** What was said with the decision */
  note: string | null;
  /** Why it failed */
  refusal: Refusal | null;
  created_at: string;
  expires_at: string;
}
/** Every call that participants and merchants may make. */
export interface Operations {
  /** Whether the switch and its databases answer */
  'GET /healthz': {
    params: Nothing;
    query: Nothing;
    body: undefined;
    answer: {
      status: 'ok';
    };
    key: 'none';
  };
  /** Read a QR code: who is paid, how much, and whether it can be paid here */
  'POST /v1/scans': {
    params: Nothing;
    query: Nothing;
    body: NewScan;
    answer: Scan;
    key: 'none';
  };
  /** Pay a scanned code from an account */
  'POST /v1/accounts/{account}/payments': {
    params: {
      /** Id of an account */
      account: string;
    };
    query: Nothing;
    body: NewPayment;
    answer: Payment;
    key: 'required';
  };
  /** Payments of an account, newest first; `reference` finds one whose answer was lost */
  'GET /v1/accounts/{account}/payments': {
    params: {
      /** Id of an account */
      account: string;
    };
    query: {
      limit?: number | undefined;
      /** `next_cursor` of the page before */
      cursor?: string | undefined;
      reference?: string | undefined;
    };
    body: undefined;
    answer: {
      data: Payment[];
      next_cursor: string | null;
    };
    key: 'none';
  };
  /** One payment of an account */
  'GET /v1/accounts/{account}/payments/{payment}': {
    params: {
      /** Id of an account */
      account: string;
      /** Id of a payment */
      payment: string;
    };
    query: Nothing;
    body: undefined;
    answer: Payment;
    key: 'none';
  };
  /** Register a device of the payer, so that it may confirm payments of the account */
  'POST /v1/accounts/{account}/device-keys': {
    params: {
      /** Id of an account */
      account: string;
    };
    query: Nothing;
    body: NewDeviceKey;
    answer: DeviceKey;
    key: 'none';
  };
  /** Device keys of an account, newest first */
  'GET /v1/accounts/{account}/device-keys': {
    params: {
      /** Id of an account */
      account: string;
    };
    query: {
      limit?: number | undefined;
      /** `next_cursor` of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      data: DeviceKey[];
      next_cursor: string | null;
    };
    key: 'none';
  };
  /** Revoke a device key; it confirms nothing from then on */
  'DELETE /v1/accounts/{account}/device-keys/{deviceKey}': {
    params: {
      /** Id of an account */
      account: string;
      /** Id of a deviceKey */
      deviceKey: string;
    };
    query: Nothing;
    body: undefined;
    answer: DeviceKey;
    key: 'none';
  };
  /** Confirm a payment with the signature of one of the payer’s devices */
  'POST /v1/accounts/{account}/payments/{payment}/confirm': {
    params: {
      /** Id of an account */
      account: string;
      /** Id of a payment */
      payment: string;
    };
    query: Nothing;
    body: NewConfirmation;
    answer: Payment;
    key: 'none';
  };
  /** Cancel a payment that waits for its confirmation */
  'POST /v1/accounts/{account}/payments/{payment}/cancel': {
    params: {
      /** Id of an account */
      account: string;
      /** Id of a payment */
      payment: string;
    };
    query: Nothing;
    body: undefined;
    answer: Payment;
    key: 'none';
  };
  /** Open an account for a payer, or register one that you keep yourself */
  'POST /v1/accounts': {
    params: Nothing;
    query: Nothing;
    body: {
      /** ISO 4217 alphabetic code */
      currency: string;
      /** For people to read; nothing about a person */
      label?: string | undefined;
      /** Your own name of an account that you keep: its payments are asked of you. Nothing about a person */
      reference?: string | undefined;
      /** Of the holder; kept sealed */
      name?: string | undefined;
      /** With its country code; kept in E.164 */
      phone?: string | undefined;
      /** Number of a document; kept sealed */
      document?: string | undefined;
    };
    answer: Account;
    key: 'none';
  };
  /** The calling participant's accounts, newest first; `phone` finds those of one person */
  'GET /v1/accounts': {
    params: Nothing;
    query: {
      limit?: number | undefined;
      /** `next_cursor` of the page before */
      cursor?: string | undefined;
      /** With its country code; kept in E.164 */
      phone?: string | undefined;
    };
    body: undefined;
    answer: {
      data: Account[];
      next_cursor: string | null;
    };
    key: 'none';
  };
  /** An account and its balance */
  'GET /v1/accounts/{account}': {
    params: {
      /** Id of an account */
      account: string;
    };
    query: Nothing;
    body: undefined;
    answer: Account;
    key: 'none';
  };
  /** Every change of an account, newest first, with running balance and hash chain */
  'GET /v1/accounts/{account}/entries': {
    params: {
      /** Id of an account */
      account: string;
    };
    query: {
      limit?: number | undefined;
      /** `next_cursor` of the page before */
      cursor?: string | undefined;
      /** Of a merchant account */
      stripe?: number | null | undefined;
    };
    body: undefined;
    answer: {
      data: Entry[];
      next_cursor: string | null;
    };
    key: 'none';
  };
  /** The balance of an account at any time, worked out from its entries */
  'GET /v1/accounts/{account}/balance': {
    params: {
      /** Id of an account */
      account: string;
    };
    query: {
      /** Now, unless given */
      at?: string | undefined;
    };
    body: undefined;
    answer: BalanceAt;
    key: 'none';
  };
  /** Bring money in from the participant’s funding account */
  'POST /v1/accounts/{account}/top-ups': {
    params: {
      /** Id of an account */
      account: string;
    };
    query: Nothing;
    body: {
      /** Integer minor units (tyiyn, cents) */
      amount: number;
      /** ISO 4217 alphabetic code */
      currency: string;
      reference?: string | undefined;
    };
    answer: TopUp;
    key: 'required';
  };
  /** Say whose account it is; replaces what was said before */
  'POST /v1/accounts/{account}/holder': {
    params: {
      /** Id of an account */
      account: string;
    };
    query: Nothing;
    body: NewHolder;
    answer: Holder;
    key: 'none';
  };
  /** Whose account it is; support sees it masked, and the audit log keeps which of the staff saw more */
  'GET /v1/accounts/{account}/holder': {
    params: {
      /** Id of an account */
      account: string;
    };
    query: Nothing;
    body: undefined;
    answer: Holder;
    key: 'none';
  };
  /** Forget the person who holds an account; entries stay, which name no person */
  'DELETE /v1/accounts/{account}/holder': {
    params: {
      /** Id of an account */
      account: string;
    };
    query: Nothing;
    body: undefined;
    answer: {
      account: string;
      erased: number;
    };
    key: 'none';
  };
  /** Everything about the person who holds an account, with all their accounts at the issuer */
  'GET /v1/accounts/{account}/holder/export': {
    params: {
      /** Id of an account */
      account: string;
    };
    query: Nothing;
    body: undefined;
    answer: HolderExport;
    key: 'none';
  };
  /** A merchant, its balance and its static QR code */
  'GET /v1/merchants/{merchant}': {
    params: {
      /** Id of a merchant */
      merchant: string;
    };
    query: Nothing;
    body: undefined;
    answer: Merchant;
    key: 'none';
  };
  /** Change how a merchant is called on codes and receipts, and its language */
  'POST /v1/merchants/{merchant}': {
    params: {
      /** Id of a merchant */
      merchant: string;
    };
    query: Nothing;
    body: MerchantChange;
    answer: MerchantRecord;
    key: 'none';
  };
  /** Ask to be paid: makes a dynamic QR code and a link */
  'POST /v1/merchants/{merchant}/orders': {
    params: {
      /** Id of a merchant */
      merchant: string;
    };
    query: Nothing;
    body: NewOrder;
    answer: Order;
    key: 'optional';
  };
  /** One order; `wait` answers as soon as it is paid, cancelled or expired */
  'GET /v1/merchants/{merchant}/orders/{order}': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of an order */
      order: string;
    };
    query: {
      /** Seconds, at most 25 */
      wait?: number | null | undefined;
    };
    body: undefined;
    answer: Order;
    key: 'none';
  };
  /** Cancel an open order; a paid one stays paid */
  'POST /v1/merchants/{merchant}/orders/{order}/cancel': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of an order */
      order: string;
    };
    query: Nothing;
    body: undefined;
    answer: Order;
    key: 'none';
  };
  /** Say whether a merchant’s codes are signed */
  'POST /v1/merchants/{merchant}/code-signing': {
    params: {
      /** Id of a merchant */
      merchant: string;
    };
    query: Nothing;
    body: {
      signed_codes: boolean;
    };
    answer: MerchantCodes;
    key: 'none';
  };
  /** Show an order on a till’s sticker, in place of what it showed */
  'POST /v1/merchants/{merchant}/codes/{code}/order': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a code */
      code: string;
    };
    query: Nothing;
    body: NewStickerOrder | StickerOrder;
    answer: Order;
    key: 'optional';
  };
  /** What a till’s sticker shows now */
  'GET /v1/merchants/{merchant}/codes/{code}/order': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a code */
      code: string;
    };
    query: Nothing;
    body: undefined;
    answer: Sticker;
    key: 'none';
  };
  /** Clear a till’s sticker; an order that was made for it is cancelled */
  'DELETE /v1/merchants/{merchant}/codes/{code}/order': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a code */
      code: string;
    };
    query: Nothing;
    body: undefined;
    answer: Sticker;
    key: 'none';
  };
  /** Make a code to print, for a store, a till or an event */
  'POST /v1/merchants/{merchant}/codes': {
    params: {
      /** Id of a merchant */
      merchant: string;
    };
    query: Nothing;
    body: NewPrintedCode;
    answer: PrintedCode;
    key: 'none';
  };
  /** Printed codes of a merchant, newest first */
  'GET /v1/merchants/{merchant}/codes': {
    params: {
      /** Id of a merchant */
      merchant: string;
    };
    query: {
      limit?: number | undefined;
      /** `next_cursor` of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      data: PrintedCode[];
      next_cursor: string | null;
    };
    key: 'none';
  };
  /** One printed code */
  'GET /v1/merchants/{merchant}/codes/{code}': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a code */
      code: string;
    };
    query: Nothing;
    body: undefined;
    answer: PrintedCode;
    key: 'none';
  };
  /** Rename a printed code, or change its note */
  'POST /v1/merchants/{merchant}/codes/{code}': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a code */
      code: string;
    };
    query: Nothing;
    body: PrintedCodeChange;
    answer: PrintedCode;
    key: 'none';
  };
  /** Pause a printed code: it is refused within 25 seconds everywhere */
  'POST /v1/merchants/{merchant}/codes/{code}/pause': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a code */
      code: string;
    };
    query: Nothing;
    body: PausePrintedCode;
    answer: PrintedCode;
    key: 'none';
  };
  /** Resume a paused code */
  'POST /v1/merchants/{merchant}/codes/{code}/resume': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a code */
      code: string;
    };
    query: Nothing;
    body: Nothing;
    answer: PrintedCode;
    key: 'none';
  };
  /** Revoke a printed code for good; it is refused within 25 seconds everywhere */
  'POST /v1/merchants/{merchant}/codes/{code}/revoke': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a code */
      code: string;
    };
    query: Nothing;
    body: RevokePrintedCode;
    answer: PrintedCode;
    key: 'none';
  };
  /** What was paid with a printed code in a time, and given back of it */
  'GET /v1/merchants/{merchant}/codes/{code}/turnover': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a code */
      code: string;
    };
    query: {
      /** Absent: the beginning of this business day */
      from?: string | undefined;
      /** Absent: now */
      to?: string | undefined;
    };
    body: undefined;
    answer: PrintedCodeTurnover;
    key: 'none';
  };
  /** Refunds that wait for a manager, newest first, and those that did */
  'GET /v1/merchants/{merchant}/refund-requests': {
    params: {
      /** Id of a merchant */
      merchant: string;
    };
    query: {
      limit?: number | undefined;
      /** `next_cursor` of the page before */
      cursor?: string | undefined;
      status?: 'pending' | 'approved' | 'declined' | 'expired' | 'refused' | undefined;
    };
    body: undefined;
    answer: {
      data: RefundRequest[];
      next_cursor: string | null;
    };
    key: 'none';
  };
  /** One refund that was asked for, and what became of it */
  'GET /v1/merchants/{merchant}/refund-requests/{refundRequest}': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a refundRequest */
      refundRequest: string;
    };
    query: Nothing;
    body: undefined;
    answer: RefundRequest;
    key: 'none';
  };
  /** Approve a refund that was asked for, and give the money back */
  'POST /v1/merchants/{merchant}/refund-requests/{refundRequest}/approve': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a refundRequest */
      refundRequest: string;
    };
    query: Nothing;
    body: RefundDecision;
    answer: RefundRequest;
    key: 'none';
  };
  /** Decline a refund that was asked for */
  'POST /v1/merchants/{merchant}/refund-requests/{refundRequest}/decline': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a refundRequest */
      refundRequest: string;
    };
    query: Nothing;
    body: RefundDecision;
    answer: RefundRequest;
    key: 'none';
  };
  /** A payment as its merchant sees it, with what was given back of it */
  'GET /v1/merchants/{merchant}/payments/{payment}': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a payment */
      payment: string;
    };
    query: Nothing;
    body: undefined;
    answer: Payment;
    key: 'none';
  };
  /** Give back a payment or a part of it */
  'POST /v1/merchants/{merchant}/payments/{payment}/refunds': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a payment */
      payment: string;
    };
    query: Nothing;
    body: NewRefund;
    answer: Refund;
    key: 'required';
  };
  /** Refunds of a payment, newest first, declined ones too */
  'GET /v1/merchants/{merchant}/payments/{payment}/refunds': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a payment */
      payment: string;
    };
    query: {
      limit?: number | undefined;
      /** `next_cursor` of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      data: Refund[];
      next_cursor: string | null;
    };
    key: 'none';
  };
  /** A code to show at a register: good for a minute, for one payment */
  'POST /v1/accounts/{account}/codes': {
    params: {
      /** Id of an account */
      account: string;
    };
    query: Nothing;
    body: undefined;
    answer: PresentedCode;
    key: 'none';
  };
  /** A one-time password to read out beside the phone number: good for three minutes, for one payment */
  'POST /v1/accounts/{account}/passwords': {
    params: {
      /** Id of an account */
      account: string;
    };
    query: Nothing;
    body: undefined;
    answer: OneTimePassword;
    key: 'none';
  };
  /** Up to which amount showing a code is enough */
  'GET /v1/accounts/{account}/presented-settings': {
    params: {
      /** Id of an account */
      account: string;
    };
    query: Nothing;
    body: undefined;
    answer: PresentedSettings;
    key: 'none';
  };
  /** Say up to which amount showing a code is enough */
  'POST /v1/accounts/{account}/presented-settings': {
    params: {
      /** Id of an account */
      account: string;
    };
    query: Nothing;
    body: NewPresentedSettings;
    answer: PresentedSettings;
    key: 'none';
  };
  /** Take a payment with the code a payer shows */
  'POST /v1/merchants/{merchant}/presented-payments': {
    params: {
      /** Id of a merchant */
      merchant: string;
    };
    query: Nothing;
    body: NewPresentedPayment;
    answer: Payment;
    key: 'required';
  };
  /** Take a payment with a phone number and the one-time password the payer reads out */
  'POST /v1/merchants/{merchant}/password-payments': {
    params: {
      /** Id of a merchant */
      merchant: string;
    };
    query: Nothing;
    body: NewPasswordPayment;
    answer: Payment;
    key: 'required';
  };
  /** A payment that was begun with a code or password; `wait` answers as soon as it has ended */
  'GET /v1/merchants/{merchant}/presented-payments/{payment}': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a payment */
      payment: string;
    };
    query: {
      /** Seconds, at most 25 */
      wait?: number | null | undefined;
    };
    body: undefined;
    answer: Payment;
    key: 'none';
  };
  /** What happens to a merchant, over a WebSocket as it happens */
  'GET /v1/merchants/{merchant}/live': {
    params: {
      /** Id of a merchant */
      merchant: string;
    };
    query: {
      /** Id of a till */
      till?: string | undefined;
      /** Id of an order */
      order?: string | undefined;
      /** The last `sequence` that was heard; absent: from now on */
      since?: number | null | undefined;
    };
    body: undefined;
    answer: LiveMessage;
    key: 'none';
  };
  /** The signed receipt of a payment, for its payer to show */
  'GET /v1/accounts/{account}/payments/{payment}/receipt': {
    params: {
      /** Id of an account */
      account: string;
      /** Id of a payment */
      payment: string;
    };
    query: Nothing;
    body: undefined;
    answer: SignedReceipt;
    key: 'none';
  };
  /** The signed receipt of a payment, for its merchant to give */
  'GET /v1/merchants/{merchant}/payments/{payment}/receipt': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a payment */
      payment: string;
    };
    query: Nothing;
    body: undefined;
    answer: SignedReceipt;
    key: 'none';
  };
  /** What a merchant took on a day, and gave back, against the day before */
  'GET /v1/merchants/{merchant}/takings': {
    params: {
      /** Id of a merchant */
      merchant: string;
    };
    query: {
      /** Absent: today */
      date?: string | undefined;
      /** Absent: that of the merchant’s country */
      zone?: string | undefined;
    };
    body: undefined;
    answer: Takings;
    key: 'none';
  };
  /** Register where events are sent, and which; the secret is shown once */
  'POST /v1/callback-endpoints': {
    params: Nothing;
    query: Nothing;
    body: {
      url: string;
      /** Types of events it hears of; null: all */
      types?:
        | (
            | 'payment.requires_confirmation'
            | 'payment.completed'
            | 'payment.declined'
            | 'payment.cancelled'
            | 'payment.expired'
            | 'refund.completed'
            | 'refund.declined'
            | 'order.paid'
            | 'order.expired'
            | 'order.cancelled'
            | 'callback_endpoint.disabled'
            | 'position.alert'
            | 'day.closed'
            | 'day.not_closed'
            | 'report.ready'
            | 'report.failed'
            | 'alert.raised'
            | 'alert.cleared'
            | 'approval.proposed'
            | 'approval.decided'
          )[]
        | null
        | undefined;
      /** For staff: whose */
      owner?: string | 'centre' | undefined;
    };
    answer: NewCallbackEndpoint;
    key: 'none';
  };
  /** Callback endpoints, newest first */
  'GET /v1/callback-endpoints': {
    params: Nothing;
    query: {
      limit?: number | undefined;
      /** `next_cursor` of the page before */
      cursor?: string | undefined;
      /** For staff: whose */
      owner?: string | 'centre' | undefined;
    };
    body: undefined;
    answer: {
      data: CallbackEndpoint[];
      next_cursor: string | null;
    };
    key: 'none';
  };
  /** A callback endpoint, and how it does */
  'GET /v1/callback-endpoints/{endpoint}': {
    params: {
      /** Id of an endpoint */
      endpoint: string;
    };
    query: Nothing;
    body: undefined;
    answer: CallbackEndpoint;
    key: 'none';
  };
  /** Change where an endpoint is, or what it hears of */
  'POST /v1/callback-endpoints/{endpoint}': {
    params: {
      /** Id of an endpoint */
      endpoint: string;
    };
    query: Nothing;
    body: {
      url?: string | undefined;
      /** Types of events it hears of; null: all */
      types?:
        | (
            | 'payment.requires_confirmation'
            | 'payment.completed'
            | 'payment.declined'
            | 'payment.cancelled'
            | 'payment.expired'
            | 'refund.completed'
            | 'refund.declined'
            | 'order.paid'
            | 'order.expired'
            | 'order.cancelled'
            | 'callback_endpoint.disabled'
            | 'position.alert'
            | 'day.closed'
            | 'day.not_closed'
            | 'report.ready'
            | 'report.failed'
            | 'alert.raised'
            | 'alert.cleared'
            | 'approval.proposed'
            | 'approval.decided'
          )[]
        | null
        | undefined;
    };
    answer: CallbackEndpoint;
    key: 'none';
  };
  /** Stop sending events to an endpoint */
  'DELETE /v1/callback-endpoints/{endpoint}': {
    params: {
      /** Id of an endpoint */
      endpoint: string;
    };
    query: Nothing;
    body: undefined;
    answer: CallbackEndpoint;
    key: 'none';
  };
  /** Let the events of an endpoint wait */
  'POST /v1/callback-endpoints/{endpoint}/pause': {
    params: {
      /** Id of an endpoint */
      endpoint: string;
    };
    query: Nothing;
    body: Nothing;
    answer: CallbackEndpoint;
    key: 'none';
  };
  /** Send what waited behind a pause, and go on; also starts a disabled endpoint again */
  'POST /v1/callback-endpoints/{endpoint}/resume': {
    params: {
      /** Id of an endpoint */
      endpoint: string;
    };
    query: Nothing;
    body: Nothing;
    answer: CallbackEndpoint;
    key: 'none';
  };
  /** A new secret, shown once; for some hours the old one signs too */
  'POST /v1/callback-endpoints/{endpoint}/rotate-secret': {
    params: {
      /** Id of an endpoint */
      endpoint: string;
    };
    query: Nothing;
    body: {
      overlap_hours?: number | undefined;
    };
    answer: NewCallbackEndpoint;
    key: 'none';
  };
  /** Send a `callback.ping` now, and say what was answered */
  'POST /v1/callback-endpoints/{endpoint}/ping': {
    params: {
      /** Id of an endpoint */
      endpoint: string;
    };
    query: Nothing;
    body: Nothing;
    answer: CallbackPing;
    key: 'none';
  };
  /** Why a signature does not verify: what you received against what was sent */
  'POST /v1/callback-endpoints/{endpoint}/explain-signature': {
    params: {
      /** Id of an endpoint */
      endpoint: string;
    };
    query: Nothing;
    body: {
      headers: Record<string, string>;
      /** The raw body, as text */
      body?: string | undefined;
      /** Or its bytes, in base64 */
      body_base64?: string | undefined;
      computed?: string | undefined;
    };
    answer: SignatureExplanation;
    key: 'none';
  };
  /** What you were told or can be told, newest first, kept for at least 30 days */
  'GET /v1/events': {
    params: Nothing;
    query: {
      limit?: number | undefined;
      /** `next_cursor` of the page before */
      cursor?: string | undefined;
      /** For staff: whose */
      owner?: string | 'centre' | undefined;
      type?: string | undefined;
      /** Id of the object they are about */
      object?: string | undefined;
      'created[gte]'?: string | undefined;
      'created[lt]'?: string | undefined;
    };
    body: undefined;
    answer: {
      data: Event[];
      next_cursor: string | null;
    };
    key: 'none';
  };
  /** One event, with every attempt to deliver it */
  'GET /v1/events/{event}': {
    params: {
      /** Id of an event */
      event: string;
    };
    query: {
      /** For staff: whose */
      owner?: string | 'centre' | undefined;
    };
    body: undefined;
    answer: Event;
    key: 'none';
  };
  /** Deliveries still to be made, newest first; `status=parked` lists what was given up */
  'GET /v1/callback-deliveries': {
    params: Nothing;
    query: {
      limit?: number | undefined;
      /** `next_cursor` of the page before */
      cursor?: string | undefined;
      /** For staff: whose */
      owner?: string | 'centre' | undefined;
      /** Id of an endpoint */
      endpoint?: string | undefined;
      status?: 'retrying' | 'waiting' | 'parked' | undefined;
    };
    body: undefined;
    answer: {
      data: CallbackDelivery[];
      next_cursor: string | null;
    };
    key: 'none';
  };
  /** Send an event again, with the same id: to one endpoint, or to all that hear of it */
  'POST /v1/events/{event}/resend': {
    params: {
      /** Id of an event */
      event: string;
    };
    query: Nothing;
    body: {
      /** Id of an endpoint */
      endpoint?: string | undefined;
      /** For staff: whose */
      owner?: string | 'centre' | undefined;
    };
    answer: EventResent;
    key: 'none';
  };
  /** Send again all events since a time, oldest first */
  'POST /v1/callback-resends': {
    params: Nothing;
    query: Nothing;
    body: {
      since: string;
      /** Id of an endpoint */
      endpoint?: string | undefined;
      type?:
        | 'payment.requires_confirmation'
        | 'payment.completed'
        | 'payment.declined'
        | 'payment.cancelled'
        | 'payment.expired'
        | 'refund.completed'
        | 'refund.declined'
        | 'order.paid'
        | 'order.expired'
        | 'order.cancelled'
        | 'callback_endpoint.disabled'
        | 'position.alert'
        | 'day.closed'
        | 'day.not_closed'
        | 'report.ready'
        | 'report.failed'
        | 'alert.raised'
        | 'alert.cleared'
        | 'approval.proposed'
        | 'approval.decided'
        | undefined;
      /** Only what an endpoint has not taken yet */
      missed_only?: boolean | undefined;
      /** For staff: whose */
      owner?: string | 'centre' | undefined;
    };
    answer: CallbackResend;
    key: 'none';
  };
  /** Resends, newest first */
  'GET /v1/callback-resends': {
    params: Nothing;
    query: {
      limit?: number | undefined;
      /** `next_cursor` of the page before */
      cursor?: string | undefined;
      /** For staff: whose */
      owner?: string | 'centre' | undefined;
    };
    body: undefined;
    answer: {
      data: CallbackResend[];
      next_cursor: string | null;
    };
    key: 'none';
  };
  /** How far a resend has come */
  'GET /v1/callback-resends/{resend}': {
    params: {
      /** Id of a resend */
      resend: string;
    };
    query: Nothing;
    body: undefined;
    answer: CallbackResend;
    key: 'none';
  };
  /** Try again what was given up: an owner’s, an endpoint’s, or for staff everybody’s */
  'POST /v1/callback-deliveries/retry': {
    params: Nothing;
    query: Nothing;
    body: {
      /** For staff: whose */
      owner?: string | 'centre' | undefined;
      /** Id of an endpoint */
      endpoint?: string | undefined;
    };
    answer: DeliveriesRetried;
    key: 'none';
  };
  /** Make a file of the merchant’s payments, or its refunds: CSV, a spreadsheet, or JSON lines */
  'POST /v1/merchants/{merchant}/report-jobs': {
    params: {
      /** Id of a merchant */
      merchant: string;
    };
    query: Nothing;
    body: NewPaymentFile;
    answer: ReportJob;
    key: 'none';
  };
  /** Files of the merchant’s payments, or its refunds, newest first */
  'GET /v1/merchants/{merchant}/report-jobs': {
    params: {
      /** Id of a merchant */
      merchant: string;
    };
    query: {
      limit?: number | undefined;
      /** `next_cursor` of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      data: ReportJob[];
      next_cursor: string | null;
    };
    key: 'none';
  };
  /** How far a file of the merchant’s payments, or its refunds has come */
  'GET /v1/merchants/{merchant}/report-jobs/{reportJob}': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a reportJob */
      reportJob: string;
    };
    query: Nothing;
    body: undefined;
    answer: ReportJob;
    key: 'none';
  };
  /** Stop making a file of the merchant’s payments, or its refunds; one that is finished stays */
  'POST /v1/merchants/{merchant}/report-jobs/{reportJob}/cancel': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a reportJob */
      reportJob: string;
    };
    query: Nothing;
    body: Nothing;
    answer: ReportJob;
    key: 'none';
  };
  /** Payments to a merchant, or its refunds, newest first, filtered; also as a file */
  'GET /v1/merchants/{merchant}/payments': {
    params: {
      /** Id of a merchant */
      merchant: string;
    };
    query: {
      limit?: number | undefined;
      /** `next_cursor` of the page before */
      cursor?: string | undefined;
      format?: 'json' | 'csv' | 'xlsx' | 'jsonl' | undefined;
      language?: 'en' | 'ky' | 'ru' | 'th' | 'km' | 'zh' | undefined;
      kind?: 'payment' | 'refund' | undefined;
      status?:
        | 'requires_confirmation'
        | 'processing'
        | 'completed'
        | 'declined'
        | 'cancelled'
        | 'expired'
        | undefined;
      /** Id of a code */
      code?: string | undefined;
      /** Id of an order */
      order?: string | undefined;
      'created[gte]'?: string | undefined;
      'created[lt]'?: string | undefined;
      /** The register’s or the wallet’s */
      reference?: string | undefined;
      amount?: number | undefined;
      /** Id of a store */
      store?: string | undefined;
      /** Id of a till */
      till?: string | undefined;
      /** Id of an operator */
      person?: string | undefined;
    };
    body: undefined;
    answer: {
      data: PaymentReportRow[];
      next_cursor: string | null;
      /** Everything that happened until then is in it */
      complete_up_to: string;
    };
    key: 'none';
  };
  /** How a payment of an account went, step by step */
  'GET /v1/accounts/{account}/payments/{payment}/timeline': {
    params: {
      /** Id of an account */
      account: string;
      /** Id of a payment */
      payment: string;
    };
    query: Nothing;
    body: undefined;
    answer: Timeline;
    key: 'none';
  };
  /** How a payment to a merchant went, step by step, declined ones too */
  'GET /v1/merchants/{merchant}/payments/{payment}/timeline': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a payment */
      payment: string;
    };
    query: Nothing;
    body: undefined;
    answer: Timeline;
    key: 'none';
  };
  /** Stores of a merchant as its people see them, newest first */
  'GET /v1/merchants/{merchant}/stores': {
    params: {
      /** Id of a merchant */
      merchant: string;
    };
    query: {
      limit?: number | undefined;
      /** `next_cursor` of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      data: Store[];
      next_cursor: string | null;
    };
    key: 'none';
  };
  /** Open a store */
  'POST /v1/merchants/{merchant}/stores': {
    params: {
      /** Id of a merchant */
      merchant: string;
    };
    query: Nothing;
    body: NewStore;
    answer: Store;
    key: 'none';
  };
  /** Tills of a store as its people see them, newest first */
  'GET /v1/merchants/{merchant}/stores/{store}/tills': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a store */
      store: string;
    };
    query: {
      limit?: number | undefined;
      /** `next_cursor` of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      data: Till[];
      next_cursor: string | null;
    };
    key: 'none';
  };
  /** Add a till to one of your stores */
  'POST /v1/merchants/{merchant}/stores/{store}/tills': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a store */
      store: string;
    };
    query: Nothing;
    body: NewTill;
    answer: Till;
    key: 'none';
  };
  /** How a merchant is called on codes, its language, and whether its codes are signed */
  'GET /v1/merchants/{merchant}/settings': {
    params: {
      /** Id of a merchant */
      merchant: string;
    };
    query: Nothing;
    body: undefined;
    answer: MerchantRecord;
    key: 'none';
  };
  /** Make a key for a register or a program; it is shown this once */
  'POST /v1/merchants/{merchant}/keys': {
    params: {
      /** Id of a merchant */
      merchant: string;
    };
    query: Nothing;
    body: NewRegisterKey;
    answer: NewKeyShown;
    key: 'none';
  };
  /** Your keys, newest first, without their secrets */
  'GET /v1/merchants/{merchant}/keys': {
    params: {
      /** Id of a merchant */
      merchant: string;
    };
    query: {
      limit?: number | undefined;
      /** `next_cursor` of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      data: Key[];
      next_cursor: string | null;
    };
    key: 'none';
  };
  /** Revoke one of your keys; it stops working within half a minute everywhere */
  'DELETE /v1/merchants/{merchant}/keys/{key}': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of a key */
      key: string;
    };
    query: Nothing;
    body: undefined;
    answer: Key;
    key: 'none';
  };
  /** Sign in with e-mail address and password */
  'POST /v1/sessions': {
    params: Nothing;
    query: Nothing;
    body: NewSession;
    answer: Session;
    key: 'none';
  };
  /** Where you are signed in, newest first */
  'GET /v1/sessions': {
    params: Nothing;
    query: {
      limit?: number | undefined;
      /** `next_cursor` of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      data: Session[];
      next_cursor: string | null;
    };
    key: 'none';
  };
  /** Sign out everywhere, here too */
  'DELETE /v1/sessions': {
    params: Nothing;
    query: Nothing;
    body: undefined;
    answer: {
      /** How many sessions */
      ended: number;
    };
    key: 'none';
  };
  /** Who is calling: the person, and the merchant they work for */
  'GET /v1/me': {
    params: Nothing;
    query: Nothing;
    body: undefined;
    answer: Me;
    key: 'none';
  };
  /** What a browser needs to make a passkey for you */
  'POST /v1/me/passkeys/options': {
    params: Nothing;
    query: Nothing;
    body: undefined;
    answer: PasskeyOptions;
    key: 'none';
  };
  /** Add the passkey that your browser has made */
  'POST /v1/me/passkeys': {
    params: Nothing;
    query: Nothing;
    body: NewPasskey;
    answer: Passkey;
    key: 'none';
  };
  /** Your passkeys, newest first */
  'GET /v1/me/passkeys': {
    params: Nothing;
    query: {
      limit?: number | undefined;
      /** `next_cursor` of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      data: Passkey[];
      next_cursor: string | null;
    };
    key: 'none';
  };
  /** Remove one of your passkeys: nobody signs in with it any more */
  'DELETE /v1/me/passkeys/{passkey}': {
    params: {
      /** Id of a passkey */
      passkey: string;
    };
    query: Nothing;
    body: undefined;
    answer: {
      id: string;
    };
    key: 'none';
  };
  /** What a browser needs to sign in with a passkey */
  'POST /v1/sessions/passkey-options': {
    params: Nothing;
    query: Nothing;
    body: undefined;
    answer: PasskeyOptions;
    key: 'none';
  };
  /** Sign in with a passkey */
  'POST /v1/sessions/passkey': {
    params: Nothing;
    query: Nothing;
    body: NewPasskeySession;
    answer: Session;
    key: 'none';
  };
  /** Sign out of this session */
  'DELETE /v1/sessions/current': {
    params: Nothing;
    query: Nothing;
    body: undefined;
    answer: {
      /** How many sessions */
      ended: number;
    };
    key: 'none';
  };
  /** Sign out of one of your sessions */
  'DELETE /v1/sessions/{session}': {
    params: {
      /** Id of a session */
      session: string;
    };
    query: Nothing;
    body: undefined;
    answer: {
      /** How many sessions */
      ended: number;
    };
    key: 'none';
  };
  /** Choose another password; your other sessions end */
  'POST /v1/me/password': {
    params: Nothing;
    query: Nothing;
    body: NewPassword;
    answer: {
      /** How many sessions */
      ended: number;
    };
    key: 'none';
  };
  /** Open a merchant’s account: business, first store and till, and their owner */
  'POST /v1/registrations': {
    params: Nothing;
    query: Nothing;
    body: NewRegistration;
    answer: Registration;
    key: 'none';
  };
  /** What a link invites to: whom, as what, at which merchant */
  'GET /v1/invitations/{invitation}': {
    params: {
      /** Of the link */
      invitation: string;
    };
    query: Nothing;
    body: undefined;
    answer: Invitation;
    key: 'none';
  };
  /** Accept: choose name and password, and be signed in */
  'POST /v1/invitations/{invitation}/accept': {
    params: {
      /** Of the link */
      invitation: string;
    };
    query: Nothing;
    body: AcceptedInvitation;
    answer: Session;
    key: 'none';
  };
  /** The merchant’s people, newest first */
  'GET /v1/merchants/{merchant}/staff': {
    params: {
      /** Id of a merchant */
      merchant: string;
    };
    query: {
      limit?: number | undefined;
      /** `next_cursor` of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      data: Staff[];
      next_cursor: string | null;
    };
    key: 'none';
  };
  /** Invite somebody to work here; the link is shown this once */
  'POST /v1/merchants/{merchant}/invitations': {
    params: {
      /** Id of a merchant */
      merchant: string;
    };
    query: Nothing;
    body: NewInvitation;
    answer: Invited;
    key: 'none';
  };
  /** Change what somebody may do here, within seconds */
  'POST /v1/merchants/{merchant}/staff/{operator}': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of an operator */
      operator: string;
    };
    query: Nothing;
    body: StaffChange;
    answer: Staff;
    key: 'none';
  };
  /** Suspend somebody: their sessions end at once */
  'POST /v1/merchants/{merchant}/staff/{operator}/suspend': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of an operator */
      operator: string;
    };
    query: Nothing;
    body: undefined;
    answer: Staff;
    key: 'none';
  };
  /** Let somebody who was suspended work again */
  'POST /v1/merchants/{merchant}/staff/{operator}/resume': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of an operator */
      operator: string;
    };
    query: Nothing;
    body: undefined;
    answer: Staff;
    key: 'none';
  };
  /** A new link for somebody who lost theirs, or their password */
  'POST /v1/merchants/{merchant}/staff/{operator}/invite': {
    params: {
      /** Id of a merchant */
      merchant: string;
      /** Id of an operator */
      operator: string;
    };
    query: Nothing;
    body: undefined;
    answer: Invited;
    key: 'none';
  };
  /** A partner’s positions, one in each currency: what it has, owes, and may still pay */
  'GET /v1/participants/{participant}/positions': {
    params: {
      /** Id of a participant */
      participant: string;
    };
    query: {
      limit?: number | undefined;
      /** `next_cursor` of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      data: Position[];
      next_cursor: string | null;
    };
    key: 'none';
  };
  /** Public keys that verify the `v1a` signature of callbacks, and signed codes */
  'GET /.well-known/jwks.json': {
    params: Nothing;
    query: Nothing;
    body: undefined;
    answer: {
      keys: Record<string, string>[];
    };
    key: 'none';
  };
  /** Register a public key to sign requests with */
  'POST /v1/participants/{participant}/signing-keys': {
    params: {
      /** Id of a participant */
      participant: string;
    };
    query: Nothing;
    body: NewSigningKey;
    answer: SigningKey;
    key: 'none';
  };
  /** Signing keys of a participant, newest first */
  'GET /v1/participants/{participant}/signing-keys': {
    params: {
      /** Id of a participant */
      participant: string;
    };
    query: {
      limit?: number | undefined;
      /** `next_cursor` of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      data: SigningKey[];
      next_cursor: string | null;
    };
    key: 'none';
  };
  /** Say when a signing key stops by itself */
  'POST /v1/participants/{participant}/signing-keys/{signingKey}/expire': {
    params: {
      /** Id of a participant */
      participant: string;
      /** Id of a signingKey */
      signingKey: string;
    };
    query: Nothing;
    body: NewSigningKeyEnd;
    answer: SigningKey;
    key: 'none';
  };
  /** Revoke a signing key; it stops within half a minute everywhere */
  'DELETE /v1/participants/{participant}/signing-keys/{signingKey}': {
    params: {
      /** Id of a participant */
      participant: string;
      /** Id of a signingKey */
      signingKey: string;
    };
    query: Nothing;
    body: undefined;
    answer: SigningKey;
    key: 'none';
  };
  /** What a participant’s requests must come with */
  'GET /v1/participants/{participant}/trust': {
    params: {
      /** Id of a participant */
      participant: string;
    };
    query: Nothing;
    body: undefined;
    answer: Trust;
    key: 'none';
  };
  /** Require signatures or client certificates of a participant */
  'POST /v1/participants/{participant}/trust': {
    params: {
      /** Id of a participant */
      participant: string;
    };
    query: Nothing;
    body: NewTrust;
    answer: Trust;
    key: 'none';
  };
}
