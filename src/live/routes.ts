import { z } from '@hono/zod-openapi';
import {
  type Directory,
  keptTo,
  onlyMade,
  ownMerchant,
  type Principal,
  type Who,
} from '../directory/index.ts';
import { idSchema, type Shell } from '../http/index.ts';
import { type Refusal, refuse } from '../kernel/index.ts';
import { messageSchema, type Wish } from './model.ts';
import type { LiveEnv, StillGood } from './store.ts';

const people: readonly Who[] = ['merchant:owner', 'merchant:manager', 'merchant:cashier'];

export interface LiveParts {
  readonly directory: Directory;
  readonly live: LiveEnv['LIVE'];
  /** Whether a caller may see an order. */
  readonly mayHearOf: (caller: Principal, merchant: string, order: string) => Promise<Refusal | undefined>;
}

export function liveRoutes(shell: Shell, { directory, live, mayHearOf }: LiveParts): void {
  /** Whether a till is the merchant's, and where the caller is. */
  async function mayHearAt(caller: Principal, merchant: string, till: string): Promise<boolean> {
    if (caller.who === 'merchant:cashier' && caller.till !== null && caller.till !== till) return false;
    const row = await directory.till(merchant, till);
    return row !== undefined && (keptTo(caller) ?? row.store) === row.store;
  }

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/merchants/{merchant}/live',
      tag: 'Merchants',
      summary: 'What happens to a merchant, over a WebSocket as it happens',
      description:
        'Opens a WebSocket (101). The first message is `hello`, or `resync` where what came after `since` is not ' +
        'kept any more: the last 1,000 events of a day are. Cashiers hear their own, managers who are kept to a ' +
        'store what happens there; `till` and `order` narrow it further. A key is sent as `Authorization`, or where ' +
        'that cannot be set as the WebSocket protocol `bearer.KEY` beside `tolom`. Send `ping` to hear `pong`. Who may not listen any more is closed with 4401.',
      access: people,
      params: z.object({ merchant: idSchema('merchant') }),
      query: z.object({
        till: idSchema('till').optional(),
        order: idSchema('order').optional(),
        since: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional().openapi({
          description: 'The last `sequence` that was heard; absent: from now on',
        }),
      }),
      refusals: ['till.not_found', 'order.not_found', 'request.upgrade_required', 'rate.exceeded'],
      answers: messageSchema,
    },
    async ({ params: { merchant }, query, caller, request }) => {
      const own = await ownMerchant(directory, caller, merchant);
      if (!own.ok) return own;
      const { till = null, order = null, since = null } = query;
      if (till !== null && !(await mayHearAt(caller, merchant, till))) return refuse('till.not_found');
      const refused = order === null ? undefined : await mayHearOf(caller, merchant, order);
      if (refused) return { ok: false as const, refusal: refused };
      if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') {
        return refuse('request.upgrade_required');
      }
      const { key, who } = caller;
      const wish: Wish = { key, who, only: onlyMade(caller) ?? null, till, order, since };
      const headers = {
        upgrade: 'websocket',
        'x-wish': JSON.stringify(wish),
      };
      const opened = await live.get(live.idFromName(merchant)).fetch(request.url, { headers });
      if (!opened.webSocket) return refuse('rate.exceeded', 'too many listen to this merchant');
      // A browser that offered protocols takes the connection only if one of them is chosen.
      const offered = protocolsOf(request).includes(protocol);
      return new Response(null, {
        status: 101,
        webSocket: opened.webSocket,
        headers: offered ? { 'sec-websocket-protocol': protocol } : {},
      });
    },
  );
}

const protocol = 'tolom';

const protocolsOf = ({ headers }: Request): string[] =>
  (headers.get('sec-websocket-protocol') ?? '').split(',').map((text) => text.trim());

/** Asks the directory whether a caller may still listen. */
export const stillGoodIn =
  (directory: Directory): StillGood =>
  async ({ key, who, only }) => {
    const nowMs = Date.now();
    const row = await directory.key(key);
    if (row) return row.revokedAtMs === null && who === `merchant:${row.role}`;
    const session = await directory.session(key);
    if (!session || session.endedAtMs !== null || session.endsAtMs <= nowMs) return false;
    if (session.seenAtMs + session.idleMs <= nowMs) return false;
    const person = await directory.operator(session.person);
    if (person?.status !== 'active' || who !== `merchant:${person.role}`) return false;
    const place = { till: person.till, ...(person.store !== null && { store: person.store }) };
    const seen = onlyMade({ who, person: person.id, ...place }) ?? null;
    return JSON.stringify(seen) === JSON.stringify(only);
  };
