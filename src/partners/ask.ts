/** The ledger's questions, asked of partners through their adapters. */
import type { ConnectionRow, Directory } from '../directory/index.ts';
import {
  type Adapter,
  type Balances,
  Breaker,
  balanceAdapter,
  type Connection,
  httpAdapter,
  iso20022Adapter,
  type Order,
  type Outcome,
  type Question,
  reach,
  type SandboxRecord,
  sandboxAdapter,
} from '../issuers/index.ts';
import { assert, logFault, newTransferId, refuse } from '../kernel/index.ts';
import type { Leg, LegTask, Partners, TransferDetails } from '../ledger/index.ts';
import type { RequestSigner } from '../signing/index.ts';

export interface AskParts {
  readonly directory: Directory;
  /** Accounts of the switch, by holder. */
  readonly balances: (participant: string) => Balances;
  readonly signer: () => Promise<RequestSigner>;
  readonly fetch: (request: Request) => Promise<Response>;
}

// How the switch is called in ISO 20022 messages; its partners by their id here.
const isoName = 'TOLOM';

const questions: Record<LegTask['does'], Question> = {
  perform: 'perform',
  enquire: 'status',
  reverse: 'reverse',
};

/** Whether a partner's system answers, and how fast. */
export interface Probe {
  readonly state: Outcome['state'];
  readonly tookMs: number;
}

/** Partners as the ledger asks them, and as the centre tries a connection. */
export interface ReachedPartners extends Partners {
  /** Asks how an order went that was never given: any certain answer shows that the connection works. */
  probe(row: ConnectionRow): Promise<Probe>;
}

// Nobody's, so that nothing can have been moved for it.
const nobodysAccount = 'connection-test';

export function partnersOf(parts: AskParts): ReachedPartners {
  const breaker = new Breaker();
  return {
    async refuse(legs) {
      for (const { does, partner } of legs) {
        const row = await parts.directory.cachedConnection(partner);
        if (row && breaker.permits(row.id, row.deadlineMs, Date.now())) continue;
        return refuse(does === 'credit' ? 'acquirer.unavailable' : 'issuer.unavailable');
      }
      return undefined;
    },

    async probe(row) {
      const atMs = Date.now();
      const id = newTransferId('payment', atMs, 0);
      const order = { id, amountMinor: 1, currency: 'KGS', account: nobodysAccount, atMs };
      const terms = { deadlineMs: row.deadlineMs };
      const connection = { id: row.id, adapter: adapterOf(parts, row), terms };
      const { state } = await reach(connection, breaker, 'status', 'debit', order);
      return { state, tookMs: Date.now() - atMs };
    },

    async ask(task, transfer) {
      try {
        const leg = transfer.legs?.[task.leg];
        assert(leg, 'a task about a leg that is not there');
        const row = await parts.directory.cachedConnection(leg.partner);
        assert(row, 'a connection that is not there');
        const order = await orderOf(parts.directory, leg, transfer);
        const outcome = await reach(connectionOf(parts, row), breaker, questions[task.does], leg.does, order);
        await noteStanding(parts, row, breaker.standing(row.id));
        return outcome;
      } catch (fault) {
        logFault('partner: not asked', fault, { transfer: transfer.id });
        return { state: 'unknown' };
      }
    },
  };
}

const connectionOf = (parts: AskParts, row: ConnectionRow): Connection => ({
  id: row.id,
  adapter: adapterOf(parts, row),
  terms: { deadlineMs: row.deadlineMs },
});

/** Breakers are each isolate's own: what all should know is written down, when it has changed. */
async function noteStanding(
  { directory }: AskParts,
  row: ConnectionRow,
  standing: ReturnType<Breaker['standing']>,
): Promise<void> {
  const known = row.silentSinceMs === null ? 'answering' : 'silent';
  if (standing === 'unsure' || standing === known) return;
  await directory
    .noteSilence(row, standing === 'silent' ? Date.now() : null)
    .catch((fault) => logFault('partner: its silence could not be noted', fault, { partner: row.id }));
}

function adapterOf({ directory, balances, signer, fetch }: AskParts, row: ConnectionRow): Adapter {
  const { participant, url } = row;
  if (row.adapter === 'sandbox') {
    return sandboxAdapter({
      change: (key, change) => directory.changeSandboxOrder<SandboxRecord>(key, change),
    });
  }
  if (row.adapter === 'balance') return balanceAdapter(balances(participant));
  assert(url !== null, 'a connection without an address');
  const wire = { url, signer, fetch, keyOf: (id: string) => directory.partnerKey(participant, id) };
  return row.adapter === 'http'
    ? httpAdapter(wire)
    : iso20022Adapter({ ...wire, switchId: isoName, partnerId: participant });
}

async function orderOf(directory: Directory, leg: Leg, transfer: TransferDetails): Promise<Order> {
  const { facts, refundOf } = transfer;
  return {
    id: transfer.id,
    amountMinor: transfer.amountMinor,
    currency: transfer.currency,
    account: await accountAt(directory, leg),
    atMs: transfer.heldAtMs,
    ...(refundOf !== undefined && { payment: refundOf }),
    ...(facts.merchantName !== undefined && { merchantName: facts.merchantName }),
  };
}

/** A payer's account by the name its issuer gave it; a merchant's as its code has it. */
async function accountAt(directory: Directory, { does, account: id }: Leg): Promise<string> {
  if (does === 'credit') return id;
  const reference = (await directory.cachedAccount(id))?.reference;
  assert(typeof reference === 'string', 'an external account without its reference');
  return reference;
}
