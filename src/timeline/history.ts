/** What accounts, reports and callbacks have on record of one payment and its refunds. Reads only. */
import type { Directory } from '../directory/index.ts';
import type { SwitchEvent } from '../events/index.ts';
import type {
  AcceptBody,
  AccountPlace,
  HoldBody,
  Ledger,
  Trace,
  TransferDetails,
  TransferState,
} from '../ledger/index.ts';

// Each refund costs a few rows read in two books. Whoever wants older ones finds them in the list of refunds.
const refundsMax = 50;

/** How telling an endpoint of an event went, or stands. */
export interface CallbackMark {
  readonly event: string;
  readonly endpoint: string;
  readonly state: 'delivered' | 'failed' | 'retrying' | 'parked';
  /** Attempts so far, this one included. */
  readonly attempt: number;
  readonly atMs: number;
  /** HTTP status of the answer; null when there was none. */
  readonly status: number | null;
  readonly error: string | null;
}

/** What the report row of a transfer says. */
export interface ReportedTransfer {
  readonly debtor: string;
  readonly merchant: string | null;
  readonly status: TransferState;
}

export interface TimelineParts {
  readonly directory: Directory;
  readonly ledger: Ledger;
  /** The report rows of those of these transfers that have one. */
  readonly reported: (ids: readonly string[]) => Promise<ReadonlyMap<string, ReportedTransfer>>;
  /** The events that follow from what an account wrote. */
  readonly eventsOf: (trace: Trace) => readonly SwitchEvent[];
  readonly callbacksOf: (events: readonly SwitchEvent[]) => Promise<readonly CallbackMark[]>;
  /** Until when everything that happened is in the reports. */
  readonly completeUpTo: () => Promise<number>;
}

export interface TransferHistory {
  /** With what the credited account added, if it was credited. */
  readonly transfer: TransferDetails;
  readonly debited: Trace;
  /** Undefined when the account that was to be credited is not there. */
  readonly credited: Trace | undefined;
  readonly events: readonly SwitchEvent[];
  readonly callbacks: readonly CallbackMark[];
  readonly reported: ReportedTransfer | undefined;
}

export interface PaymentHistory {
  readonly payment: TransferHistory;
  /** Oldest first. */
  readonly refunds: readonly TransferHistory[];
  /** There are older refunds than these. */
  readonly more: boolean;
}

type Ledgered = Pick<TransferHistory, 'transfer' | 'debited' | 'credited'>;

/** Undefined when the account never was asked to make such a payment. */
export async function historyOf(
  parts: TimelineParts,
  debtor: AccountPlace,
  id: string,
): Promise<PaymentHistory | undefined> {
  // A payer has one stripe, a position that pays in a payer's place may have more.
  const payer = parts.ledger.stripes(debtor);
  const traces = await Promise.all(payer.map((stripe) => stripe.traces([id], 0)));
  const debited = traces.flat().find((trace) => trace.entries.length > 0);
  const asked = debited && askedIn(debited);
  if (asked?.kind !== 'payment') return undefined;
  const account = await parts.directory.accountWithStripe(asked.creditor, asked.creditorStripe);
  const merchant = account && parts.ledger.stripe(account, asked.creditorStripe);
  const [credited] = (await merchant?.traces([id], refundsMax + 1)) ?? [];
  const refunds = credited?.refunds ?? [];
  const shown = refunds.slice(0, refundsMax).reverse();
  const [given, received] = await Promise.all([
    merchant?.traces(shown, 0) ?? [],
    Promise.all(payer.map((stripe) => stripe.traces(shown, 0))),
  ]);
  const payment = ledgered(debited, credited);
  const back = given.map((trace, index) => {
    const stripe = askedIn(trace)?.creditorStripe ?? 0;
    return ledgered(trace, received[stripe]?.[index]);
  });
  const [first, ...rest] = await withRest(
    parts,
    [payment, ...back].filter((it) => it !== undefined),
  );
  return first && { payment: first, refunds: rest, more: refunds.length > refundsMax };
}

/** What an account was asked for, by the first entry it wrote about it. */
export function askedIn({ entries: [first] }: Trace): TransferDetails | undefined {
  if (!first) return undefined;
  const { transfer }: HoldBody | AcceptBody = JSON.parse(first.entry.body);
  return transfer;
}

function ledgered(debited: Trace | undefined, credited: Trace | undefined): Ledgered | undefined {
  const asked = debited && askedIn(debited);
  return asked && { transfer: (credited && askedIn(credited)) ?? asked, debited, credited };
}

/** Adds what reports and callbacks have, asked once for all. */
async function withRest(parts: TimelineParts, transfers: readonly Ledgered[]): Promise<TransferHistory[]> {
  const events = await Promise.all(
    transfers.map(async ({ debited, credited }) => [
      ...parts.eventsOf(debited),
      ...(credited ? parts.eventsOf(credited) : []),
    ]),
  );
  const [rows, marks] = await Promise.all([
    parts.reported(transfers.map(({ transfer }) => transfer.id)),
    parts.callbacksOf(events.flat()),
  ]);
  return transfers.map((transfer, index) => {
    const own = events[index] ?? [];
    return {
      ...transfer,
      events: own,
      callbacks: marks.filter((mark) => own.some(({ id }) => id === mark.event)),
      reported: rows.get(transfer.transfer.id),
    };
  });
}
