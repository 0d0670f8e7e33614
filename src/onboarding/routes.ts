import { z } from '@hono/zod-openapi';
import { accountJson, accountSchema, openAccount, openMerchant } from '../accounts/index.ts';
import {
  because,
  type Directory,
  idFor,
  type OperatorRow,
  type ParticipantRow,
  type Who,
} from '../directory/index.ts';
import { idSchema, listOf, pageOf, pageQuery, type Shell } from '../http/index.ts';
import { type Config, ok, refuse } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { comingAndGoingRoutes } from './coming-and-going.ts';
import { makeKey } from './keys.ts';
import { listed } from './listed.ts';
import * as model from './model.ts';
import { ownRoutes } from './own.ts';
import { placeRoutes } from './places.ts';
import { recordRoutes } from './records.ts';
import { standingRoutes } from './standing.ts';
import { walletLinkRoutes } from './wallet-link.ts';

const readers: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
const writers: readonly Who[] = ['staff:admin', 'staff:officer'];
const administrators: readonly Who[] = ['staff:admin'];

const merchantParams = z.object({ merchant: idSchema('merchant') });
const storeParams = merchantParams.extend({ store: idSchema('store') });

export function onboardingRoutes(shell: Shell, config: Config, directory: Directory, ledger: Ledger): void {
  participantRoutes(shell, config, directory, ledger);
  walletLinkRoutes(shell, directory);
  merchantRoutes(shell, config, directory, ledger);
  peopleRoutes(shell, directory);
  standingRoutes(shell, config, directory, ledger);
  comingAndGoingRoutes(shell, directory, ledger);
  placeRoutes(shell, directory);
  recordRoutes(shell, directory);
  ownRoutes(shell, config, directory);
}

/** What a list was asked for: the fields that were given. */
const only = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: NonNullable<Fields[Name]>;
  };
const soughtIn = <Status>({ q, status }: { q?: string | undefined; status?: Status }) =>
  only({ text: q, status });

function participantRoutes(shell: Shell, config: Config, directory: Directory, ledger: Ledger): void {
  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/participants',
      guarded: 'participant.create',
      tag: 'Onboarding',
      summary: 'Admit an issuer or an acquirer',
      access: writers,
      status: 201,
      body: model.newParticipant,
      answers: model.participantSchema,
    },
    async ({ body: { reason, ...facts }, act }) => {
      const nowMs = Date.now();
      const row: ParticipantRow = {
        id: idFor(act, 'participant', nowMs),
        status: 'active',
        requireSignature: false,
        certificates: [],
        requestsPerSecond: null,
        walletLink: null,
        createdAtMs: nowMs,
        ...facts,
      };
      await directory.add(because(act, reason), directory.tables.participants, row);
      return ok(model.participantJson(row));
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/participants',
      tag: 'Onboarding',
      summary: 'Participants, newest first',
      access: readers,
      query: pageQuery.extend({
        q: model.soughtSchema.optional(),
        role: z.enum(['issuer', 'acquirer']).optional(),
        status: z.enum(['active', 'suspended', 'closed']).optional(),
      }),
      answers: listOf(model.participantSchema),
    },
    async ({ query }) => {
      const page = await directory.participants(pageOf(query), {
        ...soughtIn(query),
        ...only({ role: query.role }),
      });
      return listed(page, model.participantJson);
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/accounts',
      guarded: 'account.create',
      tag: 'Onboarding',
      summary: 'Open a payer account at an issuer',
      access: writers,
      status: 201,
      body: model.newAccount,
      refusals: ['participant.not_found'],
      answers: accountSchema,
    },
    async ({ body, act }) => {
      const participant = await directory.participant(body.participant);
      if (participant?.role !== 'issuer') return refuse('participant.not_found', 'not an issuer');
      const row = await openAccount(because(act, body.reason), directory, ledger, config.books, {
        kind: 'payer',
        owner: participant.id,
        currency: body.currency,
        label: body.label ?? null,
        stripes: 1,
      });
      return ok(accountJson(row));
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/accounts',
      tag: 'Onboarding',
      summary: 'Accounts of every kind, newest first',
      access: readers,
      query: pageQuery.extend({
        owner: z.union([idSchema('participant'), idSchema('merchant')]).optional(),
        kind: z.enum(['payer', 'merchant', 'funding', 'position', 'external']).optional(),
      }),
      answers: listOf(accountSchema),
    },
    async ({ query }) => {
      const filter = {
        ...(query.owner !== undefined && { owner: query.owner }),
        ...(query.kind !== undefined && { kinds: [query.kind] }),
      };
      return listed(await directory.accounts(pageOf(query), filter), (row) => accountJson(row));
    },
  );
}

