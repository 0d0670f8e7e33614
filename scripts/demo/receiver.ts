/**
 * A callback receiver as a partner would write it. Both signatures are verified with other people's code:
 * v1 by the `standardwebhooks` library, v1a by Node's own Ed25519 with the key from the switch's JWK set.
 */
import { createPublicKey, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { CallbackSigner } from '../../src/signing/index.ts';
import type { Api, Json } from '../sandbox/api.ts';
import { demoReceiver } from '../sandbox/seed.ts';

export interface Callback {
  readonly owner: string;
  readonly type: string;
  /** `webhook-id`: the same for every attempt. */
  readonly id: string;
  readonly data: Json;
}

export interface Receiver {
  /** The callback of a type about an object, verified; throws when it does not come. */
  next(owner: string, type: string, object: string): Promise<Callback>;
  close(): Promise<void>;
}

interface Party {
  readonly owner: string;
  secret: string;
}

const patienceMs = 20_000;

export async function receiveCallbacks(
  url: string,
  centre: Api,
  parties: readonly Party[],
): Promise<Receiver> {
  const jwks: Json = await (await fetch(`${url}/.well-known/jwks.json`)).json();
  const secrets = new Map(parties.map(({ owner, secret }) => [owner, secret]));
  const { server, next } = receiverOf(jwks.keys[0], secrets);
  if (!(await listen(server, demoReceiver.port))) {
    // Somebody else listens where the sandbox sends its callbacks: register endpoints of our own.
    await listen(server, 0);
    const { port } = server.address() as AddressInfo;
    for (const { owner } of parties) {
      const address = `http://${demoReceiver.hostname}:${port}/callbacks/${owner}`;
      const { secret } = await centre.post('/v1/callback-endpoints', { owner, url: address });
      secrets.set(owner, secret);
    }
  }
  return {
    next,
    close: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
}

/** The receiver itself; it listens to nothing yet. Each owner has a secret, and a path that ends with its id. */
export function receiverOf(
  { kty, crv, x }: CallbackSigner['publicKey'],
  secrets: ReadonlyMap<string, string>,
): { server: Server; next: Receiver['next'] } {
  const publicKey = createPublicKey({ key: { kty, crv, x }, format: 'jwk' });
  const received: Callback[] = [];
  const problems: string[] = [];
  const server = createServer(async (request, response) => {
    try {
      const callback = readCallback(request, await bodyOf(request), secrets, publicKey);
      received.push(callback);
      response.writeHead(204).end();
    } catch (error) {
      problems.push(String(error));
      response.writeHead(400).end();
    }
  });
  return {
    server,
    async next(owner, type, object) {
      const untilMs = Date.now() + patienceMs;
      for (;;) {
        const found = received.find((it) => it.owner === owner && it.type === type && it.data.id === object);
        if (found) return found;
        if (problems.length > 0) throw new Error(`a callback did not verify: ${problems[0]}`);
        if (Date.now() > untilMs) throw new Error(`not so: ${type} about ${object} reached ${owner}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
}

function readCallback(
  request: IncomingMessage,
  body: string,
  secrets: ReadonlyMap<string, string>,
  publicKey: ReturnType<typeof createPublicKey>,
): Callback {
  const owner = request.url?.split('/').at(-1) ?? '';
  const header = (name: string) => String(request.headers[name] ?? '');
  const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(header);
  const secret = secrets.get(owner);
  if (secret === undefined) throw new Error(`nobody here is called ${owner}`);
  new Webhook(secret).verify(body, {
    'webhook-id': id ?? '',
    'webhook-timestamp': timestamp ?? '',
    'webhook-signature': signature ?? '',
  });
  const v1a = signature?.split(' ').find((part) => part.startsWith('v1a,'));
  const signed = Buffer.from(`${id}.${timestamp}.${body}`);
  if (!v1a || !verify(null, signed, publicKey, Buffer.from(v1a.slice(4), 'base64'))) {
    throw new Error('the v1a signature does not verify');
  }
  const { type, data } = JSON.parse(body);
  return { owner, type, id: id ?? '', data };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const listen = (server: Server, port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen(port, demoReceiver.hostname, () => resolve(true));
  });
