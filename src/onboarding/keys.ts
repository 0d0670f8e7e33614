/** Keys: made for an owner that exists, hashed at rest, shown once. */
import { type Act, type Directory, hashKey, idFor, type KeyRow, newKeySecret } from '../directory/index.ts';
import { isId, ok, type Result, refuse } from '../kernel/index.ts';

const hintLength = 14;

export interface KeyWish {
  readonly owner: string;
  readonly role?: string | undefined;
  readonly till?: string | undefined;
  readonly label?: string | undefined;
}

/** The new key's row, and the key itself, which is stored nowhere. */
export async function makeKey(
  act: Act,
  directory: Directory,
  wish: KeyWish,
): Promise<Result<{ row: KeyRow; secret: string }>> {
  const owner = await ownerOf(directory, wish);
  if (!owner.ok) return owner;
  const nowMs = Date.now();
  const secret = newKeySecret(owner.value.kind);
  const row: KeyRow = {
    id: idFor(act, 'key', nowMs),
    hash: await hashKey(secret),
    hint: secret.slice(0, hintLength),
    owner: wish.owner,
    till: wish.till ?? null,
    label: wish.label ?? null,
    revokedAtMs: null,
    createdAtMs: nowMs,
    ...owner.value,
  };
  // Made before in the name of the same approval, by a try whose answer nobody saw.
  if (!(await directory.add(act, directory.tables.keys, row))) await directory.replaceKey(act, row);
  return ok({ row, secret });
}

async function ownerOf(directory: Directory, wish: KeyWish): Promise<Result<Pick<KeyRow, 'kind' | 'role'>>> {
  if (isId('participant', wish.owner)) {
    const participant = await directory.participant(wish.owner);
    return participant
      ? ok({ kind: 'participant', role: participant.role })
      : refuse('participant.not_found');
  }
  if (isId('merchant', wish.owner)) {
    if (!(await directory.merchant(wish.owner))) return refuse('merchant.not_found');
    if (wish.till && !(await directory.till(wish.owner, wish.till))) return refuse('till.not_found');
    return ok({ kind: 'merchant', role: wish.role ?? 'cashier' });
  }
  const person = await directory.operator(wish.owner);
  if (person?.owner !== 'centre') return refuse('operator.not_found', 'keys are for people of the centre');
  return ok({ kind: 'staff', role: person.role });
}
