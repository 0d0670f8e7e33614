/** Who may read callbacks, who may change them, and whose they are. */
import { z } from '@hono/zod-openapi';
import type { Directory, EndpointRow, Principal, Who } from '../directory/index.ts';
import { idSchema } from '../http/index.ts';
import { ok, type Result, refuse } from '../kernel/index.ts';

export const managers: readonly Who[] = [
  'issuer',
  'acquirer',
  'merchant:owner',
  'merchant:manager',
  'staff:admin',
  'staff:officer',
];
/** Sending again changes nothing: whoever unblocks what is stuck may. */
export const senders: readonly Who[] = [...managers, 'staff:support'];
export const staff: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
export const readers: readonly Who[] = [...managers, 'staff:support', 'staff:analyst'];

export const ownerSchema = z
  .union([idSchema('participant'), idSchema('merchant'), z.literal('centre')])
  .openapi({ description: 'For staff: whose' });

export const isStaff = (caller: Principal): boolean => caller.who.startsWith('staff:');

/** Only staff may name somebody else. */
export const mayAsk = (caller: Principal, owner: string | undefined): boolean =>
  isStaff(caller) || owner === undefined || owner === caller.owner;

/** Staff name an owner that exists; everyone else is the owner. */
export async function ownerOf(
  directory: Directory,
  caller: Principal,
  asked: string | undefined,
): Promise<string | undefined> {
  if (!mayAsk(caller, asked)) return undefined;
  if (!isStaff(caller)) return caller.owner;
  if (asked === undefined) return undefined;
  if (asked === 'centre') return asked;
  const found = (await directory.participant(asked)) ?? (await directory.merchant(asked));
  return found?.id;
}

/** An endpoint of the caller's, or for staff anybody's. */
export async function ownEndpoint(
  directory: Directory,
  caller: Principal,
  id: string,
): Promise<Result<EndpointRow>> {
  const row = await directory.endpoint(id);
  return row && (isStaff(caller) || row.owner === caller.owner) ? ok(row) : refuse('endpoint.not_found');
}
