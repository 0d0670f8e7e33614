/** A merchant's people, kept up by its owners; and the centre's, by its administrators. */
import { z } from '@hono/zod-openapi';
import {
  type Act,
  type Directory,
  type OperatorRow,
  ownMerchant,
  type Principal,
  type Who,
} from '../directory/index.ts';
import { cursorOf, idSchema, listOf, pageOf, pageQuery, type Shell } from '../http/index.ts';
import { newId, ok, type Result, refuse } from '../kernel/index.ts';
import { invite, invitedSchema } from './invitations.ts';
import * as model from './model.ts';
import type { PeopleParts } from './parts.ts';

const merchantParams = z.object({ merchant: idSchema('merchant') });
const staffParams = merchantParams.extend({ operator: idSchema('operator') });
const roles = ['owner', 'manager', 'cashier'] as const;
const keepers: readonly Who[] = ['staff:admin', 'staff:officer'];

const places = {
  role: z.enum(roles),
  store: idSchema('store').nullable().openapi({ description: 'The store a person is kept to; null: all' }),
  till: idSchema('till').nullable().openapi({ description: 'The till a person is kept to; null: all' }),
  refund_limit: z.int().min(0).max(Number.MAX_SAFE_INTEGER).nullable().openapi({
    description: 'How much of one payment a cashier may give back, in minor units; null: as usual',
  }),
};

export function staffRoutes(shell: Shell, parts: PeopleParts): void {
  listRoutes(shell, parts);
  changeRoutes(shell, parts);
  centreRoutes(shell, parts);
}

function listRoutes(shell: Shell, { config, directory }: PeopleParts): void {
  shell.endpoint(
    {
      method: 'get',
      path: '/v1/merchants/{merchant}/staff',
      tag: 'People',
      summary: 'The merchant’s people, newest first',
      access: ['merchant:owner', 'staff:admin', 'staff:officer', 'staff:support'],
      params: merchantParams,
      query: pageQuery,
      answers: listOf(model.staffSchema),
    },
    async ({ params, query, caller }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      if (!own.ok) return own;
      const page = await directory.operators(pageOf(query), own.value.id);
      return ok({ data: page.rows.map(model.staffJson), next_cursor: cursorOf(page.nextCursor) });
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/merchants/{merchant}/invitations',
      tag: 'People',
      summary: 'Invite somebody to work here; the link is shown this once',
      access: ['merchant:owner'],
      status: 201,
      params: merchantParams,
      body: z
        .strictObject({
          email: model.emailSchema,
          name: model.personNameSchema.optional(),
          role: places.role,
          store: places.store.default(null),
          till: places.till.default(null),
          refund_limit: places.refund_limit.default(null),
        })
        .openapi('NewInvitation'),
      refusals: ['operator.exists', 'store.not_found', 'till.not_found'],
      answers: invitedSchema,
    },
    async ({ params, body, caller, act }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      if (!own.ok) return own;
      const placed = await keptPlace(directory, own.value.id, body);
      if (!placed.ok) return placed;
      if (await directory.loginByEmail(body.email)) return refuse('operator.exists');
      const nowMs = Date.now();
      const person: OperatorRow = {
        id: newId('operator', nowMs),
        owner: own.value.id,
        email: body.email,
        name: body.name ?? body.email,
        role: body.role,
        status: 'invited',
        ...placed.value,
        refundLimitMinor: body.refund_limit,
        createdAtMs: nowMs,
      };
      if (!(await directory.add(act, directory.tables.operators, person))) return refuse('operator.exists');
      return ok(await invite({ config, directory }, act, person));
    },
  );
}

function changeRoutes(shell: Shell, { config, directory }: PeopleParts): void {
  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/merchants/{merchant}/staff/{operator}',
      tag: 'People',
      summary: 'Change what somebody may do here, within seconds',
      access: ['merchant:owner'],
      params: staffParams,
      body: z.strictObject(places).partial().openapi('StaffChange'),
      refusals: ['operator.last_owner', 'store.not_found', 'till.not_found'],
      answers: model.staffSchema,
    },
    async ({ params, body, caller, act }) => {
      const person = await ownPerson(directory, caller, params);
      if (!person.ok) return person;
      const wish = { store: person.value.store, till: person.value.till, ...defined(body) };
      const placed = await keptPlace(directory, params.merchant, wish);
      if (!placed.ok) return placed;
      const change = {
        ...placed.value,
        ...(body.role !== undefined && { role: body.role }),
        ...(body.refund_limit !== undefined && { refundLimitMinor: body.refund_limit }),
      };
      const stays = (body.role ?? person.value.role) === 'owner';
      return changed(directory, act, person.value, change, stays);
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/merchants/{merchant}/staff/{operator}/suspend',
      tag: 'People',
      summary: 'Suspend somebody: their sessions end at once',
      access: ['merchant:owner'],
      params: staffParams,
      refusals: ['operator.last_owner'],
      answers: model.staffSchema,
    },
    async ({ params, caller, act }) => {
      const person = await ownPerson(directory, caller, params);
      if (!person.ok) return person;
      const suspended = await changed(directory, act, person.value, { status: 'suspended' }, false);
      if (suspended.ok) await directory.endSessions(act, person.value.id, Date.now());
      return suspended;
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/merchants/{merchant}/staff/{operator}/resume',
      tag: 'People',
      summary: 'Let somebody who was suspended work again',
      access: ['merchant:owner'],
      params: staffParams,
      answers: model.staffSchema,
    },
    async ({ params, caller, act }) => {
      const person = await ownPerson(directory, caller, params);
      if (!person.ok) return person;
      return changed(
        directory,
        act,
        person.value,
        { status: await statusBefore(directory, person.value) },
        true,
      );
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/merchants/{merchant}/staff/{operator}/invite',
      tag: 'People',
      summary: 'A new link for somebody who lost theirs, or their password',
      access: ['merchant:owner'],
      status: 201,
      params: staffParams,
      answers: invitedSchema,
    },
    async ({ params, caller, act }) => {
      const person = await ownPerson(directory, caller, params);
      return person.ok ? ok(await invite({ config, directory }, act, person.value)) : person;
    },
  );
}

