/**
 * What a merchant keeps up itself: how it is called, its stores and tills, and the keys of its registers. What it
 * takes part on, the centre decides.
 */
import { z } from '@hono/zod-openapi';
import { type Directory, keptTo, ownMerchant, type Principal, type Who } from '../directory/index.ts';
import { cursorOf, idSchema, listOf, pageOf, pageQuery, type Shell } from '../http/index.ts';
import { type Config, newId, ok, type Result, refuse } from '../kernel/index.ts';
import { makeKey } from './keys.ts';
import * as model from './model.ts';

const owners: readonly Who[] = ['merchant:owner'];
const managers: readonly Who[] = ['merchant:owner', 'merchant:manager'];
const everybody: readonly Who[] = [...managers, 'merchant:cashier'];

const merchantParams = z.object({ merchant: idSchema('merchant') });
const storeParams = merchantParams.extend({ store: idSchema('store') });

export function ownRoutes(shell: Shell, config: Config, directory: Directory): void {
  settingsRoutes(shell, config, directory);
  newPlaceRoutes(shell, directory);
  keyRoutes(shell, directory);
}

function settingsRoutes(shell: Shell, config: Config, directory: Directory): void {
  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/merchants/{merchant}',
      tag: 'Merchants',
      summary: 'Change how a merchant is called on codes and receipts, and its language',
      description:
        'Codes that are printed already stay good. Outside the sandbox the name and the city are changed by the ' +
        'centre, since payers trust them.',
      access: owners,
      params: merchantParams,
      body: model.merchantChange,
      answers: model.merchantSchema,
    },
    async ({ params, body, caller, act }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      if (!own.ok) return own;
      const renames = body.name !== undefined || body.city !== undefined;
      if (renames && config.mode !== 'sandbox') {
        return refuse('auth.forbidden', 'payers know this name: ask the centre to change it');
      }
      const change = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
      const changed = await directory.changeMerchant(act, own.value.id, change);
      return changed ? ok(model.merchantJson(changed)) : refuse('merchant.not_found');
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/merchants/{merchant}/settings',
      tag: 'Merchants',
      summary: 'How a merchant is called on codes, its language, and whether its codes are signed',
      access: everybody,
      params: merchantParams,
      answers: model.merchantSchema,
    },
    async ({ params, caller }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      return own.ok ? ok(model.merchantJson(own.value)) : own;
    },
  );
}

function newPlaceRoutes(shell: Shell, directory: Directory): void {
  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/merchants/{merchant}/stores',
      tag: 'Merchants',
      summary: 'Open a store',
      access: managers,
      whole: true,
      status: 201,
      params: merchantParams,
      body: model.newStore,
      answers: model.storeSchema,
    },
    async ({ params, body: { name, address = null }, caller, act }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      if (!own.ok) return own;
      const nowMs = Date.now();
      const row = {
        id: newId('store', nowMs),
        merchant: own.value.id,
        name,
        address,
        status: 'open' as const,
        createdAtMs: nowMs,
      };
      await directory.add(act, directory.tables.stores, row);
      return ok(model.storeJson(row));
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/merchants/{merchant}/stores/{store}/tills',
      tag: 'Merchants',
      summary: 'Add a till to one of your stores',
      access: managers,
      status: 201,
      params: storeParams,
      body: model.newTill,
      answers: model.tillSchema,
    },
    async ({ params, body: { name }, caller, act }) => {
      const store = await ownStore(directory, caller, params);
      if (!store.ok) return store;
      const nowMs = Date.now();
      const row = { id: newId('till', nowMs), ...params, name, status: 'open' as const, createdAtMs: nowMs };
      await directory.add(act, directory.tables.tills, row);
      return ok(model.tillJson(row));
    },
  );
}

function keyRoutes(shell: Shell, directory: Directory): void {
  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/merchants/{merchant}/keys',
      tag: 'Merchants',
      summary: 'Make a key for a register or a program; it is shown this once',
      access: owners,
      status: 201,
      params: merchantParams,
      body: model.newOwnKey,
      refusals: ['till.not_found'],
      answers: model.newKeySchema,
    },
    async ({ params, body, caller, act }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      if (!own.ok) return own;
      const made = await makeKey(act, directory, { ...body, owner: own.value.id });
      return made.ok ? ok({ ...model.keyJson(made.value.row), api_key: made.value.secret }) : made;
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/merchants/{merchant}/keys',
      tag: 'Merchants',
      summary: 'Your keys, newest first, without their secrets',
      access: owners,
      params: merchantParams,
      query: pageQuery,
      answers: listOf(model.keySchema),
    },
    async ({ params, query, caller }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      if (!own.ok) return own;
      const page = await directory.keys(pageOf(query), own.value.id);
      return ok({ data: page.rows.map(model.keyJson), next_cursor: cursorOf(page.nextCursor) });
    },
  );

  shell.endpoint(
    {
      method: 'delete',
      audit: 'change',
      path: '/v1/merchants/{merchant}/keys/{key}',
      tag: 'Merchants',
      summary: 'Revoke one of your keys; it stops working within half a minute everywhere',
      access: owners,
      params: merchantParams.extend({ key: idSchema('key') }),
      answers: model.keySchema,
    },
    async ({ params, caller, act }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      if (!own.ok) return own;
      const known = await directory.key(params.key);
      if (known?.owner !== own.value.id) return refuse('key.not_found');
      await directory.revokeKey(act, known.id, Date.now());
      const row = await directory.key(known.id);
      return row ? ok(model.keyJson(row)) : refuse('key.not_found');
    },
  );
}

/** The id of a store of the calling merchant, and the one the caller is kept to. */
async function ownStore(
  directory: Directory,
  caller: Principal,
  params: z.output<typeof storeParams>,
): Promise<Result<string>> {
  const own = await ownMerchant(directory, caller, params.merchant);
  if (!own.ok) return own;
  const store = await directory.store(own.value.id, params.store);
  if (!store || (keptTo(caller) ?? store.id) !== store.id) return refuse('store.not_found');
  return ok(store.id);
}
