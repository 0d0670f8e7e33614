/**
 * Payments per second of one `workerd` process, over HTTP with durable writes: a static code is paid with
 * bearer key, idempotency key, decode, debit, credit and both entries on disk before the answer.
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { buildCity, type City } from './load/city.ts';
import { load } from './load/client.ts';
import { machine } from './load/machine.ts';

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      payers: { type: 'string', default: '1000' },
      merchants: { type: 'string', default: '200' },
      seconds: { type: 'string', default: '10' },
      clients: { type: 'string', default: '32,128' },
    },
  });
  console.log(machine());
  const city = await buildCity(Number(values.payers), Number(values.merchants));
  try {
    for (const [name, code] of Object.entries(workloads(city))) {
      for (const clients of values.clients.split(',').map(Number)) {
        const outcome = await load({
          url: city.url,
          clients,
          seconds: Number(values.seconds),
          warmUpSeconds: 2,
          next: () => payment(city, pick(city.payers), code()),
          good: (status, body) => status === 201 && body.includes('"status":"completed"'),
        });
        const { perSecond, p50Ms, p99Ms, failures } = outcome;
        console.log(
          `${name.padEnd(8)} ${String(clients).padStart(4)} clients ${perSecond.toFixed(0).padStart(6)}/s` +
            `  p50 ${p50Ms.toFixed(1)} ms  p99 ${p99Ms.toFixed(1)} ms  failures ${failures}`,
        );
      }
    }
    const trial = await city.admin.get('/v1/centre/trial-balance');
    console.log(`trial balance ${trial.balanced ? 'zero' : 'NOT ZERO'}`);
    if (!trial.balanced) process.exitCode = 1;
  } finally {
    await city.close();
  }
}

const workloads = (city: City): Record<string, () => string> => ({
  uniform: () => pick(city.codes),
  hot: () => city.codes[0] ?? '',
});

const pick = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)] as T;

const payment = (city: City, account: string, payload: string) => {
  const body = JSON.stringify({ payload, amount: 1 + Math.floor(Math.random() * 1_000) });
  return {
    method: 'POST' as const,
    path: `/v1/accounts/${account}/payments`,
    headers: {
      authorization: `Bearer ${city.walletKey}`,
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'idempotency-key': randomUUID(),
    },
    body,
  };
};