function centreRoutes(shell: Shell, { config, directory }: PeopleParts): void {
  const params = z.object({ operator: idSchema('operator') });
  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/operators/{operator}/invite',
      guarded: 'operator.invite',
      tag: 'People',
      summary: 'A link with which somebody of the centre or of a merchant chooses how they sign in',
      access: keepers,
      status: 201,
      params,
      answers: invitedSchema,
    },
    async ({ params: { operator }, caller, act }) => {
      const person = await keptPerson(directory, caller, operator);
      return person.ok ? ok(await invite({ config, directory }, act, person.value)) : person;
    },
  );

  for (const verb of ['suspend', 'resume'] as const) {
    shell.endpoint(
      {
        method: 'post',
        audit: 'change',
        path: `/v1/centre/operators/{operator}/${verb}`,
        // Whoever has to be stopped is stopped at once.
        ...(verb === 'resume' && { guarded: 'operator.resume' as const }),
        tag: 'People',
        summary:
          verb === 'suspend'
            ? 'Suspend somebody: their sessions end at once, their keys stop'
            : 'Let a person of the centre or of any merchant work again',
        access: keepers,
        params,
        answers: model.staffSchema,
      },
      async ({ params: { operator }, caller, act }) => {
        const person = await keptPerson(directory, caller, operator);
        if (!person.ok) return person;
        const { id } = person.value;
        const status = verb === 'suspend' ? 'suspended' : await statusBefore(directory, person.value);
        const now = await directory.changeOperator(act, id, { status });
        if (verb === 'suspend') await directory.endSessions(act, id, Date.now());
        return now ? ok(model.staffJson(now)) : refuse('operator.not_found');
      },
    );
  }
}

/** Officers look after people of merchants; people of the centre are for administrators. */
async function keptPerson(directory: Directory, caller: Principal, id: string): Promise<Result<OperatorRow>> {
  const person = await directory.operator(id);
  if (!person) return refuse('operator.not_found');
  const mayKeep = caller.who === 'staff:admin' || person.owner !== 'centre';
  return mayKeep ? ok(person) : refuse('auth.forbidden', 'people of the centre are for administrators');
}

/** Whoever never accepted is still invited; the centre's people have worked with keys before there were sessions. */
const statusBefore = async (directory: Directory, person: OperatorRow): Promise<'active' | 'invited'> =>
  person.owner === 'centre' || (await directory.login(person.id)) ? 'active' : 'invited';

async function ownPerson(
  directory: Directory,
  caller: Principal,
  { merchant, operator }: z.output<typeof staffParams>,
): Promise<Result<OperatorRow>> {
  const own = await ownMerchant(directory, caller, merchant);
  if (!own.ok) return own;
  const person = await directory.operator(operator);
  return person?.owner === own.value.id ? ok(person) : refuse('operator.not_found');
}

/** A change of an owner who does not stay one leaves another. */
async function changed(
  directory: Directory,
  act: Act,
  person: OperatorRow,
  change: Parameters<Directory['changeOperator']>[2],
  stays: boolean,
): Promise<Result<z.output<typeof model.staffSchema>>> {
  const leaves = person.role === 'owner' && person.status === 'active' && !stays;
  const row = leaves
    ? await directory.changeKeepingOwner(act, person, change)
    : await directory.changeOperator(act, person.id, change);
  return row ? ok(model.staffJson(row)) : refuse('operator.last_owner');
}

/** Where somebody is kept to, open or closed: the merchant’s own store and till, and the till one of the store’s. */
async function keptPlace(
  directory: Directory,
  merchant: string,
  { store, till }: { readonly store: string | null; readonly till: string | null },
): Promise<Result<Pick<OperatorRow, 'store' | 'till'>>> {
  if (store !== null && !(await directory.store(merchant, store))) return refuse('store.not_found');
  const row = till === null ? undefined : await directory.till(merchant, till);
  if (till !== null && (!row || (store !== null && row.store !== store))) return refuse('till.not_found');
  return ok({ store: row?.store ?? store, till });
}

const defined = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: Exclude<Fields[Name], undefined>;
  };
