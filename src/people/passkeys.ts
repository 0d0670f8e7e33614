/**
 * Passkeys (WebAuthn): a device keeps a private key and signs, once its owner has shown it a finger, a face or a PIN,
 * what only we could have asked at that moment. A challenge is kept until it is answered, once. The key is found by
 * its own id, so that nobody types an address.
 */
import { z } from '@hono/zod-openapi';
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Directory, OperatorRow, PasskeyRow } from '../directory/index.ts';
import {
  cursorOf,
  idSchema,
  isForeignSite,
  isoTime,
  listOf,
  pageOf,
  pageQuery,
  type Shell,
  textSchema,
  timeSchema,
} from '../http/index.ts';
import {
  type Config,
  fromBase64Url,
  newId,
  ok,
  type Result,
  refuse,
  toBase64Url,
  utf8,
} from '../kernel/index.ts';
import * as model from './model.ts';
import { type PeopleParts, people, personOf } from './parts.ts';
import { beginSession, signsInHere, withCookie } from './session.ts';

const challengeMs = 5 * 60_000;
const passkeysMax = 20;
const textMax = 8_192;

const passkeySchema = z
  .object({
    id: z.string(),
    label: z.string(),
    created_at: timeSchema,
    used_at: timeSchema.nullable().openapi({ description: 'When somebody last signed in with it' }),
  })
  .openapi('Passkey');

const optionsSchema = z.looseObject({ challenge: z.string() }).openapi('PasskeyOptions', {
  description: 'As `navigator.credentials` takes them in JSON (WebAuthn, level 3)',
});
// The library looks at every field; here they are only kept to a size.
const responseSchema = z
  .looseObject({ id: z.string().max(textMax), response: z.record(z.string(), z.unknown()) })
  .openapi('PasskeyResponse', { description: 'What the browser answers, as JSON (WebAuthn, level 3)' });

export function passkeyRoutes(shell: Shell, parts: PeopleParts): void {
  ownPasskeyRoutes(shell, parts);
  signInRoutes(shell, parts);
}

function ownPasskeyRoutes(shell: Shell, { config, directory }: PeopleParts): void {
  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/me/passkeys/options',
      tag: 'People',
      summary: 'What a browser needs to make a passkey for you',
      access: people,
      refusals: ['session.required'],
      answers: optionsSchema,
    },
    async ({ caller }) => {
      const id = personOf(caller);
      const person = id.ok ? await directory.operator(id.value) : undefined;
      if (!person) return refuse('session.required');
      const { rows } = await directory.passkeys(person.id, { limit: passkeysMax });
      const options = await generateRegistrationOptions({
        rpName: 'Tolom',
        rpID: hostOf(config),
        userID: utf8(person.id),
        userName: person.email,
        userDisplayName: person.name,
        attestationType: 'none',
        excludeCredentials: rows.map(({ credential: id }) => ({ id })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      });
      await keep(directory, options.challenge, person.id);
      return ok(options);
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/me/passkeys',
      tag: 'People',
      summary: 'Add the passkey that your browser has made',
      access: people,
      status: 201,
      body: z.strictObject({ label: textSchema(80), response: responseSchema }).openapi('NewPasskey'),
      refusals: ['session.required', 'passkey.refused'],
      answers: passkeySchema,
    },
    async ({ body, caller, act }) => {
      const person = personOf(caller);
      if (!person.ok) return person;
      if ((await directory.countPasskeys(person.value)) >= passkeysMax) {
        return refuse('passkey.refused', `a person has at most ${passkeysMax}`);
      }
      const made = await madePasskey(config, directory, person.value, body.response);
      if (!made.ok) return made;
      const nowMs = Date.now();
      const row: PasskeyRow = {
        id: newId('passkey', nowMs),
        person: person.value,
        label: body.label,
        usedAtMs: null,
        createdAtMs: nowMs,
        ...made.value,
      };
      const added = await directory.add(act, directory.tables.passkeys, row);
      return added ? ok(passkeyJson(row)) : refuse('passkey.refused', 'it is registered already');
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/me/passkeys',
      tag: 'People',
      summary: 'Your passkeys, newest first',
      access: people,
      query: pageQuery,
      refusals: ['session.required'],
      answers: listOf(passkeySchema),
    },
    async ({ query, caller }) => {
      const person = personOf(caller);
      if (!person.ok) return person;
      const page = await directory.passkeys(person.value, pageOf(query));
      return ok({ data: page.rows.map(passkeyJson), next_cursor: cursorOf(page.nextCursor) });
    },
  );

  shell.endpoint(
    {
      method: 'delete',
      audit: 'change',
      path: '/v1/me/passkeys/{passkey}',
      tag: 'People',
      summary: 'Remove one of your passkeys: nobody signs in with it any more',
      access: people,
      params: z.object({ passkey: idSchema('passkey') }),
      refusals: ['session.required'],
      answers: z.object({ id: z.string() }),
    },
    async ({ params, caller, act }) => {
      const person = personOf(caller);
      if (!person.ok) return person;
      const removed = await directory.removePasskey(act, person.value, params.passkey);
      return removed ? ok({ id: params.passkey }) : refuse('passkey.not_found');
    },
  );
}

