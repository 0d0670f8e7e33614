import { z } from '@hono/zod-openapi';
import type { Who } from '../directory/index.ts';
import { pageQuery, type Shell, textSchema, timeSchema } from '../http/index.ts';
import { ok, refuse } from '../kernel/index.ts';
import { byPerson, type SearchParts, search } from './find.ts';
import { answerSchema, nothing } from './hits.ts';
import { isPersonal, wishOf } from './wish.ts';

const staff: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
// Whoever may see of a person as much as tells people apart may find them.
const seesPeople: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:support'];

const times = {
  'created[gte]': timeSchema.optional(),
  'created[lt]': timeSchema.optional(),
  cursor: pageQuery.shape.cursor,
};
const looksFor =
  'Orders and payments are found by their id and reference whatever their age, payments by amount since yesterday ' +
  'unless times are given. A look for an amount goes through so many payments at most: `next_cursor` goes on.';

// Under which the audit log has who looked for people, and whom they found; never what they looked for.
const searchedSubject = 'search for a person';

export function searchRoutes(shell: Shell, parts: SearchParts): void {
  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/search',
      tag: 'Reports',
      summary: 'Find anything by its id, a reference, an amount or a name',
      description: `${looksFor} Phones and e-mail addresses are refused here: addresses are written down on their way.`,
      access: staff,
      query: z.object({ text: textSchema(200), ...times }),
      answers: answerSchema,
    },
    async ({ query }) =>
      isPersonal(query.text)
        ? refuse('request.invalid', 'a phone or an e-mail address is sent as a body')
        : ok(await search(parts, wishOf(query.text), query)),
  );

  shell.endpoint(
    {
      method: 'post',
      // Its record, where it has one, must not say what was looked for.
      audit: 'change',
      path: '/v1/centre/search',
      tag: 'Reports',
      summary: 'Find anything, also people by their phone or e-mail address',
      description:
        `${looksFor} People are found by whoever may see them masked; analysts may not. Nothing of what is asked ` +
        'is logged.',
      access: staff,
      body: z.strictObject({ text: textSchema(200), ...times }).openapi('Search'),
      answers: answerSchema,
    },
    async ({ body, caller, act }) => {
      const wish = wishOf(body.text);
      // Whoever's phone or address it is: it is no reference, and no name.
      if (!isPersonal(body.text)) return ok(await search(parts, wish, body));
      const answer = seesPeople.includes(caller.who) ? await byPerson(parts, wish) : nothing;
      await parts.directory.record(act, searchedSubject, { found: answer.data.map(({ id }) => id) });
      return ok(answer);
    },
  );
}
