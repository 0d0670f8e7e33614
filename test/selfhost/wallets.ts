/** Wallets of the sandbox's payers: they pay its first merchant, who has a stripe in every book of two. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../scripts/sandbox/api.ts';
import type { Sandbox } from '../../scripts/sandbox/seed.ts';

export const launcher = [process.execPath, join(import.meta.dirname, '../../scripts/start.ts')];

export interface Wallet {
  readonly account: string;
  readonly apiKey: string;
}

export interface Payment {
  readonly wallet: Wallet;
  readonly key: string;
  /** What was answered the first time. */
  readonly answer: Json;
}

export const sandboxIn = (state: string): Sandbox =>
  JSON.parse(readFileSync(join(state, 'sandbox.json'), 'utf8'));

/** All payers with som. */
export const walletsOf = ({ accounts, participants }: Sandbox): Wallet[] =>
  accounts
    .filter(({ currency }) => currency === 'KGS')
    .map(({ id, participant }) => {
      const issuer = participants.find((one) => one.id === participant)!;
      return { account: id, apiKey: issuer.api_key };
    });

export const adminOf = ({ staff }: Sandbox): string => staff.find(({ role }) => role === 'admin')!.api_key;

/** One request; its status and what it was answered. Throws when nobody answers. */
export async function pay(
  url: string,
  { account, apiKey }: Wallet,
  payload: string,
  key: string = randomUUID(),
  amount: number | undefined = 10,
): Promise<{ status: number; answer: Json }> {
  const response = await fetch(`${url}/v1/accounts/${account}/payments`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${apiKey}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify({ payload, amount }),
  });
  return { status: response.status, answer: await response.json() };
}
