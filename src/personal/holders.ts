import type { AccountRow, Act, Directory, HolderRow, Page, PageRequest } from '../directory/index.ts';
import { type Config, once, toBase64Url, utf8 } from '../kernel/index.ts';
import { derive, open, seal } from '../signing/index.ts';
import type { Holder } from './forms.ts';

// How many rows one step seals again: a step a minute leaves the directory to everybody else.
const sealedPerStep = 500;
const keyIdLength = 8;

/** What one master secret gives: a key for hashes, and a name under which rows say who sealed them. */
interface Keys {
  readonly secret: string;
  readonly id: string;
  readonly hashing: CryptoKey;
}

type Found = 'phone' | 'document';

export type Holders = ReturnType<typeof holdersOf>;

export function holdersOf({ secret, formerSecrets }: Config, directory: Directory) {
  const keys = once(async () => {
    const [current, ...former] = await Promise.all([secret, ...formerSecrets].map(keysOf));
    if (!current) throw new TypeError('no secret');
    return { current, all: [current, ...former] };
  });

  /** What a value may be stored under: by the secret of now, or by one before it. */
  async function hashesOf(participant: string, kind: Found, value: string): Promise<string[]> {
    return Promise.all((await keys()).all.map((key) => hashOf(key, participant, kind, value)));
  }

  async function rowOf(account: AccountRow, holder: Holder, by: Keys): Promise<HolderRow> {
    const hash = (kind: Found) => {
      const value = holder[kind];
      return value === null ? null : hashOf(by, account.owner, kind, value);
    };
    return {
      id: account.id,
      participant: account.owner,
      sealed: await seal(by.secret, account.id, JSON.stringify(holder), 'personal-seal'),
      sealedBy: by.id,
      phoneHash: await hash('phone'),
      documentHash: await hash('document'),
      createdAtMs: Date.now(),
    };
  }

  async function opened(row: HolderRow): Promise<Holder> {
    const by = (await keys()).all.find(({ id }) => id === row.sealedBy);
    const text = by && (await open(by.secret, row.id, row.sealed, 'personal-seal'));
    if (text === undefined) throw new Error(`the holder of ${row.id} was sealed with another secret`);
    return JSON.parse(text);
  }

  async function of(account: string): Promise<Holder | undefined> {
    const row = await directory.holder(account);
    return row && opened(row);
  }

  /** The accounts this person has with the same participant: by the document, which no two people share. */
  async function accountsOf(account: AccountRow): Promise<string[]> {
    const { document } = (await of(account.id)) ?? { document: null };
    if (document === null) return [account.id];
    const rows = await directory.holdersByDocument(await hashesOf(account.owner, 'document', document));
    return rows.map(({ id }) => id);
  }

  return {
    of,
    accountsOf,

    /** Replaces what is known of an account's holder. */
    async put(act: Act, account: AccountRow, holder: Holder): Promise<void> {
      await directory.putHolder(act, await rowOf(account, holder, (await keys()).current));
    },

    /** Accounts of a participant whose holder has this phone, newest first. */
    async byPhone(participant: string, phone: string, page: PageRequest): Promise<Page<AccountRow>> {
      const found = await directory.holdersByPhone(await hashesOf(participant, 'phone', phone), page);
      const ids = found.rows.map(({ id }) => id);
      const rows = await directory.accountsIn(ids);
      rows.sort((left, right) => ids.indexOf(left.id) - ids.indexOf(right.id));
      return { rows, nextCursor: found.nextCursor };
    },

    /** Accounts of active issuers, of whichever, whose holder has this phone, newest first: for payments at registers. */
    async withPhone(phone: string, limit: number): Promise<AccountRow[]> {
      const issuers = await directory.issuers();
      const hashes = await Promise.all(issuers.map((issuer) => hashesOf(issuer, 'phone', phone)));
      return directory.accountsIn(await directory.accountsWithPhone(hashes.flat(), limit));
    },

    /** Forgets a person: what is known of all their accounts with this participant. How many there were. */
    async erase(act: Act, account: AccountRow): Promise<number> {
      let erased = 0;
      for (const id of await accountsOf(account)) if (await directory.removeHolder(act, id)) erased++;
      return erased;
    },

    /** Seals some of the rows again that a former secret sealed. Repeated until there are none. */
    async sealAgain(): Promise<void> {
      if (formerSecrets.length === 0) return;
      const { current } = await keys();
      for (const row of await directory.holdersNotSealedBy(current.id, sealedPerStep)) {
        const account = await directory.account(row.id);
        if (!account) continue;
        const { sealed, sealedBy, phoneHash, documentHash } = await rowOf(
          account,
          await opened(row),
          current,
        );
        await directory.sealHolderAgain(row, { sealed, sealedBy, phoneHash, documentHash });
      }
    },
  };
}

async function keysOf(secret: string): Promise<Keys> {
  const bytes = await derive(secret, 'personal-hash');
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const hashing = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign']);
  return { secret, hashing, id: (await macOf(hashing, 'key id')).slice(0, keyIdLength) };
}

/** Bound to the participant, so that nobody finds out what two of them have in common. */
const hashOf = ({ hashing }: Keys, participant: string, kind: Found, value: string): Promise<string> =>
  macOf(hashing, JSON.stringify([participant, kind, value]));

const macOf = async (key: CryptoKey, text: string): Promise<string> =>
  toBase64Url(new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8(text))));