function merchantRoutes(shell: Shell, config: Config, directory: Directory, ledger: Ledger): void {
  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/merchants',
      guarded: 'merchant.create',
      tag: 'Onboarding',
      summary: 'Register a merchant and open its account',
      access: writers,
      status: 201,
      body: model.newMerchant,
      refusals: ['participant.not_found'],
      answers: model.merchantSchema,
    },
    async ({ body, act }) => {
      const { acquirer, category_code: categoryCode, stripes, refund_limit: limit, ...named } = body;
      const { signed_codes: signedCodes, pending, reason, ...facts } = named;
      if (acquirer && (await directory.participant(acquirer))?.role !== 'acquirer') {
        return refuse('participant.not_found', 'not an acquirer');
      }
      const id = idFor(act, 'merchant', Date.now());
      const row = await openMerchant(because(act, reason), directory, ledger, config.books, id, {
        ...facts,
        categoryCode,
        acquirer: acquirer ?? null,
        signedCodes,
        status: pending ? 'pending' : 'active',
        stripes,
        limitMinor: BigInt(limit),
      });
      return ok(model.merchantJson(row));
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/merchants',
      tag: 'Onboarding',
      summary:
        'Merchants, newest first; those that registered themselves are `pending` until they are activated',
      access: readers,
      query: pageQuery.extend({
        q: model.soughtSchema.optional(),
        status: z.enum(['active', 'pending', 'suspended', 'closed']).optional(),
      }),
      answers: listOf(model.merchantSchema),
    },
    async ({ query }) =>
      listed(await directory.merchants(pageOf(query), soughtIn(query)), model.merchantJson),
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/merchants/{merchant}/stores',
      guarded: 'store.create',
      tag: 'Onboarding',
      summary: 'Add a store to a merchant',
      access: writers,
      status: 201,
      params: merchantParams,
      body: model.newStoreByCentre,
      answers: model.storeSchema,
    },
    async ({ params, body, act }) => {
      if (!(await directory.merchant(params.merchant))) return refuse('merchant.not_found');
      const nowMs = Date.now();
      const { name, address = null, reason } = body;
      const id = idFor(act, 'store', nowMs);
      const row = {
        id,
        merchant: params.merchant,
        name,
        address,
        status: 'open' as const,
        createdAtMs: nowMs,
      };
      await directory.add(because(act, reason), directory.tables.stores, row);
      return ok(model.storeJson(row));
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/merchants/{merchant}/stores',
      tag: 'Onboarding',
      summary: 'Stores of a merchant, newest first',
      access: readers,
      params: merchantParams,
      query: pageQuery,
      answers: listOf(model.storeSchema),
    },
    async ({ params, query }) => {
      if (!(await directory.merchant(params.merchant))) return refuse('merchant.not_found');
      return listed(await directory.stores(params.merchant, pageOf(query)), model.storeJson);
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/merchants/{merchant}/stores/{store}/tills',
      guarded: 'till.create',
      tag: 'Onboarding',
      summary: 'Add a till to a store',
      access: writers,
      status: 201,
      params: storeParams,
      body: model.newTillByCentre,
      answers: model.tillSchema,
    },
    async ({ params, body, act }) => {
      if (!(await directory.store(params.merchant, params.store))) return refuse('store.not_found');
      const nowMs = Date.now();
      const id = idFor(act, 'till', nowMs);
      const row = { id, ...params, name: body.name, status: 'open' as const, createdAtMs: nowMs };
      await directory.add(because(act, body.reason), directory.tables.tills, row);
      return ok(model.tillJson(row));
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/merchants/{merchant}/stores/{store}/tills',
      tag: 'Onboarding',
      summary: 'Tills of a store, newest first',
      access: readers,
      params: storeParams,
      query: pageQuery,
      answers: listOf(model.tillSchema),
    },
    async ({ params, query }) => {
      if (!(await directory.store(params.merchant, params.store))) return refuse('store.not_found');
      return listed(await directory.tills(params.store, pageOf(query)), model.tillJson);
    },
  );
}

