/**
 * Receipts: every completed payment has one, a signed text that both sides may ask for as often as they like and
 * that is the same each time. Whoever is shown it checks it with the switch's public keys and no connection; what
 * was given back since is not in it.
 */
export { receiptRoutes } from './routes.ts';
export { signedReceipt } from './text.ts';
