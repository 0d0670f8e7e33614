/** Which refusals an endpoint can answer: what every request passes says most of it, the declaration the rest. */
import { type RefusalCode, refusals } from '../kernel/index.ts';
import type { AnyEndpoint } from './endpoint.ts';

const everywhere: readonly RefusalCode[] = ['request.url_too_long', 'switch.busy', 'switch.error'];
// Who calls is found out before whether they may: a signature that is wrong is told on every route.
const identified: readonly RefusalCode[] = [
  'auth.missing',
  'auth.invalid',
  'auth.forbidden',
  'auth.cross_site',
  'access.required',
  'access.refused',
  'access.unknown_person',
  'access.unavailable',
  'rate.exceeded',
  'signature.required',
  'signature.malformed',
  'signature.incomplete',
  'signature.not_yet_valid',
  'signature.expired',
  'signature.key_unknown',
  'signature.digest_mismatch',
  'signature.wrong',
  'signature.replayed',
  'certificate.required',
  'request.too_large',
  'request.too_slow',
];
const withBody: readonly RefusalCode[] = [
  'request.malformed',
  'request.too_large',
  'request.too_slow',
  'request.unsupported_type',
];

/** In the order in which they are looked for, each once. */
export function refusalsOf(declaration: AnyEndpoint): RefusalCode[] {
  const { path, access, params, query, body, idempotency, refusals: own = [] } = declaration;
  return [
    ...new Set([
      ...everywhere,
      ...(access === 'public' ? [] : identified),
      ...(body ? withBody : []),
      ...(idempotency === 'required' ? (['idempotency.key_required'] as const) : []),
      ...(params || query || body || idempotency ? (['request.invalid'] as const) : []),
      ...(idempotency ? (['idempotency.in_flight', 'idempotency.key_reused'] as const) : []),
      ...named(path),
      ...own,
    ]),
  ];
}

/** What a path names may not be there. */
const named = (path: string): RefusalCode[] =>
  [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name = '']) => {
    const code = `${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}.not_found`;
    return isCode(code) ? [code] : [];
  });

const isCode = (code: string): code is RefusalCode => Object.hasOwn(refusals, code);
