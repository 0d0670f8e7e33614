import { DurableObject } from 'cloudflare:workers';
import { logFault } from '../kernel/index.ts';
import { hears, type Told, type Wish } from './model.ts';

export interface LiveEnv {
  LIVE: DurableObjectNamespace<LiveObject>;
}
interface LiveStorage {
  REPORTS: D1Database;
}

/** Whether a caller may still listen: its key is not revoked, its session not over, its role and view the same. */
export type StillGood = (caller: Pick<Wish, 'key' | 'who' | 'only'>) => Promise<boolean>;

const dayMs = 86_400_000;
// What is kept for those who come back.
const keptForMs = dayMs;
const keptMax = 1_000;
const forgottenAtOnce = 100;
// Merchants are listened to for a day after somebody did, and for as long as somebody does.
const listeningMs = dayMs;
const renewWhenLeftMs = dayMs / 2;
// Machines whose clocks differ by this much agree on whether somebody listens.
const clocksDifferMs = 60_000;
// A key that is revoked hears nothing more after this time, as it may ask for nothing more.
const checkedForMs = 30_000;
const socketsMax = 500;
/** Private use (RFC 6455 §7.4.2): the caller may not listen any more. */
const notAllowedAnyMore = 4_401;
const tryLater = 1_013;

/** What is kept with a socket while the object sleeps. */
interface Attachment extends Omit<Wish, 'since'> {
  /** The last event it was sent, or that was not for it. */
  readonly sent: number;
  readonly checkedAtMs: number;
}

interface State {
  /** Nothing before this is known to be whole. */
  floor: number;
  untilMs: number;
  gaps: number;
}

/** What happens to one merchant, for those who listen. */
export class LiveObject extends DurableObject<LiveStorage> {
  readonly #sql: SqlStorage;
  readonly #stillGood: StillGood;
  #state: State;
  #last: number;
  #ids: Set<string> | undefined;

