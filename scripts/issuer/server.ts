/** The sandbox partner over HTTP, on this machine only. Where a partner would be silent, it is. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Silence } from '../../src/issuers/index.ts';
import { type ServeParts, serve } from './serve.ts';

export interface PartnerServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function listen(parts: ServeParts, port: number): Promise<PartnerServer> {
  let url = '';
  const server = createServer(async (incoming, outgoing) => {
    try {
      const response = await serve(parts, await requestOf(incoming, url));
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      outgoing.end(await response.text());
    } catch (fault) {
      // The connection stays open, and nothing comes.
      if (fault instanceof Silence) return;
      outgoing.writeHead(500).end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, close: () => closed(server) };
}

async function requestOf(incoming: IncomingMessage, url: string): Promise<Request> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part);
  const method = incoming.method ?? 'GET';
  const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  const body = method === 'GET' ? {} : { body: Buffer.concat(parts) };
  return new Request(url + (incoming.url ?? '/'), { method, headers, ...body });
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
