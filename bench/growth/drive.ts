/** A fixed number of requests, by so many clients that each wait for their answer. */
import { type Shot, wire } from '../load/client.ts';
import { Connection } from '../load/connection.ts';

export async function drive(
  url: string,
  { clients, count, next }: { clients: number; count: number; next(): Shot },
): Promise<void> {
  const { host } = new URL(url);
  let left = count;
  const client = async () => {
    const connection = await Connection.open(url);
    while (left-- > 0) {
      const { status, body } = await connection.send(wire(host, next()));
      if (status >= 300 || body.includes('"declined"')) throw new Error(`${status} ${body}`);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: clients }, client));
}