function peopleRoutes(shell: Shell, directory: Directory): void {
  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/operators',
      guarded: 'operator.create',
      tag: 'Onboarding',
      summary: 'Add a person of the centre or of a merchant',
      description: 'People of the centre are added by administrators.',
      access: writers,
      status: 201,
      body: model.newOperator,
      refusals: ['merchant.not_found', 'resource.exists'],
      answers: model.operatorSchema,
    },
    async ({ body: { reason, ...facts }, caller, act }) => {
      if (facts.owner === 'centre' && caller.who !== 'staff:admin') return refuse('auth.forbidden');
      if (facts.owner !== 'centre' && !(await directory.merchant(facts.owner)))
        return refuse('merchant.not_found');
      const nowMs = Date.now();
      const row: OperatorRow = {
        id: idFor(act, 'operator', nowMs),
        status: 'active',
        store: null,
        till: null,
        refundLimitMinor: null,
        createdAtMs: nowMs,
        ...facts,
      };
      const added = await directory.add(because(act, reason), directory.tables.operators, row);
      return added ? ok(model.operatorJson(row)) : refuse('resource.exists', 'this e-mail address is taken');
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/operators',
      tag: 'Onboarding',
      summary: 'People, newest first',
      access: readers,
      query: pageQuery.extend({ owner: z.union([z.literal('centre'), idSchema('merchant')]).optional() }),
      answers: listOf(model.operatorSchema),
    },
    async ({ query }) => listed(await directory.operators(pageOf(query), query.owner), model.operatorJson),
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/keys',
      guarded: 'key.create',
      tag: 'Onboarding',
      summary: 'Make a key; it is shown this once',
      access: administrators,
      status: 201,
      body: model.newKey,
      refusals: ['participant.not_found', 'merchant.not_found', 'till.not_found', 'operator.not_found'],
      answers: model.newKeySchema,
    },
    async ({ body, act }) => {
      const made = await makeKey(because(act, body.reason), directory, body);
      return made.ok ? ok({ ...model.keyJson(made.value.row), api_key: made.value.secret }) : made;
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/keys',
      tag: 'Onboarding',
      summary: 'Keys, newest first, without their secrets',
      access: readers,
      query: pageQuery.extend({ owner: z.string().max(40).optional() }),
      answers: listOf(model.keySchema),
    },
    async ({ query }) => listed(await directory.keys(pageOf(query), query.owner), model.keyJson),
  );

  shell.endpoint(
    {
      method: 'delete',
      audit: 'change',
      path: '/v1/centre/keys/{key}',
      tag: 'Onboarding',
      summary: 'Revoke a key; it stops working within half a minute everywhere',
      access: administrators,
      params: z.object({ key: idSchema('key') }),
      answers: model.keySchema,
    },
    async ({ params, act }) => {
      await directory.revokeKey(act, params.key, Date.now());
      const row = await directory.key(params.key);
      return row ? ok(model.keyJson(row)) : refuse('key.not_found');
    },
  );
}
