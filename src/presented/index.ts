/**
 * Payments in which the payer shows, or says, something that is good once: a code on the wallet's screen, or a
 * password beside a phone number. The register sends it with the amount; the payer's account is debited as if
 * the wallet had paid.
 *
 * A code is made without writing anything; that it is spent is written in the payer's book, in the transaction
 * of its payment: it is the key of that transfer. So of many registers with one code, one is paid. How hard
 * either is to guess is worked out in `docs/security.md`.
 */
export { presentedRoutes } from './routes.ts';
