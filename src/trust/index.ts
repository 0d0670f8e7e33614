/**
 * Trust: how the switch knows that a request is a participant's own. The public keys it signs with (RFC 9421),
 * registered with a proof, rotated with overlap, revoked within half a minute; and whether a bearer key alone is
 * enough, or a client certificate must come along.
 */
export { trustRoutes } from './routes.ts';
