/** A merchant's own view of its places: which stores it has, and which tills stand in each. */
import { z } from '@hono/zod-openapi';
import { type Directory, keptTo, ownMerchant, type Who } from '../directory/index.ts';
import { idSchema, listOf, pageOf, pageQuery, type Shell } from '../http/index.ts';
import { refuse } from '../kernel/index.ts';
import { listed } from './listed.ts';
import { storeJson, storeSchema, tillJson, tillSchema } from './model.ts';

const readers: readonly Who[] = [
  'merchant:owner',
  'merchant:manager',
  'merchant:cashier',
  'staff:admin',
  'staff:officer',
  'staff:analyst',
  'staff:support',
];
const merchantParams = z.object({ merchant: idSchema('merchant') });

export function placeRoutes(shell: Shell, directory: Directory): void {
  shell.endpoint(
    {
      method: 'get',
      path: '/v1/merchants/{merchant}/stores',
      tag: 'Merchants',
      summary: 'Stores of a merchant as its people see them, newest first',
      description: 'Whoever is kept to a store is shown that one.',
      access: readers,
      params: merchantParams,
      query: pageQuery,
      answers: listOf(storeSchema),
    },
    async ({ params, query, caller }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      if (!own.ok) return own;
      return listed(await directory.stores(own.value.id, pageOf(query), keptTo(caller)), storeJson);
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/merchants/{merchant}/stores/{store}/tills',
      tag: 'Merchants',
      summary: 'Tills of a store as its people see them, newest first',
      access: readers,
      params: merchantParams.extend({ store: idSchema('store') }),
      query: pageQuery,
      answers: listOf(tillSchema),
    },
    async ({ params, query, caller }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      if (!own.ok) return own;
      const store = await directory.store(own.value.id, params.store);
      if (!store || (keptTo(caller) ?? store.id) !== store.id) return refuse('store.not_found');
      return listed(await directory.tills(store.id, pageOf(query)), tillJson);
    },
  );
}
