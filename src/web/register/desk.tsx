/** Who stands at the register, and at which till: what every page of it begins with. */
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Store, Till as TillRecord } from '../../client/index.ts';
import type { VisitEnv } from '../../http/index.ts';
import type { Config, Language } from '../../kernel/index.ts';
import type { Me } from '../../people/index.ts';
import type { Api, PageApi } from '../api.ts';
import type { List } from '../desk/parts.tsx';
import { languageFor } from '../language.ts';
import { show } from '../respond.tsx';
import { toSignIn, visitorOf } from '../visitor.ts';
import { type Paper, paperCookie, papers, tillCookie } from './device.ts';
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
  /** How wide the receipts are that this device prints, in millimetres. */
  readonly paper: Paper;
  readonly sandbox: boolean;
}
export type DeskOf = (c: Context<VisitEnv>) => Promise<Desk | Response>;

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
    const tills = (await tillsOf(asked, merchant)).filter((till) => mayStandAt(till, person));
    const till = ownTill(c, tills);
    const paper = papers.find((one) => one === getCookie(c, paperCookie)) ?? papers[0];
    const clerk = { merchant, person, language };
    return { clerk, asked, tills, till, paper, sandbox: mode === 'sandbox' };
  };

// More than a device can reasonably offer to choose from.
const listed = 100;

const isOpen = ({ status }: Pick<Store, 'status'>): boolean => status === 'open';

/** All tills of the merchant that are open, by store. */
async function tillsOf(api: PageApi, { id }: Merchant): Promise<Till[]> {
  const path = `/v1/merchants/${id}/stores`;
  const stores = await api.get<List<Store>>(`${path}?limit=${listed}`);
  if (!stores.ok) return [];
  const found = await Promise.all(
    stores.value.data.filter(isOpen).map(async (store) => {
      const tills = await api.get<List<TillRecord>>(`${path}/${store.id}/tills?limit=${listed}`);
      const rows = tills.ok ? tills.value.data.filter(isOpen) : [];
      return rows.map(({ id, name }) => ({ id, name, store: store.id, storeName: store.name }));
    }),
  );
  return found.flat();
}

/** Whoever is kept to a store or a till sells nowhere else. */
const mayStandAt = (till: Till, person: Person): boolean =>
  (person.store === null || till.store === person.store) && (person.till === null || till.id === person.till);

/** Of those the one this device stands at: the one chosen here, or the only one there is. */
function ownTill(c: Context, tills: readonly Till[]): Till | undefined {
  const wanted = getCookie(c, tillCookie);
  return tills.find(({ id }) => id === wanted) ?? (tills.length === 1 ? tills[0] : undefined);
}

/** The sticker of the till, whose order every sale becomes. */
export async function stickerOf({ asked, clerk, till }: Desk): Promise<string | undefined> {
  if (!till) return undefined;
  const codes = await asked.get<{
    data: { id: string; kind: string; status: string; till: string | null }[];
  }>(`/v1/merchants/${clerk.merchant.id}/codes?limit=${listed}`);
  if (!codes.ok) return undefined;
  const isIts = (code: (typeof codes.value.data)[number]) =>
    code.kind === 'sticker' && code.status === 'active' && code.till === till.id;
  return codes.value.data.find(isIts)?.id;
}
