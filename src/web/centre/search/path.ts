import type { Hit } from '../../../search/index.ts';

/** The page of what was found; undefined where it has none of its own. */
export function pathOf({ payment, owner }: Hit): string | undefined {
  if (payment !== null) return `/centre/payments/${payment}`;
  return owner?.startsWith('mch_') ? `/centre/merchants/${owner}` : undefined;
}
