import type { Api, Json } from '../sandbox/api.ts';

/** All of a list, page by page. */
export async function allOf(api: Api, path: string): Promise<Json[]> {
  const all: Json[] = [];
  for (let cursor = ''; ; ) {
    const page = await api.get(`${path}${path.includes('?') ? '&' : '?'}limit=100${cursor}`);
    all.push(...page.data);
    if (page.next_cursor === null) return all;
    cursor = `&cursor=${page.next_cursor}`;
  }
}

/** Works through items, some at a time. */
export async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}
