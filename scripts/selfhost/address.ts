/** Where the switch listens, and whether it can. */
import { createServer } from 'node:net';
import { codeOf, messageOf, StartProblem } from './problem.ts';

export interface Address {
  /** As workerd takes it: `127.0.0.1:8787`, `[::1]:8787`. */
  readonly listen: string;
  /** Where this machine reaches it: the loopback address when it listens on all of them. */
  readonly localUrl: string;
}

/** Finds out that the port is taken before anything is built or opened. Port 0 becomes a free one. */
export async function freeAddress(host: string, port: number): Promise<Address> {
  const boundPort = await tryListening(host, port);
  const bracketed = (name: string) => (name.includes(':') ? `[${name}]` : name);
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return {
    listen: `${bracketed(host)}:${boundPort}`,
    localUrl: `http://${bracketed(reachable)}:${boundPort}`,
  };
}

function tryListening(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => reject(new StartProblem(explain(error, host, port))));
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(address && typeof address === 'object' ? address.port : port));
    });
  });
}

function explain(error: Error, host: string, port: number): string {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is taken by another program. Choose another: PORT=${port + 1} npm start`;
    case 'EACCES':
      return `Port ${port} needs more rights than this user has. Choose one above 1023: PORT=8787 npm start`;
    default:
      return `Cannot listen on ${host}, port ${port}: ${messageOf(error)}`;
  }
}
