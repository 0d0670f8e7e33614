/**
 * Orders: what a register asks to be paid. An order is one claim on the merchant's account, shown as a
 * dynamic QR code or a link, and paid at most once.
 */
export { orderEvents } from './events.ts';
export { type OrderDetails, orderJson, orderSchema } from './model.ts';
export { claimOf, orderRoutes } from './routes.ts';
