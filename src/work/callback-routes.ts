import { z } from '@hono/zod-openapi';
import { idSchema, type Shell } from '../http/index.ts';
import { ok, refuse } from '../kernel/index.ts';
import { path, reason, unblockers, type WorkParts } from './common.ts';

const callbackParams = z.object({ event: idSchema('event'), endpoint: idSchema('endpoint') });

export function callbackRoutes(shell: Shell, { directory, callbacks }: WorkParts): void {
  const one = `${path}/callbacks/{event}/{endpoint}`;
  const done = z.object({ event: z.string(), endpoint: z.string() }).openapi('CallbackDecided');

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: `${one}/send`,
      tag: 'Work',
      summary: 'Try a callback again that was given up, with all its attempts anew',
      access: unblockers,
      params: callbackParams,
      refusals: ['callback.not_parked'],
      answers: done,
    },
    async ({ params: { event, endpoint }, act }) => {
      await directory.record(act, event, { sent: endpoint });
      const sent = await callbacks.send(event, endpoint);
      return sent ? ok({ event, endpoint }) : refuse('callback.not_parked');
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: `${one}/drop`,
      tag: 'Work',
      summary: 'Never try it again: its receiver knows, or is no more',
      description: 'The event and its attempts stay to be read, and can be sent again by their owner.',
      access: unblockers,
      params: callbackParams,
      body: z.strictObject({ reason }).openapi('CallbackDropped'),
      refusals: ['callback.not_parked'],
      answers: done,
    },
    async ({ params: { event, endpoint }, body, act }) => {
      await directory.record({ ...act, reason: body.reason }, event, { dropped: endpoint });
      const dropped = await callbacks.drop(event, endpoint);
      return dropped ? ok({ event, endpoint }) : refuse('callback.not_parked');
    },
  );
}
