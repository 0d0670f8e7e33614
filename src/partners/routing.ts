/** The routing table over the API: read, replaced as a whole, every version kept with who wrote it and why. */
import { type Directory, noRules, type RoutingRow, type RoutingRules, type Who } from '../directory/index.ts';
import { cursorOf, listOf, pageQuery, type Shell } from '../http/index.ts';
import { ok, type Refused, type Result, refuse } from '../kernel/index.ts';
import { type DryRunParts, merchantWay, payerWay, rerun, type Way } from './dry-run.ts';
import * as model from './model.ts';

const readers: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
const writers: readonly Who[] = ['staff:admin', 'staff:officer'];

export function routingRoutes(shell: Shell, parts: DryRunParts): void {
  const { directory } = parts;
  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/routing',
      tag: 'Partners',
      summary: 'The routing table: which issuer debits which payers, and who credits codes of other schemes',
      access: readers,
      answers: model.routingSchema,
    },
    async () => ok(model.routingJson(await directory.routing())),
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/routing',
      guarded: 'routing.change',
      tag: 'Partners',
      summary: 'Replace the routing table; it is in use everywhere within seconds',
      access: writers,
      status: 201,
      body: model.newRouting,
      refusals: ['routing.changed', 'connection.not_found', 'connection.refused'],
      answers: model.routingSchema,
    },
    async ({ body, caller, act }) => {
      const { based_on: basedOn, reason, ...rules } = body;
      const latest = (await directory.routing())?.version ?? 0;
      if (latest !== basedOn) return refuse('routing.changed', `it is at version ${latest}`);
      const wrong = await unknownIn(directory, rules);
      if (wrong) return wrong;
      const row = {
        version: basedOn + 1,
        rules,
        reason,
        operator: caller.owner,
        createdAtMs: Date.now(),
      };
      const added = await directory.addRouting({ ...act, reason }, row);
      return added ? ok(model.routingJson(row)) : refuse('routing.changed');
    },
  );

  shell.endpoint(
    {
      method: 'post',
      path: '/v1/centre/routing/dry-run',
      tag: 'Partners',
      summary: 'See what would happen to a payment, by the table in force and by a draft; changes nothing',
      access: readers,
      body: model.newDryRun,
      refusals: ['account.not_found', 'qr.unreadable', 'connection.not_found', 'connection.refused'],
      answers: model.dryRunSchema,
    },
    async ({ body, language }) => {
      const { draft, payer, merchant, last } = body;
      const wrong = draft && (await unknownIn(directory, draft));
      if (wrong) return wrong;
      const row = await directory.routing();
      const live = row?.rules ?? noRules;
      /** One side by both tables. */
      const side = async (way: (rules: RoutingRules) => Promise<Result<Way>>) => {
        const now = await way(live);
        if (!now.ok) return now;
        const then = draft && (await way(draft));
        if (then && !then.ok) return then;
        const shown = then ? model.wayJson(then.value, language) : null;
        return ok({ live: model.wayJson(now.value, language), draft: shown });
      };
      const debit = payer ? await side((rules) => payerWay(directory, rules, payer)) : ok(null);
      if (!debit.ok) return debit;
      const credit = merchant ? await side((rules) => merchantWay(parts, rules, merchant)) : ok(null);
      if (!credit.ok) return credit;
      const again = draft && last > 0 ? await rerun(parts, live, draft, last) : undefined;
      const { lookedAt: payments = 0, diverted = [] } = again ?? {};
      return ok({
        version: row?.version ?? 0,
        payer: debit.value,
        merchant: credit.value,
        last: again ? { payments, changed: diverted.length, data: [...diverted] } : null,
      });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/routing/versions',
      tag: 'Partners',
      summary: 'Every version of the routing table, newest first, with who wrote it and why',
      access: readers,
      query: pageQuery,
      answers: listOf(model.routingSchema),
    },
    async ({ query }) => {
      const before = query.cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(query.cursor);
      if (!Number.isSafeInteger(before)) return refuse('request.invalid', 'not a cursor of this list');
      const rows = await directory.routingBefore(before, query.limit + 1);
      const shown = rows.slice(0, query.limit);
      const next = rows.length > query.limit ? (shown.at(-1)?.version ?? null) : null;
      return ok({
        data: shown.map(model.routingJson),
        next_cursor: cursorOf(next === null ? null : String(next)),
      });
    },
  );
}

/** A rule must lead somewhere: an issuer's accounts to its own connection, codes to any that there is. */
async function unknownIn(
  directory: Directory,
  { payers, merchants }: RoutingRow['rules'],
): Promise<Refused | undefined> {
  const owners = new Map<string, string | undefined>();
  for (const { connection } of [...payers, ...merchants]) {
    if (!owners.has(connection))
      owners.set(connection, (await directory.connection(connection))?.participant);
    if (owners.get(connection) === undefined) return refuse('connection.not_found', connection);
  }
  const strange = payers.find(({ participant, connection }) => owners.get(connection) !== participant);
  return strange && refuse('connection.refused', `${strange.connection} is another participant’s`);
}
