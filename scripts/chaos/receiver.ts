/** A callback receiver on a bad day: it verifies, and then now and then fails, or takes its time. */
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import type { Random } from './random.ts';

const failurePercent = 10;
const sleepPercent = 5;
const sleepMsMax = 1_000;

export interface Receiver {
  readonly port: number;
  /** Who is called, with which secret. */
  readonly secrets: Map<string, string>;
  /** The public key callbacks are signed with. */
  trust(jwk: JsonWebKey): void;
  /** `webhook-id`s by owner, type and object. */
  readonly received: ReadonlyMap<string, ReadonlySet<string>>;
  readonly problems: readonly string[];
  close(): Promise<void>;
}

export const noticeOf = (owner: string, type: string, object: string) => `${owner} ${type} ${object}`;

export async function receiver(random: Random): Promise<Receiver> {
  const secrets = new Map<string, string>();
  const received = new Map<string, Set<string>>();
  const problems: string[] = [];
  const failed = new Set<string>();
  let publicKey: ReturnType<typeof createPublicKey> | undefined;

  const server = createServer(async (request, response) => {
    const body = await bodyOf(request).catch(() => undefined);
    // Whoever sent it was killed meanwhile.
    if (body === undefined) return;
    try {
      const { owner, id } = verified(request, body);
      if (random.percent(sleepPercent)) await delay(random.below(sleepMsMax));
      const { type, data } = JSON.parse(body);
      const notice = noticeOf(owner, type, data.id);
      const take = () => received.set(notice, (received.get(notice) ?? new Set()).add(id));
      // Once is enough to see it tried again; twice would take long.
      if (random.percent(failurePercent) && !failed.has(`${owner} ${id}`)) {
        failed.add(`${owner} ${id}`);
        // Refused; or taken, and nobody hears of it.
        if (random.percent(50)) response.writeHead(503).end();
        else {
          take();
          request.socket.destroy();
        }
        return;
      }
      take();
      response.writeHead(204).end();
    } catch (error) {
      problems.push(`a callback that is not right: ${String(error)}`);
      response.writeHead(400).end();
    }
  });

  function verified(request: IncomingMessage, body: string): { owner: string; id: string } {
    const owner = request.url?.split('/').at(-1) ?? '';
    const header = (name: string) => String(request.headers[name] ?? '');
    const id = header('webhook-id');
    const timestamp = header('webhook-timestamp');
    const signature = header('webhook-signature');
    const secret = secrets.get(owner);
    if (secret === undefined || !publicKey) throw new Error(`nobody here is called ${owner}`);
    const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
    new Webhook(secret).verify(body, headers);
    const v1a = signature.split(' ').find((part) => part.startsWith('v1a,'));
    const signed = Buffer.from(`${id}.${timestamp}.${body}`);
    if (!v1a || !verify(null, signed, publicKey, Buffer.from(v1a.slice(4), 'base64'))) {
      throw new Error('v1a does not verify');
    }
    return { owner, id };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    secrets,
    received,
    problems,
    trust: (jwk) => {
      publicKey = createPublicKey({ key: jwk, format: 'jwk' });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
