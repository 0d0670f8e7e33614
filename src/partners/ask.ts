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
  type Question,
  reach,
  type SandboxRecord,
  sandboxAdapter,
} from '../issuers/index.ts';
import { assert, logFault, refuse } from '../kernel/index.ts';
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

export function partnersOf(parts: AskParts): Partners {
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

    async ask(task, transfer) {
      try {
        const leg = transfer.legs?.[task.leg];
        assert(leg, 'a task about a leg that is not there');
        const connection = await connectionOf(parts, leg);
        const order = await orderOf(parts.directory, leg, transfer);
        return await reach(connection, breaker, questions[task.does], leg.does, order);
      } catch (fault) {
        logFault('partner: not asked', fault, { transfer: transfer.id });
        return { state: 'unknown' };
      }
    },
  };
}

async function connectionOf(parts: AskParts, { partner }: Leg): Promise<Connection> {
  const row = await parts.directory.cachedConnection(partner);
  assert(row, 'a connection that is not there');
  return { id: row.id, adapter: adapterOf(parts, row), terms: { deadlineMs: row.deadlineMs } };
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
