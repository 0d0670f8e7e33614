/**
 * A sale at the register, from the first digit to *Paid*, as plain values: `after(sale, event)` is the next sale, and
 * `workOf(sale)` what has to be done meanwhile. The page shows, keeps and does; it decides nothing.
 *
 * Every sale is one order, made under one idempotency key that is born with the wish and kept until the sale ends: to
 * ask again is always safe. A payer's code or password pays that same order, so whatever is lost or sent twice, an
 * order is paid at most once, and whether it was paid is asked, never guessed.
 */
export interface SaleOrder {
  readonly id: string;
  readonly status: 'open' | 'paid' | 'cancelled' | 'expired';
  readonly amount: { readonly amount: number; readonly currency: string };
  readonly qr: { readonly payload: string };
  readonly link: string;
  readonly share_text: string;
  readonly expires_at: string;
  readonly paid_at: string | null;
  readonly payment: {
    readonly id: string;
    readonly amount: { readonly amount: number; readonly currency: string };
    readonly tip: { readonly amount: number; readonly currency: string } | null;
  } | null;
}

/** Why something was refused, in the reader's words. */
export interface Problem {
  readonly code: string;
  readonly detail: string;
}

/** What a payer presented: `code` on the wallet's screen, or phone number and one-time `password`. */
export type Presented = { readonly code: string } | { readonly phone: string; readonly password: string };

export interface Taking {
  readonly key: string;
  readonly presented: Presented;
  /**
   * `lost`: no answer came. It may have been paid; only a person asks again, and with the same key. `confirming`: the
   * payer has been asked in the wallet.
   */
  readonly state: 'asking' | 'lost' | 'confirming';
  /** Once it is known. */
  readonly payment?: string;
}

export type Sale =
  | { readonly at: 'amount'; readonly typed: string; readonly problem?: Problem }
  | { readonly at: 'making'; readonly typed: string; readonly key: string; readonly amountMinor: number }
  | {
      readonly at: 'open';
      readonly order: SaleOrder;
      /** The cashier gave it up, and the switch has not said yes to that yet. */
      readonly ending: boolean;
      readonly taking?: Taking;
      readonly problem?: Problem;
    }
  | { readonly at: 'paid'; readonly order: SaleOrder }
  | { readonly at: 'over'; readonly order: SaleOrder };

export type SaleEvent =
  | { readonly is: 'typed'; readonly text: string }
  /** The wish to be paid; `key` is fresh, and used only if the sale begins. */
  | { readonly is: 'charge'; readonly key: string; readonly amountMinor: number }
  | { readonly is: 'made'; readonly key: string; readonly order: SaleOrder }
  | { readonly is: 'refused'; readonly key: string; readonly problem: Problem }
  /** What the switch said of the order, by whichever way it was asked. */
  | { readonly is: 'seen'; readonly order: SaleOrder }
  | { readonly is: 'present'; readonly key: string; readonly presented: Presented }
  | { readonly is: 'take again' }
  | { readonly is: 'take lost'; readonly key: string }
  | { readonly is: 'take refused'; readonly key: string; readonly problem: Problem }
  | { readonly is: 'confirming'; readonly key: string; readonly payment: string }
  /** The switch took it; the order says when it is paid. */
  | { readonly is: 'taken'; readonly key: string }
  | { readonly is: 'give up' }
  | { readonly is: 'not given up'; readonly problem: Problem }
  | { readonly is: 'next' };

export const noSale: Sale = { at: 'amount', typed: '' };

export function after(sale: Sale, event: SaleEvent): Sale {
  switch (event.is) {
    case 'typed':
      return sale.at === 'amount' ? { at: 'amount', typed: event.text } : sale;
    case 'charge': {
      if (sale.at !== 'amount' || event.amountMinor <= 0) return sale;
      return { at: 'making', typed: sale.typed, key: event.key, amountMinor: event.amountMinor };
    }
    case 'made':
      // An answer that comes after the cashier went back: nobody saw that code, and its time runs out.
      return sale.at === 'making' && sale.key === event.key ? asSeen(event.order, false) : sale;
    case 'refused':
      if (sale.at !== 'making' || sale.key !== event.key) return sale;
      return { at: 'amount', typed: sale.typed, problem: event.problem };
    case 'seen':
      if (sale.at !== 'open' || sale.order.id !== event.order.id) return sale;
      return event.order.status === 'open' ? sale : asSeen(event.order, sale.ending);
    case 'give up':
      return givenUp(sale);
    case 'next':
      return sale.at === 'paid' || sale.at === 'over' ? noSale : sale;
    default:
      return sale.at === 'open' ? afterTaking(sale, event) : sale;
  }
}

type Open = Extract<Sale, { at: 'open' }>;
type TakingEvent = Extract<
  SaleEvent,
  { is: 'present' | 'take again' | 'take lost' | 'take refused' | 'confirming' | 'taken' | 'not given up' }
>;

function afterTaking(sale: Open, event: TakingEvent): Sale {
  const { taking, problem: _, ...rest } = sale;
  if (event.is === 'not given up') return { ...sale, ending: false, problem: event.problem };
  if (event.is === 'present') {
    // One at a time: while the fate of one is not known, another would be guessing.
    if (taking || sale.ending) return sale;
    return { ...rest, taking: { key: event.key, presented: event.presented, state: 'asking' } };
  }
  if (!taking) return sale;
  if (event.is === 'take again') return { ...rest, taking: { ...taking, state: 'asking' } };
  if (event.key !== taking.key) return sale;
  if (event.is === 'take lost') return { ...rest, taking: { ...taking, state: 'lost' } };
  if (event.is === 'confirming') {
    return { ...rest, taking: { ...taking, state: 'confirming', payment: event.payment } };
  }
  return event.is === 'take refused' ? { ...rest, problem: event.problem } : rest;
}

const asSeen = (order: SaleOrder, ending: boolean): Sale => {
  if (order.status === 'open') return { at: 'open', order, ending };
  // Who gave it up need not be told that it is over.
  if (order.status === 'cancelled' && ending) return noSale;
  return { at: order.status === 'paid' ? 'paid' : 'over', order };
};

function givenUp(sale: Sale): Sale {
  if (sale.at === 'making') return { at: 'amount', typed: sale.typed };
  if (sale.at === 'open') {
    const { problem: _, ...rest } = sale;
    return { ...rest, ending: true };
  }
  return noSale;
}

/** What has to be done while the sale stands so; each is safe to do again. */
export type Work = 'make' | 'watch' | 'take' | 'follow' | 'cancel';

export function workOf(sale: Sale): readonly Work[] {
  if (sale.at === 'making') return ['make'];
  if (sale.at !== 'open') return [];
  if (sale.ending) return ['watch', 'cancel'];
  const ofTaking = { asking: ['take'], confirming: ['follow'], lost: [], none: [] } as const;
  return ['watch', ...ofTaking[sale.taking?.state ?? 'none']];
}

/** What the device keeps of a sale. Not what a payer presented: it is theirs, and good for minutes. */
export function kept(sale: Sale, person: string): string {
  const { taking: _, problem: __, ...rest } = sale as Open;
  return JSON.stringify({ person, sale: rest });
}

/** The sale that was kept, of the same person; anybody else begins anew. */
export function remembered(text: string | null, person: string): Sale {
  if (text === null) return noSale;
  try {
    const found = JSON.parse(text) as { person?: string; sale?: Sale };
    return found.person === person && found.sale !== undefined && 'at' in found.sale ? found.sale : noSale;
  } catch {
    return noSale;
  }
}
