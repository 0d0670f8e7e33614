/** Where a merchant sells: its stores, each with its tills. */
import type { StoreRecord, TillRecord } from '../../../onboarding/index.ts';
import { type List, valueIn } from '../../desk/parts.tsx';
import type { Desk } from '../desk.tsx';

export interface Place {
  readonly store: StoreRecord;
  readonly tills: readonly TillRecord[];
}

// Each is asked for its tills; a chain with more has them in its reports.
const storesShown = 20;

/** `merchant`: its id, as it stands in a path. */
export async function placesOf({ api }: Pick<Desk, 'api'>, merchant: string): Promise<Place[]> {
  const path = `/v1/centre/merchants/${merchant}/stores`;
  const rows = async <Row>(address: string) => valueIn(await api.get<List<Row>>(address))?.data ?? [];
  const stores = await rows<StoreRecord>(`${path}?limit=100`);
  return Promise.all(
    stores.slice(0, storesShown).map(async (store) => ({
      store,
      tills: await rows<TillRecord>(`${path}/${store.id}/tills?limit=100`),
    })),
  );
}

/** Tills by their ids, named as people tell them apart. */
export const tillsIn = (places: readonly Place[]): (readonly [id: string, name: string])[] =>
  places.flatMap(({ store, tills }) => tills.map(({ id, name }) => [id, `${store.name} · ${name}`] as const));
