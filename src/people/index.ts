/**
 * People: how they sign in, and what is theirs. A person is an operator of the centre or of a merchant; a session
 * is a random token in a cookie, of which only the hash is kept. Sessions end when they are not used, in any case
 * after a while, and at once when their person is suspended, on whichever isolate, within seconds.
 */

export type { Me } from './model.ts';
export { forgetOld, peopleRoutes } from './routes.ts';
