/** The keys behind codes and passwords, derived from the master secret when first needed. */
import { type Config, once } from '../kernel/index.ts';
import { derive } from '../signing/index.ts';
import { type CodeKeys, codeKeysOf } from './code.ts';

export type Keys = ReturnType<typeof keysOf>;

export const keysOf = ({ secret, formerSecrets }: Config) =>
  once(async () => {
    const former = await Promise.all(formerSecrets.map(codeKeysOf));
    const codes: readonly [CodeKeys, ...CodeKeys[]] = [await codeKeysOf(secret), ...former];
    return { codes, passwords: await derive(secret, 'presented-password') };
  });
