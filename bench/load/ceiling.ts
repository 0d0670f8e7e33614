/**
 * What the generator could do at most: the same requests against a server that does nothing but answer. Run
 * as a program, this file is that server.
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { load, type Outcome, type Shot } from './client.ts';
import { portOf } from './program.ts';

// As long as the switch's answer to a payment.
const body = JSON.stringify({ status: 'completed', padding: 'x'.repeat(560) });
const answer = `HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

export async function ceiling(clients: number, next: () => Shot): Promise<Outcome> {
  const server = spawn(process.execPath, [import.meta.filename], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const url = `http://127.0.0.1:${await portOf(server)}`;
    return await load({ url, clients, seconds: 2, warmUpSeconds: 1, next, good: (status) => status === 201 });
  } finally {
    server.stdin.end();
  }
}

if (import.meta.main) {
  process.stdin.on('end', () => process.exit(0)).resume();
  // A request of ours arrives in one piece, and there is one at a time on a connection.
  const server = createServer((socket) => {
    socket.on('data', () => socket.write(answer));
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    console.log(typeof address === 'object' && address ? address.port : '');
  });
}
