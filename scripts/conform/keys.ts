/** The public key of the kit, where an endpoint or a partner would look for the switch's. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PublicKey } from '../../src/signing/index.ts';

export async function serveKeys(port: number, publicKey: PublicKey): Promise<{ url: string; close(): void }> {
  const server = createServer((_, response) => {
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ keys: [publicKey] }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`;
  return { url, close: () => void server.close().closeAllConnections() };
}
