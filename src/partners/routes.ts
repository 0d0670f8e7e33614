import { z } from '@hono/zod-openapi';
import { changeLimit, growAccount, openAccount } from '../accounts/index.ts';
import { type AccountRow, because, type ConnectionRow, idFor, type Who } from '../directory/index.ts';
import { cursorOf, idSchema, listOf, pageOf, pageQuery, type Shell } from '../http/index.ts';
import { assert, ok, type Result, refuse } from '../kernel/index.ts';
import type { Probe } from './ask.ts';
import type { DryRunParts } from './dry-run.ts';
import * as model from './model.ts';
import { routingRoutes } from './routing.ts';

const readers: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
const writers: readonly Who[] = ['staff:admin', 'staff:officer'];

export interface PartnerParts extends DryRunParts {
  /** Whether a partner’s system answers. */
  readonly probe: (connection: ConnectionRow) => Promise<Probe>;
  /** Why requests are not sent to an address; undefined when they are. */
  readonly urlProblem: (url: string) => string | undefined;
}

export function partnerRoutes(shell: Shell, parts: PartnerParts): void {
  connectionRoutes(shell, parts);
  probeRoute(shell, parts);
  positionRoutes(shell, parts);
  routingRoutes(shell, parts);
}

function connectionRoutes(shell: Shell, { config, directory, urlProblem }: PartnerParts): void {
  /** What an adapter needs, and where nobody should be reached. */
  const problemOf = (adapter: ConnectionRow['adapter'], url: string | null): string | undefined => {
    if (adapter === 'sandbox' && config.mode !== 'sandbox') return 'the sandbox adapter is for sandboxes';
    if (adapter === 'sandbox' || adapter === 'balance') {
      return url === null ? undefined : `the ${adapter} adapter has no url`;
    }
    return url === null ? `the ${adapter} adapter needs a url` : urlProblem(url);
  };

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/connections',
      guarded: 'connection.create',
      tag: 'Partners',
      summary:
        'Connect an institution outside: an issuer that debits payers, an acquirer that credits merchants',
      access: writers,
      status: 201,
      body: model.newConnection,
      refusals: ['participant.not_found', 'connection.refused'],
      answers: model.connectionSchema,
    },
    async ({ body, act }) => {
      const { participant, adapter, url = null, deadline_ms: deadlineMs } = body;
      if (!(await directory.participant(participant))) return refuse('participant.not_found');
      const problem = problemOf(adapter, url);
      if (problem !== undefined) return refuse('connection.refused', problem);
      const nowMs = Date.now();
      const status = 'active' as const;
      const id = idFor(act, 'connection', nowMs);
      const made = { createdAtMs: nowMs, silentSinceMs: null };
      const row: ConnectionRow = { id, participant, adapter, url, deadlineMs, status, ...made };
      await directory.add(because(act, body.reason), directory.tables.connections, row);
      return ok(model.connectionJson(row));
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/connections',
      tag: 'Partners',
      summary: 'Connections, newest first',
      access: readers,
      query: pageQuery.extend({ participant: idSchema('participant').optional() }),
      answers: listOf(model.connectionSchema),
    },
    async ({ query }) => {
      const page = await directory.connections(pageOf(query), query.participant);
      return ok({ data: page.rows.map(model.connectionJson), next_cursor: cursorOf(page.nextCursor) });
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/connections/{connection}',
      guarded: 'connection.change',
      tag: 'Partners',
      summary: 'Change a connection, stop it or start it again',
      access: writers,
      params: z.object({ connection: idSchema('connection') }),
      body: model.connectionChange,
      refusals: ['connection.refused'],
      answers: model.connectionSchema,
    },
    async ({ params, body, act }) => {
      const before = await directory.connection(params.connection);
      if (!before) return refuse('connection.not_found');
      const problem = problemOf(before.adapter, body.url ?? before.url);
      if (problem !== undefined) return refuse('connection.refused', problem);
      const changed = await directory.changeConnection(because(act, body.reason), before.id, {
        url: body.url ?? before.url,
        deadlineMs: body.deadline_ms ?? before.deadlineMs,
        status: body.status ?? before.status,
      });
      return changed ? ok(model.connectionJson(changed)) : refuse('connection.not_found');
    },
  );
}

