/** One request on its way through the switch: its id, what is learned of it, and the line it leaves in the log. */
import type { Principal } from '../directory/index.ts';
import { type Config, isId, logRequest, logs, newId, type RefusalCode } from '../kernel/index.ts';

/** Hono hands it to every route as `c.env`. */
export interface Visit {
  readonly requestId: string;
  readonly startedMs: number;
  /** Whose act the switch carries out, now that another person has approved it. */
  readonly approved?: { readonly approval: string; readonly maker: Principal };
  /** The body, where checking the signature has read it. */
  body?: Uint8Array<ArrayBuffer>;
  /** The answer carries all its headers already. */
  dressed?: boolean;
  /** Pattern of the path that was declared. */
  route?: string;
  owner?: string;
  key?: string;
  transfer?: string | undefined;
  refusal?: RefusalCode | undefined;
}
export type VisitEnv = { Bindings: Visit };

// A caller's own id is kept if it is harmless wherever it is shown, and not one by which approved acts are told.
const harmlessId = /^[\w=-]{1,255}$/;

export function newVisit(request: Request): Visit {
  const startedMs = Date.now();
  const own = request.headers.get('x-request-id');
  const kept = own !== null && harmlessId.test(own) && !isId('approval', own);
  const requestId = kept ? own : newId('request', startedMs);
  return { requestId, startedMs };
}

/** Whether the deployment's level wants a line of it. */
export const leavesLine = ({ refusal }: Visit, { log }: Config, status: number): boolean =>
  logs(log, status >= 400 || refusal !== undefined);

export function logVisit(visit: Visit, method: string, status: number): void {
  const { requestId, startedMs, dressed: _1, body: _2, approved: _3, route, ...seen } = visit;
  logRequest({
    request: requestId,
    route: `${method} ${route}`,
    status,
    ...seen,
    ms: Date.now() - startedMs,
  });
}
