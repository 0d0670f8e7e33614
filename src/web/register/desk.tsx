/** Who stands at the register, and at which till: what every page of it begins with. */
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { VisitEnv } from '../../http/index.ts';
import type { Config, Language } from '../../kernel/index.ts';
import type { Me } from '../../people/index.ts';
import type { Api, PageApi } from '../api.ts';
import { languageFor } from '../language.ts';
import { show } from '../respond.tsx';
import { toSignIn, visitorOf } from '../visitor.ts';
import { StaffOnly } from './shell.tsx';

export type Merchant = NonNullable<Me['merchant']>;
export type Person = NonNullable<Me['person']>;

export interface Till {
  readonly id: string;
  readonly name: string;
  readonly store: string;
  readonly storeName: string;
}

export interface Clerk {
  readonly merchant: Merchant;
  readonly person: Person;
  readonly language: Language;
}

/** What a page of the register has at hand. */
export interface Desk {
  readonly clerk: Clerk;
  /** The API, as this visitor. */
  readonly asked: PageApi;
  readonly tills: readonly Till[];
  readonly till: Till | undefined;
  readonly sandbox: boolean;
}
export type DeskOf = (c: Context<VisitEnv>) => Promise<Desk | Response>;

/** Kept on the device: the till it stands at. */
export const tillCookie = 'tolom_till';

/** Finds out who may work at the register; for others, the page that says why not. */
export const deskMaker =
  ({ mode }: Config, api: Api): DeskOf =>
  async (c) => {
    const asked = api(c);
    const me = await visitorOf(asked);
    if (!me?.person) return toSignIn(c);
    const language = languageFor(c);
    const { person, merchant } = me;
    if (!merchant) {
      return show(c, <StaffOnly name={person.name} />, { language, status: 403, cache: 'never' });
    }
    const tills = await tillsOf(asked, merchant);
    const till = ownTill(c, person, tills);
    return { clerk: { merchant, person, language }, asked, tills, till, sandbox: mode === 'sandbox' };
  };

// More than a device can reasonably offer to choose from.
const listed = 100;

/** All tills of the merchant, by store. */
async function tillsOf(api: PageApi, { id }: Merchant): Promise<Till[]> {
  const path = `/v1/merchants/${id}/stores`;
  const stores = await api.get<{ data: { id: string; name: string }[] }>(`${path}?limit=${listed}`);
  if (!stores.ok) return [];
  const found = await Promise.all(
    stores.value.data.map(async (store) => {
      const tills = await api.get<{ data: { id: string; name: string }[] }>(
        `${path}/${store.id}/tills?limit=${listed}`,
      );
      const rows = tills.ok ? tills.value.data : [];
      return rows.map(({ id, name }) => ({ id, name, store: store.id, storeName: store.name }));
    }),
  );
  return found.flat();
}

/** Of those the one this device stands at: the person's own, the one chosen here, or the only one there is. */
function ownTill(c: Context, { till }: Person, tills: readonly Till[]): Till | undefined {
  const wanted = till ?? getCookie(c, tillCookie);
  return tills.find(({ id }) => id === wanted) ?? (tills.length === 1 ? tills[0] : undefined);
}
