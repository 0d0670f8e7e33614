/**
 * Invitations: a link with which a person chooses how they sign in, for the first time or because they cannot any
 * more. It is shown once to whoever asks for it, and good once, for a week; a newer one makes it useless.
 */
import { z } from '@hono/zod-openapi';
import {
  type Act,
  type Directory,
  hashKey,
  type InvitationRow,
  isToken,
  newToken,
  type OperatorRow,
} from '../directory/index.ts';
import { isForeignSite, isoTime, type Shell, timeSchema } from '../http/index.ts';
import { newId, ok, type Result, refuse } from '../kernel/index.ts';
import * as model from './model.ts';
import type { PeopleParts } from './parts.ts';
import { hashPassword, isWeak } from './password.ts';
import { actOf, beginSession, signsInHere, withCookie } from './session.ts';

const lifetimeMs = 7 * 24 * 3_600_000;
const tokenLengthMax = 64;

export const invitedSchema = z
  .object({
    person: model.staffSchema,
    link: z.string().openapi({
      example: 'https://pay.example.kg/invitation/1hq3v8k2m0…',
      description: 'Shown this once; good once',
    }),
    expires_at: timeSchema,
  })
  .openapi('Invited');

/** A new link for a person; whoever has it chooses how they sign in. */
export async function invite(
  { config, directory }: Pick<PeopleParts, 'config' | 'directory'>,
  act: Act,
  person: OperatorRow,
): Promise<z.output<typeof invitedSchema>> {
  const nowMs = Date.now();
  const token = newToken();
  const row: InvitationRow = {
    id: newId('invitation', nowMs),
    tokenHash: await hashKey(token),
    person: person.id,
    expiresAtMs: nowMs + lifetimeMs,
    usedAtMs: null,
    createdAtMs: nowMs,
  };
  await directory.addInvitation(act, row);
  return {
    person: model.staffJson(person),
    link: `${config.url}/invitation/${token}`,
    expires_at: isoTime(row.expiresAtMs),
  };
}

const params = z.object({
  invitation: z.string().max(tokenLengthMax).openapi({ description: 'Of the link' }),
});

export function invitationRoutes(shell: Shell, { config, directory }: PeopleParts): void {
  shell.endpoint(
    {
      method: 'get',
      path: '/v1/invitations/{invitation}',
      tag: 'People',
      summary: 'What a link invites to: whom, as what, at which merchant',
      access: 'public',
      params,
      refusals: ['invitation.expired'],
      answers: z
        .object({
          email: z.string(),
          name: z.string(),
          role: z.string(),
          merchant: z.string().nullable().openapi({ description: 'Its name; null for the centre' }),
          expires_at: timeSchema,
        })
        .openapi('Invitation'),
    },
    async ({ params: { invitation } }) => {
      const found = await openInvitation(directory, invitation);
      if (!found.ok) return found;
      const { person, row } = found.value;
      const merchant = person.owner === 'centre' ? undefined : await directory.merchant(person.owner);
      return ok({
        email: person.email,
        name: person.name,
        role: person.role,
        merchant: merchant?.name ?? null,
        expires_at: isoTime(row.expiresAtMs),
      });
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/invitations/{invitation}/accept',
      tag: 'People',
      summary: 'Accept: choose name and password, and be signed in',
      description: 'Ends whatever sessions the person had: the link is also how a lost password is replaced.',
      access: 'public',
      status: 201,
      params,
      body: z
        .strictObject({ name: model.personNameSchema, password: model.passwordSchema })
        .openapi('AcceptedInvitation'),
      refusals: [
        'invitation.expired',
        'password.weak',
        'operator.exists',
        'auth.cross_site',
        'access.required',
      ],
      answers: model.sessionSchema,
    },
    async ({ params: { invitation }, body, request, act }) => {
      if (isForeignSite(request, config)) return refuse('auth.cross_site');
      const found = await openInvitation(directory, invitation);
      if (!found.ok) return found;
      const here = signsInHere(config, found.value.person);
      if (!here.ok) return here;
      const { name, password } = body;
      if (isWeak(password, [found.value.person.email, name])) return refuse('password.weak');
      const accepted = await accept(directory, act, found.value, { name, password });
      if (!accepted.ok) return accepted;
      const begun = await beginSession({ config, directory }, act, accepted.value, 'invitation', request);
      return withCookie(model.sessionJson(begun.row, begun.row.id), begun.cookie);
    },
  );
}

interface Opened {
  readonly row: InvitationRow;
  readonly person: OperatorRow;
}

async function openInvitation(directory: Directory, token: string): Promise<Result<Opened>> {
  const row = isToken(token) ? await directory.invitationByHash(await hashKey(token)) : undefined;
  const person = row && row.usedAtMs === null ? await directory.operator(row.person) : undefined;
  if (!row || !person || person.status === 'suspended') return refuse('invitation.not_found');
  return row.expiresAtMs > Date.now() ? ok({ row, person }) : refuse('invitation.expired');
}

async function accept(
  directory: Directory,
  act: Act,
  { row, person }: Opened,
  { name, password }: { readonly name: string; readonly password: string },
): Promise<Result<OperatorRow>> {
  const nowMs = Date.now();
  const own = actOf(act, person, row.id);
  const taken = await directory.loginByEmail(person.email);
  if (taken && taken.id !== person.id) return refuse('operator.exists');
  const passwordHash = await hashPassword(password);
  if (!(await directory.useInvitation(own, row.id, nowMs))) return refuse('invitation.not_found');
  const login = { id: person.id, email: person.email, passwordHash, createdAtMs: nowMs };
  if (!(await directory.putLogin(own, login))) return refuse('operator.exists');
  await directory.endSessions(own, person.id, nowMs);
  const accepted = await directory.activate(own, person.id, name);
  return accepted ? ok(accepted) : refuse('invitation.not_found');
}
