/** From what is on record to the steps of a timeline. Pure; a time that nobody recorded is not made up. */
import type { Refusal } from '../kernel/index.ts';
import {
  type AccountFacts,
  type DeclineBody,
  type EntryType,
  type HoldBody,
  stateOfRefused,
  type Trace,
  type TracedEntry,
  type TransferDetails,
  type TransferState,
  type VoidBody,
} from '../ledger/index.ts';
import type { CallbackMark, PaymentHistory, TransferHistory } from './history.ts';
import type { StepCode } from './texts.ts';

/** Whose step it is: the other party is told that it happened, not where. */
export type Party = 'payer' | 'merchant' | 'switch';

export interface Step {
  readonly code: StepCode;
  readonly party: Party;
  readonly transfer: string;
  /** When it was recorded; undefined where nobody did, or where it is still to come. */
  readonly atMs?: number | undefined;
  /** The account it happened in. */
  readonly account?: AccountFacts | undefined;
  readonly traced?: TracedEntry | undefined;
  readonly refusal?: Refusal | undefined;
  readonly callback?:
    | (Pick<CallbackMark, 'event'> & Partial<CallbackMark> & { readonly type: string })
    | undefined;
  readonly facts?: Readonly<Record<string, string | number | undefined>>;
}

export const stepsOf = ({ payment, refunds }: PaymentHistory): Step[] =>
  [payment, ...refunds].flatMap((history) => [
    ...asked(history),
    ...moved(history),
    ...told(history),
    reported(history),
  ]);

/** How it ended, by the entries themselves. */
export function endOf({ debited, credited }: TransferHistory): {
  status: TransferState;
  refusal?: Refusal | undefined;
} {
  if (credited && entryOf(credited, 'accept')) return { status: 'completed' };
  const no = refusalIn(debited) ?? credited?.refused?.refusal;
  if (no) return { status: stateOfRefused(no), refusal: no };
  const waits = debited.entries.at(-1)?.entry.type === 'await';
  return { status: waits ? 'requires_confirmation' : 'processing' };
}

/** The request, where it leads, and what the debited account's book said to it. */
function asked({ transfer, debited }: TransferHistory): Step[] {
  const { id, facts, heldAtMs: atMs, amountMinor: amount } = transfer;
  const of = namesOf(transfer);
  const [first] = debited.entries;
  const refused = first?.entry.type === 'decline';
  const before = first && first.entry.available - first.entry.availableDelta;
  const { presentation } = facts;
  const isPresented = transfer.kind === 'payment' && presentation !== undefined;
  const { centrePerson } = facts;
  const byWhom = centrePerson === undefined ? of.code('requested') : 'refund.requested_by_centre';
  const requested: Step = {
    code: isPresented ? `payment.presented_${presentation}` : byWhom,
    party: of.debtor,
    transfer: id,
    facts: {
      reference: facts.reference,
      reason: facts.reason,
      made_by: centrePerson,
      approved_by: facts.approvedBy,
    },
  };
  const routed: Step = {
    code: 'payment.routed',
    party: 'switch',
    transfer: id,
    facts: {
      scheme: facts.scheme,
      merchant: facts.merchant,
      store: facts.store,
      till: facts.till,
      order: facts.order,
      order_reference: facts.orderReference,
      tip: facts.tipMinor,
    },
  };
  const checked: Step = {
    code: of.code(refused ? 'check_refused' : 'checked'),
    party: of.debtor,
    transfer: id,
    atMs,
    account: debited.facts,
    refusal: refused ? refusalIn(debited) : undefined,
    facts: {
      amount,
      available_before: before === undefined ? undefined : Number(before),
      limit_now: Number(debited.facts.limitMinor),
    },
  };
  return transfer.kind === 'payment' ? [requested, routed, checked] : [requested, checked];
}

/** What both accounts wrote, and what is still to be written. */
function moved(history: TransferHistory): Step[] {
  const { transfer, debited, credited } = history;
  const of = namesOf(transfer);
  const written = (trace: Trace, party: Party, type: TransferEntry): Step[] => {
    const traced = entryOf(trace, type);
    if (!traced) return [];
    const place = { party, transfer: transfer.id, account: trace.facts, traced };
    const refusal = refusalOf(traced);
    const ended = refusal && type === 'decline' ? stateOfRefused(refusal) : 'declined';
    const code = ended === 'declined' ? of.code(verbs[type]) : (`payment.${ended}` as const);
    return [{ ...place, code, atMs: traced.entry.atMs, refusal }];
  };
  const from = (type: TransferEntry) => written(debited, of.debtor, type);
  const accepted = credited ? written(credited, of.creditor, 'accept') : [];
  return [
    ...waited(history),
    ...from('decline'),
    ...from('debit'),
    ...from('hold'),
    ...accepted,
    ...refusedOrAwaited(history),
    ...from('settle'),
    ...from('void'),
    ...endAwaited(history),
  ];
}

