/**
 * The sandbox adapter: a partner that does what it is asked, except for some amounts, each of which shows one
 * thing that partners do. It keeps books like a real one, in a store that is handed in, so that they can be held
 * against the switch's own.
 */
import type { Refusal } from '../kernel/index.ts';
import type { Adapter, Answer, Movement, Order } from './contract.ts';

export interface SandboxRecord {
  readonly state: 'approved' | 'refused' | 'pending' | 'reversed';
  /** What it was asked to move, and what it moved. */
  readonly askedMinor: number;
  readonly amountMinor: number;
  readonly currency: string;
  readonly account: string;
  readonly refusal?: Refusal;
  /** When it was first asked for. */
  readonly atMs: number;
  /** How often it was asked for, and how often to undo it. */
  readonly orders: number;
  readonly reversals: number;
}

/** Where its books are. One change at a time: of two at once, one sees what the other did. */
export interface SandboxStore {
  change(
    key: string,
    change: (record: SandboxRecord | undefined) => SandboxRecord | undefined,
  ): Promise<SandboxRecord | undefined>;
}

interface Behaviour {
  readonly amountMinor: number;
  /** What it shows, for people. */
  readonly shows: string;
  readonly refuses?: Refusal;
  /** The answer to an order takes so long. */
  readonly delayMs?: number;
  /** Answers to the first so many orders are lost. */
  readonly loses?: number;
  /** What is asked for is not even noticed. */
  readonly deaf?: true;
  /** Undecided for so long; null: for ever. */
  readonly pendingMs?: number | null;
  /** What it moves of what it is asked. */
  readonly share?: number;
  /** So many requests to undo it are lost. */
  readonly losesReversals?: number;
  /** It is approved although the first request to undo it was acknowledged. */
  readonly approvesLate?: true;
  /** An order that comes again is refused as a duplicate. */
  readonly refusesAgain?: true;
}

const never = null;
const slowMs = 2_000;

/** Amounts in minor units, in any currency. Every other amount is simply approved. */
export const behaviours: readonly Behaviour[] = [
  { amountMinor: 66_601, shows: 'not enough money', refuses: { code: 'payment.insufficient_funds' } },
  { amountMinor: 66_602, shows: 'no such account', refuses: { code: 'account.not_found' } },
  { amountMinor: 66_603, shows: 'a closed account', refuses: { code: 'account.closed' } },
  { amountMinor: 66_604, shows: 'a frozen account', refuses: { code: 'account.frozen' } },
  { amountMinor: 66_605, shows: 'a limit of the partner', refuses: { code: 'issuer.limit_exceeded' } },
  { amountMinor: 66_606, shows: 'suspected fraud', refuses: { code: 'issuer.suspected_fraud' } },
  { amountMinor: 66_607, shows: 'declined without a reason', refuses: { code: 'issuer.declined' } },
  { amountMinor: 66_608, shows: 'a merchant it does not know', refuses: { code: 'qr.merchant_unknown' } },
  { amountMinor: 66_609, shows: 'a merchant that is stopped', refuses: { code: 'merchant.inactive' } },
  { amountMinor: 66_610, shows: 'slow: the answer takes two seconds', delayMs: slowMs },
  { amountMinor: 66_611, shows: 'silent once: it is done, the answer is lost', loses: 1 },
  { amountMinor: 66_612, shows: 'silent: nothing arrives, nothing is answered', deaf: true },
  { amountMinor: 66_613, shows: 'undecided for two seconds, then approved', pendingMs: slowMs },
  { amountMinor: 66_614, shows: 'undecided for ever: it is reversed', pendingMs: never },
  {
    amountMinor: 66_615,
    shows: 'late approval: reversed while undecided, and approved all the same',
    pendingMs: never,
    approvesLate: true,
  },
  { amountMinor: 66_616, shows: 'wrong amount: half of it is moved, and reversed', share: 0.5 },
  {
    amountMinor: 66_617,
    shows: 'the answer is lost, and a repeat is refused as a duplicate',
    loses: 1,
    refusesAgain: true,
  },
  {
    amountMinor: 66_618,
    shows: 'undecided for ever, and two requests to reverse it are lost',
    pendingMs: never,
    losesReversals: 2,
  },
];

