import { z } from '@hono/zod-openapi';
import type { Who } from '../directory/index.ts';
import { cursorOf, idSchema, listOf, pageQuery, type Shell, textSchema } from '../http/index.ts';
import { ok, refuse } from '../kernel/index.ts';
import { alertJson, alertSchema, nameSchema } from './model.ts';
import type { AlertStore } from './store.ts';

const readers: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
const heeders: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:support'];
const path = '/v1/centre/alerts';
const params = z.object({ alert: idSchema('alert') });

export function alertRoutes(shell: Shell, store: AlertStore): void {
  shell.endpoint(
    {
      method: 'get',
      path,
      tag: 'Running',
      summary: 'What people at the centre have to look at, and had to, newest first',
      description: 'Measured every minute. None that is open: all is well.',
      access: readers,
      query: pageQuery.extend({
        status: z.enum(['open', 'cleared']).optional(),
        name: nameSchema.optional(),
      }),
      answers: listOf(alertSchema),
    },
    async ({ query: { limit, cursor, ...filter } }) => {
      const rows = await store.list(filter, limit + 1, cursor);
      const shown = rows.slice(0, limit);
      const next = rows.length > limit ? (shown.at(-1)?.id ?? null) : null;
      return ok({ data: shown.map(alertJson), next_cursor: cursorOf(next) });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: `${path}/{alert}`,
      tag: 'Running',
      summary: 'An alert, with its figures and who looks after it',
      access: readers,
      params,
      answers: alertSchema,
    },
    async ({ params: { alert } }) => {
      const row = await store.find(alert);
      return row ? ok(alertJson(row)) : refuse('alert.not_found');
    },
  );

  shell.endpoint(
    {
      method: 'post',
      path: `${path}/{alert}/acknowledge`,
      tag: 'Running',
      summary: 'Say that somebody looks after an alert: it is not told again',
      access: heeders,
      params,
      body: z.strictObject({ note: textSchema(500) }).openapi('AlertAcknowledgement'),
      refusals: ['alert.acknowledged'],
      answers: alertSchema,
    },
    async ({ params: { alert }, body: { note }, caller }) => {
      const by = caller.person ?? caller.owner;
      const row = await store.acknowledge(alert, by, note, Date.now());
      if (row) return ok(alertJson(row));
      return refuse((await store.find(alert)) ? 'alert.acknowledged' : 'alert.not_found');
    },
  );
}