function probeRoute(shell: Shell, { directory, probe }: PartnerParts): void {
  shell.endpoint(
    {
      method: 'post',
      path: '/v1/centre/connections/{connection}/test',
      tag: 'Partners',
      summary:
        'Ask an institution outside about an order that was never given: whether it answers, and how fast',
      description: 'Moves nothing. An answer that nobody can rely on counts as none.',
      access: writers,
      params: z.object({ connection: idSchema('connection') }),
      answers: model.probeSchema,
    },
    async ({ params }) => {
      const row = await directory.connection(params.connection);
      if (!row) return refuse('connection.not_found');
      const { state, tookMs } = await probe(row);
      return ok({ answered: state !== 'unknown', took_ms: tookMs });
    },
  );
}

function positionRoutes(shell: Shell, { config, directory, ledger }: PartnerParts): void {
  const shown = async (row: AccountRow) => {
    const balance = await ledger.balance(row);
    assert(balance, 'a position that was opened');
    return model.positionJson(row, balance);
  };

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/positions',
      guarded: 'position.create',
      tag: 'Partners',
      summary: 'Open a partner’s position in a currency: what it has in the switch, and how much it may owe',
      description: 'Prefund it with a top-up of its account.',
      access: writers,
      status: 201,
      body: model.newPosition,
      refusals: ['participant.not_found', 'resource.exists'],
      answers: model.positionSchema,
    },
    async ({ body, act }) => {
      const { participant: owner, currency, cap, stripes } = body;
      if (!(await directory.participant(owner))) return refuse('participant.not_found');
      const nowMs = Date.now();
      const other = await directory.position(owner, currency);
      if (other && other.id !== idFor(act, 'account', nowMs)) return refuse('resource.exists', 'it has one');
      const row = await openAccount(because(act, body.reason), directory, ledger, config.books, {
        kind: 'position',
        owner,
        currency,
        label: 'Position',
        stripes,
        limitMinor: BigInt(cap),
      });
      return ok(await shown(row));
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/positions/{account}',
      guarded: 'position.change',
      tag: 'Partners',
      summary: 'Change a position’s net debit cap, or give it more stripes',
      access: writers,
      params: z.object({ account: idSchema('account') }),
      body: model.positionChange,
      refusals: ['position.not_found'],
      answers: model.positionSchema,
    },
    async ({ params, body, act }) => {
      const before = await directory.account(params.account);
      if (before?.kind !== 'position') return refuse('position.not_found');
      const why = because(act, body.reason);
      let row: Result<AccountRow> = ok(before);
      if (body.stripes !== undefined) {
        row = await growAccount(why, directory, ledger, config.books, before.id, body.stripes);
      }
      if (row.ok && body.cap !== undefined) {
        row = await changeLimit(why, directory, ledger, before.id, BigInt(body.cap));
      }
      return row.ok ? ok(await shown(row.value)) : row;
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/participants/{participant}/positions',
      tag: 'Partners',
      summary: 'A partner’s positions, one in each currency: what it has, owes, and may still pay',
      access: ['issuer', 'acquirer', ...readers],
      params: z.object({ participant: idSchema('participant') }),
      query: pageQuery,
      answers: listOf(model.positionSchema),
    },
    async ({ params: { participant }, query, caller }) => {
      const mayAsk = caller.who.startsWith('staff:') || caller.owner === participant;
      if (!mayAsk || !(await directory.participant(participant))) return refuse('participant.not_found');
      const page = await directory.accounts(pageOf(query), { owner: participant, kinds: ['position'] });
      const data = await Promise.all(page.rows.map(shown));
      return ok({ data, next_cursor: cursorOf(page.nextCursor) });
    },
  );
}