const ordinary: Behaviour = { amountMinor: 0, shows: 'approved' };
const behaviourOf = (amountMinor: number): Behaviour =>
  behaviours.find((behaviour) => behaviour.amountMinor === amountMinor) ?? ordinary;

export function sandboxAdapter(store: SandboxStore): Adapter {
  return {
    can: { refund: true, credit: true, limits: true, holds: false },

    async perform(movement, order, signal) {
      const behaviour = behaviourOf(order.amountMinor);
      if (behaviour.deaf) throw new Silence();
      const record = await store.change(keyOf(movement, order), (before) =>
        before ? { ...before, orders: before.orders + 1 } : begun(behaviour, order),
      );
      if (behaviour.delayMs !== undefined) await pause(behaviour.delayMs, signal);
      if (!record || record.orders <= (behaviour.loses ?? 0)) throw new Silence();
      if (behaviour.refusesAgain && record.orders > 1) return { state: 'pending' };
      if (record.state === 'reversed') return { state: 'refused', refusal: { code: 'issuer.declined' } };
      return answerOf(record);
    },

    async status(movement, order) {
      const record = await store.change(keyOf(movement, order), decided);
      return record ? answerOf(record) : { state: 'absent' };
    },

    async reverse(movement, order) {
      const behaviour = behaviourOf(order.amountMinor);
      const record = await store.change(keyOf(movement, order), (before) => undone(before, behaviour, order));
      if (!record || record.reversals <= (behaviour.losesReversals ?? 0)) throw new Silence();
      return { state: 'reversed' };
    },
  };
}

const keyOf = (movement: Movement, { id }: Order): string => `${movement} ${id}`;

function begun({ refuses, pendingMs, share = 1 }: Behaviour, order: Order): SandboxRecord {
  const { amountMinor, currency, account } = order;
  return {
    state: refuses ? 'refused' : pendingMs === undefined ? 'approved' : 'pending',
    askedMinor: amountMinor,
    amountMinor: Math.floor(amountMinor * share),
    currency,
    account,
    ...(refuses && { refusal: refuses }),
    atMs: Date.now(),
    orders: 1,
    reversals: 0,
  };
}

/** What was undecided long enough is approved; so is, at its next look, what is approved whatever happens. */
function decided(record: SandboxRecord | undefined): SandboxRecord | undefined {
  const { pendingMs, approvesLate } = behaviourOf(record?.askedMinor ?? 0);
  if (record?.state === 'pending' && typeof pendingMs === 'number' && Date.now() - record.atMs >= pendingMs) {
    return { ...record, state: 'approved' };
  }
  if (record?.state === 'reversed' && approvesLate && record.reversals === 1) {
    return { ...record, state: 'approved' };
  }
  return record;
}

/** A reversal of what has not come yet is remembered: it must never be done. */
function undone(record: SandboxRecord | undefined, behaviour: Behaviour, order: Order): SandboxRecord {
  const before = record ?? { ...begun(behaviour, order), orders: 0 };
  return { ...before, state: 'reversed', reversals: before.reversals + 1 };
}

function answerOf(record: SandboxRecord): Answer {
  const { state, amountMinor, currency, refusal } = decided(record) ?? record;
  if (state === 'approved') return { state, amountMinor, currency };
  return state === 'refused' ? { state, refusal: refusal ?? { code: 'issuer.declined' } } : { state };
}

/** Thrown where a partner would simply not answer. */
export class Silence extends Error {
  constructor() {
    super('silence');
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** Books in memory, for one process. */
export function memoryStore(): SandboxStore & { readonly records: ReadonlyMap<string, SandboxRecord> } {
  const records = new Map<string, SandboxRecord>();
  return {
    records,
    async change(key, change) {
      const after = change(records.get(key));
      if (after) records.set(key, after);
      return after;
    },
  };
}
