import type { Directory } from '../directory/index.ts';
import type { Shell } from '../http/index.ts';
import type { Config } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Holders } from '../personal/index.ts';
import { keysOf } from './keys.ts';
import { registerRoutes } from './register-routes.ts';
import { walletRoutes } from './wallet-routes.ts';

export function presentedRoutes(
  shell: Shell,
  config: Config,
  directory: Directory,
  ledger: Ledger,
  holders: Holders,
): void {
  const keys = keysOf(config);
  walletRoutes(shell, directory, ledger, keys);
  registerRoutes(shell, { directory, ledger, holders, books: config.books }, keys);
}
