/** Device keys: public keys of payers' phones, by which payments that need it are confirmed. */
import { z } from '@hono/zod-openapi';
import { type DeviceKeyRow, type Directory, ownAccount, type Who } from '../directory/index.ts';
import {
  cursorOf,
  idSchema,
  isoTime,
  listOf,
  pageOf,
  pageQuery,
  type Shell,
  textSchema,
  timeSchema,
} from '../http/index.ts';
import { type Config, newId, ok, refuse } from '../kernel/index.ts';
import { deviceKeyText, provesRegistration, publicKeyProblem } from '../signing/index.ts';

const readers: readonly Who[] = ['issuer', 'staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
const accountParams = z.object({ account: idSchema('account') });
const path = '/v1/accounts/{account}/device-keys';
// A phone, a tablet, and those that were lost last; more are somebody who registers for others.
const keysMax = 10;

const newDeviceKey = z
  .strictObject({
    public_key: z
      .string()
      .regex(/^[\w-]{43}$/, 'not 43 characters of base64url')
      .openapi({
        description: 'Ed25519: 32 bytes in base64url, the `x` of its JWK',
        example: 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs',
      }),
    proof: z
      .string()
      .regex(/^[\w-]{86}$/, 'not 86 characters of base64url')
      .openapi({
        description:
          'Ed25519 signature by the new key, in base64url, under the lines `tolom device key`, the address of ' +
          'this switch, the account’s id and the public key (base64url), joined by line feeds',
      }),
    label: textSchema(80).optional(),
  })
  .openapi('NewDeviceKey');

const deviceKeySchema = z
  .object({
    id: z.string(),
    account: z.string(),
    public_key: z.string(),
    label: z.string().nullable(),
    revoked_at: timeSchema.nullable(),
    created_at: timeSchema,
  })
  .openapi('DeviceKey');

const deviceKeyJson = (row: DeviceKeyRow) => ({
  id: row.id,
  account: row.account,
  public_key: row.publicKey,
  label: row.label,
  revoked_at: row.revokedAtMs === null ? null : isoTime(row.revokedAtMs),
  created_at: isoTime(row.createdAtMs),
});

export function deviceKeyRoutes(shell: Shell, config: Config, directory: Directory): void {
  const { deviceKeys } = directory;

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path,
      tag: 'Confirmations',
      summary: 'Register a device of the payer, so that it may confirm payments of the account',
      description:
        'The issuer vouches for it: register a device only once its owner has been identified. The private key ' +
        'stays in the device, behind its PIN.',
      access: ['issuer'],
      status: 201,
      params: accountParams,
      body: newDeviceKey,
      refusals: ['device_key.refused', 'device_key.unproven', 'resource.exists'],
      answers: deviceKeySchema,
    },
    async ({ params, body, caller, act }) => {
      const account = await ownAccount(directory, caller, params.account);
      if (!account.ok) return account;
      const { id, kind } = account.value;
      if (kind !== 'payer' && kind !== 'external') return refuse('account.not_found', 'not a payer account');
      const publicKey = body.public_key;
      const problem = publicKeyProblem(publicKey);
      if (problem !== undefined) return refuse('device_key.refused', problem);
      const text = deviceKeyText(config.url, id, publicKey);
      if (!provesRegistration(text, publicKey, body.proof)) {
        return refuse('device_key.unproven', `not a signature of this text:\n${text}`);
      }
      if ((await deviceKeys.count(id)) >= keysMax) {
        return refuse('device_key.refused', `${keysMax} keys are good already: revoke one first`);
      }
      const nowMs = Date.now();
      const row: DeviceKeyRow = {
        ...{ id: newId('deviceKey', nowMs), account: id, publicKey, label: body.label ?? null },
        ...{ revokedAtMs: null, createdAtMs: nowMs },
      };
      const added = await deviceKeys.add(act, row);
      return added ? ok(deviceKeyJson(row)) : refuse('resource.exists', 'this public key is registered');
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path,
      tag: 'Confirmations',
      summary: 'Device keys of an account, newest first',
      access: readers,
      params: accountParams,
      query: pageQuery,
      answers: listOf(deviceKeySchema),
    },
    async ({ params, query, caller }) => {
      const account = await ownAccount(directory, caller, params.account);
      if (!account.ok) return account;
      const page = await deviceKeys.list(params.account, pageOf(query));
      return ok({ data: page.rows.map(deviceKeyJson), next_cursor: cursorOf(page.nextCursor) });
    },
  );

  shell.endpoint(
    {
      method: 'delete',
      audit: 'change',
      path: `${path}/{deviceKey}`,
      tag: 'Confirmations',
      summary: 'Revoke a device key; it confirms nothing from then on',
      access: ['issuer', 'staff:admin', 'staff:officer'],
      params: accountParams.extend({ deviceKey: idSchema('deviceKey') }),
      answers: deviceKeySchema,
    },
    async ({ params, caller, act }) => {
      const account = await ownAccount(directory, caller, params.account);
      if (!account.ok) return account;
      const key = await deviceKeys.find(params.account, params.deviceKey);
      if (!key) return refuse('device_key.not_found');
      // One that was revoked stays as it was.
      return ok(deviceKeyJson((await deviceKeys.revoke(act, key.id, Date.now())) ?? key));
    },
  );
}
