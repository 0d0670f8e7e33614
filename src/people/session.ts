/** Sessions: begun with a token nobody had before, whatever the browser brought; kept as a hash; ended in time. */
import {
  type Act,
  type Directory,
  hashKey,
  newToken,
  type OperatorRow,
  type SessionRow,
} from '../directory/index.ts';
import { endedCookie, type Given, sessionCookie, sessionToken } from '../http/index.ts';
import { type Config, newId, ok, type Result, refuse } from '../kernel/index.ts';

const hourMs = 3_600_000;
// A shop's phone lies on the counter all week; a workplace at the centre is left for lunch.
const lifetimes = {
  merchant: { idleMs: 7 * 24 * hourMs, wholeMs: 30 * 24 * hourMs },
  centre: { idleMs: 2 * hourMs, wholeMs: 12 * hourMs },
};
const agentLengthMax = 200;

export interface SessionParts {
  readonly config: Config;
  readonly directory: Directory;
}

/** Who acts when a person signs in: the person, by the session that begins. */
export const actOf = (act: Act, person: OperatorRow, key: string): Act => {
  const owner = person.owner === 'centre' ? person.id : person.owner;
  const side = person.owner === 'centre' ? 'staff' : 'merchant';
  return { ...act, by: { owner, key, who: `${side}:${person.role}` as Act['by']['who'], person: person.id } };
};

/** Whether a person signs in here at all: where Cloudflare Access is asked for, staff of the centre do not. */
export const signsInHere = ({ access }: Config, { owner }: OperatorRow): Result<true> =>
  access && owner === 'centre' ? refuse('access.required') : ok(true);

/** Begins a session; the one this browser had before ends. */
export async function beginSession(
  { config, directory }: SessionParts,
  act: Act,
  person: OperatorRow,
  method: SessionRow['method'],
  request: Request,
): Promise<{ row: SessionRow; cookie: string }> {
  const nowMs = Date.now();
  const token = newToken();
  const { idleMs, wholeMs } = lifetimes[person.owner === 'centre' ? 'centre' : 'merchant'];
  const row: SessionRow = {
    id: newId('session', nowMs),
    tokenHash: await hashKey(token),
    person: person.id,
    method,
    agent: (request.headers.get('user-agent') ?? '').slice(0, agentLengthMax),
    seenAtMs: nowMs,
    idleMs,
    endsAtMs: nowMs + wholeMs,
    endedAtMs: null,
    createdAtMs: nowMs,
  };
  await endFormer({ config, directory }, act, request);
  await directory.add(actOf(act, person, row.id), directory.tables.sessions, row);
  return { row, cookie: sessionCookie(config, token, wholeMs / 1_000) };
}

async function endFormer({ config, directory }: SessionParts, act: Act, request: Request): Promise<void> {
  const token = sessionToken(request, config);
  const former = token === undefined ? undefined : await directory.principalOfSession(token, Date.now());
  if (former?.person) {
    await directory.endSession({ ...act, by: former }, former.person, former.key, Date.now());
  }
}

/** An answer that gives the browser its session, or takes it away. */
export const withCookie = <Value>(value: Value, cookie: string): Given<Value> => ({
  ok: true,
  value,
  cookie,
});
export const withoutCookie = <Value>(value: Value, config: Config): Given<Value> =>
  withCookie(value, endedCookie(config));
