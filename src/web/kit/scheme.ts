/** A scheme by the name people know it by, whether a page was given that or the switch's own word for it. */
import { profiles } from '../../emv/index.ts';

export const schemeName = (scheme: string | null): string | null =>
  profiles.get(scheme ?? '')?.scheme ?? scheme;
