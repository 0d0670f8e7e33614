/**
 * `npm run issuer`: a remote sandbox issuer and acquirer as a process of its own. Speaks the Tolom issuer protocol
 * and behaves as the table of magic amounts says; everything else it approves.
 *
 *     PORT=8795            where it listens on this machine (0: any free port)
 *     ISSUER_BOOKS=FILE    where its books are kept
 *     ISSUER_ACCOUNTS=…    the accounts it has, as KG-1:KGS,KG-2:KGS; without it, every account in any currency
 *     ISSUER_KEY_ID=sgk_…  the id under which the switch knows its public key
 *     ISSUER_KEY=JWK       its private key, Ed25519
 *     SWITCH_KEYS=JWKS     the switch's public keys: what /.well-known/jwks.json answers
 */
import { sandboxAdapter } from '../src/issuers/index.ts';
import { withAccounts } from './issuer/accounts.ts';
import { fileStore } from './issuer/books.ts';
import { keysOf, signerOf } from './issuer/keys.ts';
import { listen } from './issuer/server.ts';
import { verifierOf } from './issuer/verifier.ts';

const setting = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; the first lines of scripts/issuer.ts say what it is`);
  return value;
};

const store = fileStore(setting('ISSUER_BOOKS'));
const adapter = sandboxAdapter(store);
const accounts = process.env.ISSUER_ACCOUNTS;
const server = await listen(
  {
    adapter: accounts ? withAccounts(adapter, accounts) : adapter,
    signer: await signerOf(setting('ISSUER_KEY_ID'), JSON.parse(setting('ISSUER_KEY'))),
    verify: verifierOf(await keysOf(JSON.parse(setting('SWITCH_KEYS')))),
  },
  Number(process.env.PORT ?? 8795),
);
console.log(`The sandbox issuer listens on ${server.url}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, async () => {
    await server.close();
    store.close();
  });
}