function signInRoutes(shell: Shell, { config, directory }: PeopleParts): void {
  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/sessions/passkey-options',
      tag: 'People',
      summary: 'What a browser needs to sign in with a passkey',
      access: 'public',
      refusals: ['auth.cross_site'],
      answers: optionsSchema,
    },
    async ({ request }) => {
      if (isForeignSite(request, config)) return refuse('auth.cross_site');
      const options = await generateAuthenticationOptions({
        rpID: hostOf(config),
        userVerification: 'required',
      });
      await keep(directory, options.challenge, null);
      return ok(options);
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/sessions/passkey',
      tag: 'People',
      summary: 'Sign in with a passkey',
      access: 'public',
      status: 201,
      body: z.strictObject({ response: responseSchema }).openapi('NewPasskeySession'),
      refusals: ['passkey.refused', 'auth.cross_site', 'access.required'],
      answers: model.sessionSchema,
    },
    async ({ body, request, act }) => {
      if (isForeignSite(request, config)) return refuse('auth.cross_site');
      const person = await signer(config, directory, body.response);
      if (!person.ok) return person;
      const here = signsInHere(config, person.value);
      if (!here.ok) return here;
      const { row, cookie } = await beginSession(
        { config, directory },
        act,
        person.value,
        'passkey',
        request,
      );
      return withCookie(model.sessionJson(row, row.id), cookie);
    },
  );
}

type Answered = z.output<typeof responseSchema>;

const keep = (directory: Directory, challenge: string, person: string | null): Promise<void> => {
  const nowMs = Date.now();
  return directory.addChallenge({ id: challenge, person, expiresAtMs: nowMs + challengeMs }, nowMs);
};

/** The passkey a browser has made for a person who was asked to a moment ago. */
async function madePasskey(
  config: Config,
  directory: Directory,
  person: string,
  response: Answered,
): Promise<Result<Pick<PasskeyRow, 'credential' | 'publicKey' | 'counter' | 'transports'>>> {
  const verified = await checked(() =>
    verifyRegistrationResponse({
      response: response as unknown as RegistrationResponseJSON,
      expectedChallenge: async (id) => (await directory.takeChallenge(id, Date.now()))?.person === person,
      expectedOrigin: originsOf(config),
      expectedRPID: hostOf(config),
    }),
  );
  if (!verified?.verified) return refuse('passkey.refused');
  const { credential } = verified.registrationInfo;
  return ok({
    credential: credential.id,
    publicKey: toBase64Url(credential.publicKey),
    counter: credential.counter,
    transports: credential.transports ?? [],
  });
}

/** The person whose device has signed; of one who may not work now, the same refusal as of nobody. */
async function signer(
  config: Config,
  directory: Directory,
  response: Answered,
): Promise<Result<OperatorRow>> {
  const passkey = await directory.passkeyByCredential(response.id);
  const publicKey = passkey && fromBase64Url(passkey.publicKey);
  if (!passkey || !publicKey) return refuse('passkey.refused');
  const verified = await checked(() =>
    verifyAuthenticationResponse({
      response: response as unknown as AuthenticationResponseJSON,
      expectedChallenge: async (id) => (await directory.takeChallenge(id, Date.now()))?.person === null,
      expectedOrigin: originsOf(config),
      expectedRPID: hostOf(config),
      credential: { id: passkey.credential, publicKey, counter: passkey.counter },
    }),
  );
  const person = verified?.verified ? await directory.operator(passkey.person) : undefined;
  if (!verified || person?.status !== 'active') return refuse('passkey.refused');
  await directory.notePasskey(passkey.id, verified.authenticationInfo.newCounter, Date.now());
  return ok(person);
}

/** The library throws at whatever is not as it should be: that is somebody's answer, no fault of ours. */
async function checked<Value>(verify: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await verify();
  } catch {
    return undefined;
  }
}

// A passkey belongs to a name, never to a number: who tries a switch on their own machine opens it as `localhost`.
const ownNumber = '127.0.0.1';
const hostOf = ({ url }: Config): string => {
  const { hostname } = new URL(url);
  return hostname === ownNumber ? 'localhost' : hostname;
};
const originsOf = ({ url }: Config): string[] => [new URL(url.replace(ownNumber, 'localhost')).origin];

const passkeyJson = (row: PasskeyRow) => ({
  id: row.id,
  label: row.label,
  created_at: isoTime(row.createdAtMs),
  used_at: row.usedAtMs === null ? null : isoTime(row.usedAtMs),
});
