import type { Hit } from '../../../search/index.ts';

/** The page of what was found, or of whose it is; undefined where there is none. */
export function pathOf({ kind, id, payment, order, owner }: Hit): string | undefined {
  if (order !== null && owner?.startsWith('mch_')) return `/centre/merchants/${owner}/orders/${order}`;
  if (payment !== null) return `/centre/payments/${payment}`;
  if (kind === 'account') return `/centre/accounts/${id}`;
  if (kind === 'operator' && owner === 'centre') return `/centre/people/${id}`;
  const folder = owner === null ? undefined : folders[owner.slice(0, 4)];
  return folder && `/centre/${folder}/${owner}`;
}

/** By the beginning of the owner's id. */
const folders: Readonly<Record<string, string>> = {
  mch_: 'merchants',
  par_: 'participants',
  opr_: 'people',
};
