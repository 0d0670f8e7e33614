/**
 * Standing: who may take part for now, and how much an account can bear. Staff suspend and resume, freeze,
 * close and reopen, add stripes, and say why.
 */
import { z } from '@hono/zod-openapi';
import { accountJson, accountSchema, changeStatus, growAccount, pushFacts } from '../accounts/index.ts';
import { because, type Directory, type Who } from '../directory/index.ts';
import { cursorOf, idSchema, listOf, pageOf, pageQuery, type Shell } from '../http/index.ts';
import { type Config, ok, refuse } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import * as model from './model.ts';
import { noteOf } from './note.ts';

const readers: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
const writers: readonly Who[] = ['staff:admin', 'staff:officer'];

const accountChanges = [
  ['freeze', 'frozen', 'Freeze an account: it neither pays nor is paid; a payer still gets refunds'],
  ['close', 'closed', 'Close an account that is empty'],
  ['reopen', 'active', 'Reopen a frozen or closed account'],
] as const;
const ownerChanges = [
  ['suspend', 'suspended'],
  ['resume', 'active'],
] as const;

export function standingRoutes(shell: Shell, config: Config, directory: Directory, ledger: Ledger): void {
  const note = noteOf(directory);

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/merchants/{merchant}/stripes',
      guarded: 'merchant.stripes',
      tag: 'Onboarding',
      summary: 'Give a merchant’s account more stripes while it is in use',
      description: 'Never fewer. Asking again for as many as there are finishes what was left half done.',
      access: writers,
      params: z.object({ merchant: idSchema('merchant') }),
      body: model.newStripes,
      refusals: ['account.not_found', 'account.growing', 'request.invalid'],
      answers: accountSchema,
    },
    async ({ params, body, act }) => {
      const merchant = await directory.merchant(params.merchant);
      if (!merchant) return refuse('merchant.not_found');
      const grown = await growAccount(
        because(act, body.reason),
        directory,
        ledger,
        config.books,
        merchant.account,
        body.stripes,
      );
      if (!grown.ok) return grown;
      await note(act, merchant.id, 'grown', body);
      return ok(accountJson(grown.value));
    },
  );

  for (const [verb, status, summary] of accountChanges) {
    shell.endpoint(
      {
        method: 'post',
        audit: 'change',
        path: `/v1/centre/accounts/{account}/${verb}`,
        guarded: `account.${verb}`,
        tag: 'Onboarding',
        summary,
        access: writers,
        params: z.object({ account: idSchema('account') }),
        body: model.newStanding,
        refusals: ['account.not_empty', 'account.closed', 'account.growing'],
        answers: accountSchema,
      },
      async ({ params, body, act }) => {
        const changed = await changeStatus(
          because(act, body.reason),
          directory,
          ledger,
          params.account,
          status,
        );
        if (!changed.ok) return changed;
        await note(act, params.account, status, body);
        return ok(accountJson(changed.value));
      },
    );
  }

  for (const [verb, status] of ownerChanges) {
    shell.endpoint(
      {
        method: 'post',
        audit: 'change',
        path: `/v1/centre/merchants/{merchant}/${verb}`,
        guarded: `merchant.${verb}`,
        tag: 'Onboarding',
        summary:
          verb === 'suspend' ? 'Suspend a merchant: no payments, no refunds' : 'Resume a suspended merchant',
        access: writers,
        params: z.object({ merchant: idSchema('merchant') }),
        body: model.newStanding,
        refusals: ['merchant.closed', 'merchant.inactive'],
        answers: model.merchantSchema,
      },
      async ({ params, body, act }) => {
        const before = await directory.merchant(params.merchant);
        if (before?.status === 'closed') return refuse('merchant.closed');
        // Whoever activates it is nobody who works there: that is looked at there, and there is no other way.
        if (before?.status === 'pending') return refuse('merchant.inactive', 'it waits to be activated');
        const why = because(act, body.reason);
        const merchant = await directory.changeMerchant(why, params.merchant, { status });
        const account = merchant && (await directory.changeAccount(act, merchant.account));
        if (!account) return refuse('merchant.not_found');
        await pushFacts(directory, ledger, account);
        await note(act, merchant.id, status, body);
        return ok(model.merchantJson(merchant));
      },
    );

    shell.endpoint(
      {
        method: 'post',
        audit: 'change',
        path: `/v1/centre/participants/{participant}/${verb}`,
        guarded: `participant.${verb}`,
        tag: 'Onboarding',
        summary:
          verb === 'suspend' ? 'Suspend a participant: its keys stop' : 'Resume a suspended participant',
        access: writers,
        params: z.object({ participant: idSchema('participant') }),
        body: model.newStanding,
        refusals: ['participant.closed'],
        answers: model.participantSchema,
      },
      async ({ params, body, act }) => {
        const before = await directory.participant(params.participant);
        if (before?.status === 'closed') return refuse('participant.closed');
        const why = because(act, body.reason);
        const participant = await directory.changeParticipant(why, params.participant, { status });
        if (!participant) return refuse('participant.not_found');
        await note(act, participant.id, status, body);
        return ok(model.participantJson(participant));
      },
    );
  }

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/standings',
      tag: 'Onboarding',
      summary:
        'Who was suspended, frozen, closed, reopened or given more stripes, by whom and why, newest first',
      access: readers,
      query: pageQuery.extend({
        subject: z.union([idSchema('participant'), idSchema('merchant'), idSchema('account')]).optional(),
      }),
      answers: listOf(model.standingSchema),
    },
    async ({ query }) => {
      const page = await directory.standings(pageOf(query), query.subject);
      return ok({ data: page.rows.map(model.standingJson), next_cursor: cursorOf(page.nextCursor) });
    },
  );
}
