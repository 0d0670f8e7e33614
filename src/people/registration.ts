/**
 * An account in a minute: a business registers itself, with its first store, till and owner. In the sandbox it is
 * paid at once; elsewhere it waits until staff have looked at it, and its owner can already look around.
 */
import { z } from '@hono/zod-openapi';
import { openMerchant } from '../accounts/index.ts';
import type { Act, Directory, OperatorRow } from '../directory/index.ts';
import { addressOf, currencySchema, isForeignSite, type Shell, textSchema } from '../http/index.ts';
import { type Config, languages, type Mode, newId, type Result, refuse } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { networkSubject } from './lock.ts';
import * as model from './model.ts';
import { hashPassword, isWeak } from './password.ts';
import { actOf, beginSession, withCookie } from './session.ts';

// EMVCo MPM v1.1: data object 59 holds 25 characters, 60 holds 15.
const nameMax = 25;
const cityMax = 15;
const hourMs = 3_600_000;
// From one network. A sandbox is for trying, also by a room full of people.
const perHour: Record<Mode, number> = { sandbox: 1_000, production: 10 };

const newRegistration = z
  .strictObject({
    business: textSchema(nameMax).openapi({ example: 'Ala-Too Coffee' }),
    city: textSchema(cityMax),
    category_code: z
      .string()
      .regex(/^\d{4}$/, 'not an ISO 18245 code')
      .openapi({ example: '5812' }),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, 'not an ISO 3166 alpha-2 code')
      .default('KG'),
    currency: currencySchema.default('KGS'),
    language: z.enum(languages).optional().openapi({ description: 'Absent: the one of the request' }),
    name: model.personNameSchema.optional().openapi({ description: 'The owner’s; absent: the business’s' }),
    email: model.emailSchema,
    password: model.passwordSchema,
  })
  .openapi('NewRegistration');
type Wish = z.output<typeof newRegistration>;

const registrationSchema = z
  .object({
    merchant: z.string(),
    status: z.enum(['active', 'pending']).openapi({ description: 'pending: staff have to look at it first' }),
    store: z.string(),
    till: z.string(),
    person: model.personSchema,
    session: model.sessionSchema,
  })
  .openapi('Registration');

interface RegistrationParts {
  readonly config: Config;
  readonly directory: Directory;
  readonly ledger: Ledger;
}

export function registrationRoutes(shell: Shell, parts: RegistrationParts): void {
  const { config, directory } = parts;
  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/registrations',
      tag: 'People',
      summary: 'Open a merchant’s account: business, first store and till, and their owner',
      description:
        'Signs the owner in. In a sandbox the merchant is paid at once; otherwise it is `pending` until staff have ' +
        'looked at it.',
      access: 'public',
      status: 201,
      body: newRegistration,
      refusals: ['operator.exists', 'password.weak', 'rate.exceeded', 'auth.cross_site'],
      answers: registrationSchema,
    },
    async ({ body, request, act, language }) => {
      if (isForeignSite(request, config)) return refuse('auth.cross_site');
      if (isWeak(body.password, [body.email, body.business, body.name ?? ''])) return refuse('password.weak');
      if (!(await mayRegister(directory, config, request))) return refuse('rate.exceeded');
      if (await directory.loginByEmail(body.email)) return refuse('operator.exists');
      const hash = await hashPassword(body.password);
      const made = await register(parts, act, { ...body, language: body.language ?? language }, hash);
      if (!made.ok) return made;
      const { person, ...ids } = made.value;
      const { row, cookie } = await beginSession(parts, act, person, 'registration', request);
      const session = model.sessionJson(row, row.id);
      return withCookie({ ...ids, person: model.personJson(person), session }, cookie);
    },
  );
}

async function mayRegister(directory: Directory, config: Config, request: Request): Promise<boolean> {
  const nowMs = Date.now();
  const network = await networkSubject('registration', addressOf(request, config), nowMs);
  const counted = await directory.countFailedSignIn([network], nowMs, nowMs - hourMs);
  return (counted.get(network) ?? 0) <= perHour[config.mode];
}

/** The login comes last: it is what two who register with one address at once cannot both have. */
async function register(
  { config, directory, ledger }: RegistrationParts,
  act: Act,
  wish: Wish & { language: string },
  passwordHash: string,
): Promise<Result<{ merchant: string; status: string; store: string; till: string; person: OperatorRow }>> {
  const createdAtMs = Date.now();
  const merchant = newId('merchant', createdAtMs);
  const status = config.mode === 'sandbox' ? 'active' : 'pending';
  const person: OperatorRow = {
    id: newId('operator', createdAtMs),
    owner: merchant,
    email: wish.email,
    name: wish.name ?? wish.business,
    role: 'owner',
    status: 'active',
    store: null,
    till: null,
    refundLimitMinor: null,
    createdAtMs,
  };
  const own = actOf(act, person, 'registration');
  await openMerchant(own, directory, ledger, config.books, merchant, {
    name: wish.business,
    city: wish.city,
    country: wish.country,
    categoryCode: wish.category_code,
    language: wish.language,
    currency: wish.currency,
    acquirer: null,
    signedCodes: true,
    status,
    stripes: 1,
    limitMinor: 0n,
  });
  const { tables } = directory;
  const store = {
    id: newId('store', createdAtMs),
    merchant,
    name: wish.business,
    address: null,
    createdAtMs,
  };
  const till = { id: newId('till', createdAtMs), merchant, store: store.id, name: '1', createdAtMs };
  await directory.add(own, tables.stores, store);
  await directory.add(own, tables.tills, till);
  await directory.add(own, tables.operators, person);
  const login = { id: person.id, email: person.email, passwordHash, createdAtMs };
  if (!(await directory.add(own, tables.logins, login))) return refuse('operator.exists');
  return { ok: true, value: { merchant, status, store: store.id, till: till.id, person } };
}
