/**
 * One record of the directory, read by itself and put right: merchants, their stores and tills, participants, and people
 * of the centre. Why it was changed is asked for and stands in the audit log beside what it was.
 */
import { z } from '@hono/zod-openapi';
import type { Act, Directory, Who } from '../directory/index.ts';
import { idSchema, type Shell } from '../http/index.ts';
import { ok, refuse } from '../kernel/index.ts';
import * as model from './model.ts';

const readers: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
const writers: readonly Who[] = ['staff:admin', 'staff:officer'];

const merchantParams = z.object({ merchant: idSchema('merchant') });
const storeParams = merchantParams.extend({ store: idSchema('store') });
const tillParams = merchantParams.extend({ till: idSchema('till') });
const participantParams = z.object({ participant: idSchema('participant') });
const operatorParams = z.object({ operator: idSchema('operator') });

export function recordRoutes(shell: Shell, directory: Directory): void {
  merchantRoutes(shell, directory);
  placeRoutes(shell, directory);
  participantRoutes(shell, directory);
  personRoutes(shell, directory);
}

/** What was said of a change, apart from why; what was left out stays as it is. */
function told<Body extends { readonly reason: string }>(act: Act, { reason, ...change }: Body) {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  return {
    act: { ...act, reason },
    change: Object.fromEntries(given) as {
      [Name in keyof typeof change]?: NonNullable<(typeof change)[Name]>;
    },
  };
}

function merchantRoutes(shell: Shell, directory: Directory): void {
  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/merchants/{merchant}',
      tag: 'Onboarding',
      summary: 'A merchant as the directory has it',
      access: readers,
      params: merchantParams,
      answers: model.merchantSchema,
    },
    async ({ params }) => {
      const row = await directory.merchant(params.merchant);
      return row ? ok(model.merchantJson(row)) : refuse('merchant.not_found');
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/merchants/{merchant}',
      guarded: 'merchant.change',
      tag: 'Onboarding',
      summary: 'Put right how a merchant is called, what it sells, its language and its acquirer',
      description: 'Codes that are printed already stay good.',
      access: writers,
      params: merchantParams,
      body: model.merchantCorrection,
      refusals: ['participant.not_found'],
      answers: model.merchantSchema,
    },
    async ({ params, body, act }) => {
      const { acquirer, category_code: categoryCode, ...rest } = body;
      if (acquirer && (await directory.participant(acquirer))?.role !== 'acquirer') {
        return refuse('participant.not_found', 'not an acquirer');
      }
      const { act: because, change } = told(act, rest);
      const row = await directory.changeMerchant(because, params.merchant, {
        ...change,
        ...(categoryCode !== undefined && { categoryCode }),
        ...(acquirer !== undefined && { acquirer }),
      });
      return row ? ok(model.merchantJson(row)) : refuse('merchant.not_found');
    },
  );
}

function placeRoutes(shell: Shell, directory: Directory): void {
  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/merchants/{merchant}/stores/{store}',
      guarded: 'store.change',
      tag: 'Onboarding',
      summary: 'Give a store another name or address, close it or open it again',
      access: writers,
      params: storeParams,
      body: model.storeCorrection,
      answers: model.storeSchema,
    },
    async ({ params, body, act }) => {
      const { act: because, change } = told(act, body);
      const row = await directory.changeStore(because, params.merchant, params.store, change);
      return row ? ok(model.storeJson(row)) : refuse('store.not_found');
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/merchants/{merchant}/tills/{till}',
      guarded: 'till.change',
      tag: 'Onboarding',
      summary: 'Give a till another name, close it or open it again',
      access: writers,
      params: tillParams,
      body: model.tillCorrection,
      answers: model.tillSchema,
    },
    async ({ params, body, act }) => {
      const { act: because, change } = told(act, body);
      const row = await directory.changeTill(because, params.merchant, params.till, change);
      return row ? ok(model.tillJson(row)) : refuse('till.not_found');
    },
  );
}

function participantRoutes(shell: Shell, directory: Directory): void {
  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/participants/{participant}',
      tag: 'Onboarding',
      summary: 'A participant as the directory has it',
      access: readers,
      params: participantParams,
      answers: model.participantSchema,
    },
    async ({ params }) => {
      const row = await directory.participant(params.participant);
      return row ? ok(model.participantJson(row)) : refuse('participant.not_found');
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/participants/{participant}',
      guarded: 'participant.change',
      tag: 'Onboarding',
      summary: 'Put right how a participant is called, and its country',
      access: writers,
      params: participantParams,
      body: model.participantCorrection,
      answers: model.participantSchema,
    },
    async ({ params, body, act }) => {
      const { act: because, change } = told(act, body);
      const row = await directory.changeParticipant(because, params.participant, change);
      return row ? ok(model.participantJson(row)) : refuse('participant.not_found');
    },
  );
}

function personRoutes(shell: Shell, directory: Directory): void {
  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/operators/{operator}',
      tag: 'Onboarding',
      summary: 'A person of the centre or of a merchant',
      access: readers,
      params: operatorParams,
      answers: model.operatorSchema,
    },
    async ({ params }) => {
      const row = await directory.operator(params.operator);
      return row ? ok(model.operatorJson(row)) : refuse('operator.not_found');
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/operators/{operator}',
      guarded: 'operator.change',
      tag: 'Onboarding',
      summary: 'Give a person of the centre another role or name, within seconds',
      description: 'What people of a merchant may do there, its owners say.',
      access: ['staff:admin'],
      params: operatorParams,
      body: model.operatorCorrection,
      answers: model.operatorSchema,
    },
    async ({ params, body, act }) => {
      const person = await directory.operator(params.operator);
      if (person?.owner !== 'centre') return refuse('operator.not_found', 'not a person of the centre');
      const { act: because, change } = told(act, body);
      const row = await directory.changeOperator(because, person.id, change);
      return row ? ok(model.operatorJson(row)) : refuse('operator.not_found');
    },
  );
}
