/**
 * Orders: what a register asks to be paid. An order is one claim on the merchant's account, shown as a
 * dynamic QR code or a link, and paid at most once.
 */

export { claimOf, orderVisible } from './claims.ts';
export { orderEvents } from './events.ts';
export { type FoundOrders, findOrders, type OrderSought } from './find.ts';
export { type OrderDetails, type OrderItem, orderJson, orderSchema } from './model.ts';
export { orderRoutes } from './routes.ts';
