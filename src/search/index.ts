/**
 * Search: one field for whatever people hold in their hands, an id, a reference, an amount, a phone, a name. Each look-up
 * is bounded: by an index, or by how many rows it looks through, and then the answer says how far it came. What was
 * asked stands in the body of the request, never in an address, since it may be somebody's phone.
 */
export type { Hit, SearchAnswer } from './hits.ts';
export { searchRoutes } from './routes.ts';
export { isPersonal } from './wish.ts';