  constructor(context: DurableObjectState, env: LiveStorage, stillGood: StillGood) {
    super(context, env);
    this.#stillGood = stillGood;
    this.#sql = context.storage.sql;
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS told (
        sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, ids TEXT NOT NULL, events TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS state (
        one INTEGER PRIMARY KEY, floor INTEGER NOT NULL, until INTEGER NOT NULL, gaps INTEGER NOT NULL)`);
    const [state] = this.#sql
      .exec<{ floor: number; until: number; gaps: number }>('SELECT floor, until, gaps FROM state')
      .toArray();
    this.#state = { floor: state?.floor ?? 0, untilMs: state?.until ?? 0, gaps: state?.gaps ?? 0 };
    const { last } = this.#sql.exec<{ last: number | null }>('SELECT max(sequence) AS last FROM told').one();
    this.#last = Math.max(last ?? 0, this.#state.floor);
    // Answered while the object sleeps on.
    context.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
  }

  /** Opens a socket: the request carries the wish, checked by the route, in a header. */
  override async fetch(request: Request): Promise<Response> {
    const wish: Wish = JSON.parse(request.headers.get('x-wish') ?? '');
    if (this.ctx.getWebSockets().length >= socketsMax) return new Response(null, { status: 429 });
    await this.#listen();
    // From here to its first message nothing waits: no event comes in between.
    const { 0: theirs, 1: ours } = new WebSocketPair();
    this.ctx.acceptWebSocket(ours);
    const { since, ...rest } = wish;
    const isWhole = since === null || (since >= this.#state.floor && since <= this.#last);
    const sent = since !== null && isWhole ? since : this.#last;
    ours.serializeAttachment({ ...rest, sent, checkedAtMs: 0 } satisfies Attachment);
    ours.send(JSON.stringify({ type: isWhole ? 'hello' : 'resync', sequence: sent }));
    this.#sendTo(ours);
    return new Response(null, { status: 101, webSocket: theirs });
  }

  /** Takes down events that were committed, and sends them. What was told before is not told again. */
  async tell(events: readonly Told[], gaps: number): Promise<void> {
    if (gaps !== this.#state.gaps) this.#begin({ gaps });
    this.#ids ??= this.#knownIds();
    const known = this.#ids;
    const fresh = events.filter(({ id }) => !known.has(id));
    if (fresh.length > 0) {
      for (const { id } of fresh) known.add(id);
      this.#last += fresh.length;
      this.#sql.exec(
        'INSERT INTO told (sequence, at, ids, events) VALUES (?, ?, ?, ?)',
        this.#last,
        Date.now(),
        fresh.map(({ id }) => id).join(' '),
        JSON.stringify(fresh),
      );
      this.#forget();
    }
    await this.#checkAll();
    for (const socket of this.#listening()) this.#sendTo(socket);
  }

  override async webSocketMessage(socket: WebSocket): Promise<void> {
    // Nothing is asked here but `ping`, which is answered without us.
    socket.close(1_003, 'only ping');
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    // Codes that only say how a connection was lost may not be sent.
    socket.close(code >= 1_000 && code < 5_000 && ![1_005, 1_006, 1_015].includes(code) ? code : 1_000);
  }

  /** Somebody still listens: said again before the day is over. */
  override async alarm(): Promise<void> {
    if (this.ctx.getWebSockets().length === 0) return;
    try {
      await this.#listen();
    } catch (fault) {
      logFault('live: not renewed', fault);
      await this.ctx.storage.setAlarm(Date.now() + clocksDifferMs);
    }
  }

  /** Sees to it that events are brought here. If one was not, what is kept has a gap. */
  async #listen(): Promise<void> {
    const nowMs = Date.now();
    const { untilMs } = this.#state;
    const merchant = this.ctx.id.name ?? '';
    const renewed = untilMs - nowMs < renewWhenLeftMs ? nowMs + listeningMs : untilMs;
    const gaps = await this.#register(merchant, renewed, renewed !== untilMs);
    if (untilMs < nowMs + clocksDifferMs || gaps !== this.#state.gaps)
      this.#begin({ untilMs: renewed, gaps });
    else if (renewed !== this.#state.untilMs) this.#put({ untilMs: renewed });
    if ((await this.ctx.storage.getAlarm()) === null) {
      await this.ctx.storage.setAlarm(nowMs + renewWhenLeftMs);
    }
  }

  /** Writes down that somebody listens, where that is not known; answers how many gaps there were. */
  async #register(merchant: string, untilMs: number, isNew: boolean): Promise<number> {
    const { REPORTS: database } = this.env;
    const statement = isNew
      ? database
          .prepare(
            `INSERT INTO listener (merchant, until) VALUES (?, ?)
             ON CONFLICT (merchant) DO UPDATE SET until = excluded.until RETURNING gaps`,
          )
          .bind(merchant, untilMs)
      : database.prepare('SELECT gaps FROM listener WHERE merchant = ?').bind(merchant);
    const { results } = await statement.all<{ gaps: number }>();
    return results[0]?.gaps ?? 0;
  }

  /** Something may have been missed: what is kept does not count any more, and whoever listens is told so. */
  #begin(change: Partial<State>): void {
    this.#last += 1;
    this.#put({ ...change, floor: this.#last });
    this.#sql.exec('DELETE FROM told');
    this.#ids = undefined;
    for (const socket of this.#listening()) {
      const attachment = attachmentOf(socket);
      socket.serializeAttachment({ ...attachment, sent: this.#last });
      socket.send(JSON.stringify({ type: 'resync', sequence: this.#last }));
    }
  }

  /** To those that are about to close nothing can be sent any more. */
  #listening(): WebSocket[] {
    return this.ctx.getWebSockets().filter(({ readyState }) => readyState === WebSocket.OPEN);
  }

  #put(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    const { floor, untilMs, gaps } = this.#state;
    this.#sql.exec(
      'INSERT OR REPLACE INTO state (one, floor, until, gaps) VALUES (1, ?, ?, ?)',
      floor,
      untilMs,
      gaps,
    );
  }

  #knownIds(): Set<string> {
    const rows = this.#sql.exec<{ ids: string }>('SELECT ids FROM told').toArray();
    return new Set(rows.flatMap(({ ids }) => ids.split(' ')));
  }

  /** What is too old or too much; some of it at a time, and never the last, for its number. */
  #forget(): void {
    const oldest = (where: string, ...values: number[]) =>
      this.#sql
        .exec<{ sequence: number | null }>(
          `SELECT max(sequence) AS sequence FROM told WHERE ${where}`,
          ...values,
        )
        .one().sequence ?? 0;
    const tooMuch = oldest('sequence <= ?', this.#last - keptMax);
    const tooOld = oldest('sequence < ? AND at < ?', this.#last, Date.now() - keptForMs);
    const upTo = Math.max(tooMuch, tooOld);
    if (upTo - this.#state.floor < forgottenAtOnce) return;
    this.#sql.exec('DELETE FROM told WHERE sequence <= ?', upTo);
    this.#put({ floor: upTo });
    this.#ids = undefined;
  }

  /** Sends a socket what it has not been sent, in order. */
  #sendTo(socket: WebSocket): void {
    const attachment = attachmentOf(socket);
    if (attachment.sent >= this.#last) return;
    const rows = this.#sql
      .exec<{ sequence: number; events: string }>(
        'SELECT sequence, events FROM told WHERE sequence > ? ORDER BY sequence',
        attachment.sent,
      )
      .toArray();
    for (const { sequence: last, events } of rows) {
      const told: Told[] = JSON.parse(events);
      for (const [index, event] of told.entries()) {
        const sequence = last - told.length + 1 + index;
        if (sequence <= attachment.sent || !hears(attachment, event)) continue;
        socket.send(JSON.stringify({ ...event, sequence }));
      }
    }
    socket.serializeAttachment({ ...attachment, sent: this.#last });
  }

  /** Closes the sockets of callers that may not listen any more. */
  async #checkAll(): Promise<void> {
    const nowMs = Date.now();
    const due = this.ctx.getWebSockets().filter((it) => attachmentOf(it).checkedAtMs < nowMs - checkedForMs);
    await Promise.all(
      due.map(async (socket) => {
        try {
          const isGood = await this.#stillGood(attachmentOf(socket));
          if (isGood) socket.serializeAttachment({ ...attachmentOf(socket), checkedAtMs: nowMs });
          else socket.close(notAllowedAnyMore, 'not allowed any more');
        } catch (fault) {
          // As long as nobody can say who may listen, nobody hears anything: they come back and are asked.
          logFault('live: not known who may listen', fault);
          socket.close(tryLater, 'try again later');
        }
      }),
    );
  }
}

const attachmentOf = (socket: WebSocket): Attachment => socket.deserializeAttachment();
