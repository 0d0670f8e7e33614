import type { ChildProcess } from 'node:child_process';

/** A server of the bench prints the port it listens on as its first line. */
export function portOf(server: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    server.stdout?.once('data', (line) => resolve(Number(String(line))));
    server.once('exit', (code) => reject(new Error(`a server of the bench ended with code ${code}`)));
  });
}