/** That the payer had to confirm, and did. */
function waited({ transfer, debited }: TransferHistory): Step[] {
  const [asked, decided] = debited.entries;
  if (asked?.entry.type !== 'await') return [];
  const place = { party: 'payer', transfer: transfer.id, account: debited.facts } as const;
  const wait = {
    ...place,
    code: 'payment.confirmation_asked',
    atMs: asked.entry.atMs,
    traced: asked,
  } as const;
  const { confirmed }: HoldBody | DeclineBody = decided ? JSON.parse(decided.entry.body) : {};
  if (!decided || !confirmed) return [wait];
  const facts = { device_key: confirmed.key };
  return [wait, { ...place, code: 'payment.confirmed', atMs: decided.entry.atMs, facts }];
}

/** The credited side of a hold that no accept follows. */
function refusedOrAwaited({ transfer, debited, credited }: TransferHistory): Step[] {
  if (!entryOf(debited, 'hold') || (credited && entryOf(credited, 'accept'))) return [];
  const of = namesOf(transfer);
  const place = { party: of.creditor, transfer: transfer.id, account: credited?.facts };
  const refused = credited?.refused;
  if (!refused) return [{ ...place, code: of.code('accept_awaited') }];
  return [{ ...place, code: of.code('accept_refused'), atMs: refused.atMs, refusal: refused.refusal }];
}

/** The end of a hold whose outcome is certain, and which is written later. */
function endAwaited({ transfer, debited, credited }: TransferHistory): Step[] {
  const open = entryOf(debited, 'hold') && !entryOf(debited, 'settle') && !entryOf(debited, 'void');
  if (!open || !credited) return [];
  const of = namesOf(transfer);
  const place = { party: of.debtor, transfer: transfer.id, account: debited.facts };
  if (entryOf(credited, 'accept')) return [{ ...place, code: of.code('settle_awaited') }];
  return credited.refused ? [{ ...place, code: of.code('void_awaited') }] : [];
}

/** What each party was told, and how that went. */
function told({ transfer, events, callbacks }: TransferHistory): Step[] {
  return events.flatMap(({ id: event, type, owner }): Step[] => {
    const party = owner === transfer.facts.merchant ? 'merchant' : 'payer';
    const step = { party, transfer: transfer.id } as const;
    const marks = callbacks.filter((mark) => mark.event === event);
    if (marks.length === 0) return [{ ...step, code: 'callback.unrecorded', callback: { event, type } }];
    return marks.map((mark) => ({
      ...step,
      code: `callback.${mark.state}` as const,
      atMs: mark.atMs,
      callback: { ...mark, type },
    }));
  });
}

const reported = ({ transfer, reported: row }: TransferHistory): Step => ({
  code: row ? 'report.recorded' : 'report.awaited',
  party: 'switch',
  transfer: transfer.id,
  facts: { status: row?.status },
});

type TransferEntry = Exclude<EntryType, 'await' | 'expire' | 'cancel'>;
const verbs = {
  hold: 'held',
  settle: 'settled',
  void: 'voided',
  debit: 'debited',
  decline: 'declined',
  accept: 'accepted',
} as const satisfies Record<TransferEntry, string>;

/** What no refund has. */
type OfPayments =
  | 'presented_code'
  | 'presented_password'
  | 'routed'
  | 'confirmation_asked'
  | 'confirmed'
  | 'cancelled'
  | 'expired';

/** A refund goes the other way: the merchant's account is debited. */
function namesOf({ kind }: TransferDetails) {
  const isRefund = kind === 'refund';
  type Ending<Code> = Code extends `payment.${infer Rest}` ? Rest : never;
  return {
    debtor: isRefund ? ('merchant' as const) : ('payer' as const),
    creditor: isRefund ? ('payer' as const) : ('merchant' as const),
    code: (ending: Exclude<Ending<StepCode>, OfPayments>): StepCode =>
      isRefund ? `refund.${ending}` : `payment.${ending}`,
  };
}

const entryOf = ({ entries }: Trace, type: EntryType): TracedEntry | undefined =>
  entries.find(({ entry }) => entry.type === type);

function refusalOf({ entry }: TracedEntry): Refusal | undefined {
  if (entry.type !== 'decline' && entry.type !== 'void') return undefined;
  const { refusal }: DeclineBody | VoidBody = JSON.parse(entry.body);
  return refusal;
}

const refusalIn = ({ entries }: Trace): Refusal | undefined =>
  entries.map(refusalOf).find((refusal) => refusal !== undefined);
