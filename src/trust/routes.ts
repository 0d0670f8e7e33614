import { z } from '@hono/zod-openapi';
import {
  type Act,
  because,
  type Directory,
  idFor,
  type ParticipantRow,
  type Principal,
  type SigningKeyRow,
  type Who,
} from '../directory/index.ts';
import { cursorOf, idSchema, listOf, pageOf, pageQuery, type Shell } from '../http/index.ts';
import { type Config, ok, type Result, refuse } from '../kernel/index.ts';
import { type PublicKey, provesRegistration, publicKeyProblem, registrationText } from '../signing/index.ts';
import * as model from './model.ts';

const managers: readonly Who[] = ['issuer', 'acquirer', 'staff:admin'];
const readers: readonly Who[] = [...managers, 'staff:officer', 'staff:analyst', 'staff:support'];

// Two are a rotation; more serve several systems of one participant, or spread what one key cannot sign alone.
const keysMax = 10;

const participantParams = z.object({ participant: idSchema('participant') });
const keyParams = participantParams.extend({ signingKey: idSchema('signingKey') });
const keysPath = '/v1/participants/{participant}/signing-keys';
const trustPath = '/v1/participants/{participant}/trust';

export function trustRoutes(
  shell: Shell,
  config: Config,
  directory: Directory,
  publicKeys: () => Promise<readonly PublicKey[]>,
): void {
  shell.endpoint(
    {
      method: 'get',
      path: '/.well-known/jwks.json',
      tag: 'Trust',
      summary: 'Public keys that verify the `v1a` signature of callbacks, and signed codes',
      access: 'public',
      answers: z.object({ keys: z.array(z.record(z.string(), z.string())) }),
    },
    async () => ok({ keys: (await publicKeys()).map((key) => ({ ...key })) }),
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: keysPath,
      guarded: 'signing_key.create',
      tag: 'Trust',
      summary: 'Register a public key to sign requests with',
      description: 'Several keys may be good at once, so that a new one takes over before the old one ends.',
      access: managers,
      status: 201,
      params: participantParams,
      body: model.newSigningKey,
      refusals: ['signing_key.refused', 'signing_key.unproven', 'resource.exists'],
      answers: model.signingKeySchema,
    },
    async ({ params, body, caller, act }) => {
      const participant = await ownParticipant(directory, caller, params.participant);
      if (!participant.ok) return participant;
      const { id } = participant.value;
      const publicKey = typeof body.public_key === 'string' ? body.public_key : body.public_key.x;
      const problem = publicKeyProblem(publicKey);
      if (problem !== undefined) return refuse('signing_key.refused', problem);
      const text = registrationText(config.url, id, publicKey);
      if (!provesRegistration(text, publicKey, body.proof)) {
        return refuse('signing_key.unproven', `not a signature of this text:\n${text}`);
      }
      const nowMs = Date.now();
      if ((await directory.countSigningKeys(id, nowMs)) >= keysMax) {
        return refuse('signing_key.refused', `${keysMax} keys are good already: revoke one first`);
      }
      const row: SigningKeyRow = {
        id: idFor(act, 'signingKey', nowMs),
        participant: id,
        publicKey,
        label: body.label ?? null,
        notAfterMs: body.not_after === undefined ? null : Date.parse(body.not_after),
        revokedAtMs: null,
        createdAtMs: nowMs,
      };
      const added = await directory.add(act, directory.tables.signingKeys, row);
      return added
        ? ok(model.signingKeyJson(row))
        : refuse('resource.exists', 'this public key is registered');
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: keysPath,
      tag: 'Trust',
      summary: 'Signing keys of a participant, newest first',
      access: readers,
      params: participantParams,
      query: pageQuery,
      answers: listOf(model.signingKeySchema),
    },
    async ({ params, query, caller }) => {
      const participant = await ownParticipant(directory, caller, params.participant);
      if (!participant.ok) return participant;
      const page = await directory.signingKeys(params.participant, pageOf(query));
      return ok({ data: page.rows.map(model.signingKeyJson), next_cursor: cursorOf(page.nextCursor) });
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: `${keysPath}/{signingKey}/expire`,
      tag: 'Trust',
      summary: 'Say when a signing key stops by itself',
      access: managers,
      params: keyParams,
      body: model.newEnd,
      answers: model.signingKeySchema,
    },
    ({ params, body, caller, act }) =>
      endKey(act, directory, caller, params, { notAfterMs: Date.parse(body.not_after) }),
  );

  shell.endpoint(
    {
      method: 'delete',
      audit: 'change',
      path: `${keysPath}/{signingKey}`,
      tag: 'Trust',
      summary: 'Revoke a signing key; it stops within half a minute everywhere',
      access: managers,
      params: keyParams,
      answers: model.signingKeySchema,
    },
    ({ params, caller, act }) => endKey(act, directory, caller, params, { revokedAtMs: Date.now() }),
  );

  shell.endpoint(
    {
      method: 'get',
      path: trustPath,
      tag: 'Trust',
      summary: 'What a participant’s requests must come with',
      access: readers,
      params: participantParams,
      answers: model.trustSchema,
    },
    async ({ params, caller }) => {
      const participant = await ownParticipant(directory, caller, params.participant);
      return participant.ok ? ok(model.trustJson(participant.value)) : participant;
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: trustPath,
      guarded: 'participant.trust',
      tag: 'Trust',
      summary: 'Require signatures or client certificates of a participant',
      access: managers,
      params: participantParams,
      body: model.newTrust,
      refusals: ['signing_key.not_found'],
      answers: model.trustSchema,
    },
    async ({ params, body, caller, act }) => {
      const participant = await ownParticipant(directory, caller, params.participant);
      if (!participant.ok) return participant;
      const { id, ...before } = participant.value;
      const requireSignature = body.require_signature ?? before.requireSignature;
      const certificates = body.certificates ?? before.certificates;
      if (requireSignature && (await directory.countSigningKeys(id, Date.now())) === 0) {
        return refuse('signing_key.not_found', 'register a signing key first');
      }
      const row = await directory.changeParticipant(because(act, body.reason), id, {
        requireSignature,
        certificates,
      });
      return row ? ok(model.trustJson(row)) : refuse('participant.not_found');
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/participants/{participant}/rate',
      guarded: 'participant.rate',
      tag: 'Trust',
      summary: 'Say how often a participant’s keys may call',
      access: ['staff:admin', 'staff:officer'],
      params: participantParams,
      body: model.newRate,
      answers: model.trustSchema,
    },
    async ({ params, body, act }) => {
      const why = because(act, body.reason);
      const requestsPerSecond = body.requests_per_second;
      const row = await directory.changeParticipant(why, params.participant, { requestsPerSecond });
      return row ? ok(model.trustJson(row)) : refuse('participant.not_found');
    },
  );
}

/** The calling participant itself; staff see all. */
async function ownParticipant(
  directory: Directory,
  caller: Principal,
  id: string,
): Promise<Result<ParticipantRow>> {
  const mayAsk = caller.who.startsWith('staff:') || caller.owner === id;
  const participant = mayAsk ? await directory.participant(id) : undefined;
  return participant ? ok(participant) : refuse('participant.not_found');
}

async function endKey(
  act: Act,
  directory: Directory,
  caller: Principal,
  params: z.output<typeof keyParams>,
  end: Parameters<Directory['endSigningKey']>[2],
) {
  const participant = await ownParticipant(directory, caller, params.participant);
  if (!participant.ok) return participant;
  const key = await directory.signingKey(params.participant, params.signingKey);
  if (!key) return refuse('signing_key.not_found');
  // One that was revoked stays as it was.
  return ok(model.signingKeyJson((await directory.endSigningKey(act, key.id, end)) ?? key));
}
