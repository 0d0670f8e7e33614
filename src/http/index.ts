/**
 * What every request passes: request id, size limit, authentication, validation, idempotency keys, and
 * problem+json (RFC 9457) for every "no". Capabilities declare endpoints; they never build a response.
 */
export { addressOf } from './address.ts';
export { bytesOf, textOf } from './body.ts';
export { endedCookie, isForeignSite, isOwnSite, sessionCookie, sessionToken } from './cookie.ts';
export {
  type Asked,
  answer,
  type Endpoint,
  type EndpointInput,
  type Given,
  type Guard,
  type Shell,
} from './endpoint.ts';
export { csvFile, csvText, fileOf, textAnswer } from './file.ts';
export { openApiDocument } from './openapi.ts';
export { languageOf, refusalJson, refusalOfSchema, statusOf } from './problem.ts';
export {
  amountSchema,
  currencySchema,
  cursorOf,
  idSchema,
  isoTime,
  listOf,
  moneySchema,
  pageOf,
  pageQuery,
  textSchema,
  timeSchema,
} from './schemas.ts';
export { shell } from './shell.ts';
export { accessHeader } from './staff-access.ts';
export type { VisitEnv } from './visit.ts';
