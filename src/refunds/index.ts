/**
 * Refunds: a merchant gives back some or all of a payment, as often as something is left of it. A refund is a
 * transfer from the stripe that was paid to the payer's account; that stripe's book decides in one step how
 * much is left and takes it, and a refund whose outcome is unknown counts until it is known (pacs.004).
 */
export { giveBackDecided } from './by-centre.ts';
export { centreRefundRoutes } from './centre-routes.ts';
export { refundEvents } from './events.ts';
export { finishRequests } from './requests.ts';
export { refundRoutes } from './routes.ts';
