/**
 * One keep-alive HTTP/1.1 connection, one request at a time, over a plain socket: the generator shares the
 * machine with what it measures, and node:http costs several times as much per request.
 */
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

const headEnd = '\r\n\r\n';

export class Connection {
  readonly #socket: Socket;
  #received = '';
  #waiting: { resolve: (answer: Answer) => void; reject: (fault: Error) => void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    // One byte, one character: lengths of bodies count bytes.
    socket.setEncoding('latin1').setNoDelay(true);
    socket.on('data', (text: string) => this.#take(text));
    socket.on('error', (fault) => this.#fail(fault));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  static open(url: string): Promise<Connection> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port) });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Connection(socket));
      });
    });
  }

  /** Sends a whole request as it goes over the wire; resolves with its answer. */
  send(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#received = this.#received === '' ? text : this.#received + text;
    const bodyAt = this.#received.indexOf(headEnd) + headEnd.length;
    if (bodyAt < headEnd.length) return;
    const head = this.#received.slice(0, bodyAt);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    const body =
      length === undefined ? unchunked(this.#received, bodyAt) : whole(this.#received, bodyAt, +length);
    if (body === undefined) return;
    this.#received = '';
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve({ status: Number(head.slice(9, 12)), body });
  }

  #fail(fault: Error): void {
    this.#waiting?.reject(fault);
    this.#waiting = undefined;
  }
}

const whole = (text: string, from: number, length: number): string | undefined =>
  text.length < from + length ? undefined : text.slice(from, from + length);

/** A chunked body; undefined while its last chunk has not come. */
function unchunked(text: string, from: number): string | undefined {
  let body = '';
  for (let at = from; ; ) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const length = Number.parseInt(text.slice(at, lineEnd), 16);
    const next = lineEnd + 2 + length + 2;
    if (text.length < next) return undefined;
    if (length === 0) return body;
    body += text.slice(lineEnd + 2, next - 2);
    at = next;
  }
}
