import { cursorOf } from '../http/index.ts';
import { ok } from '../kernel/index.ts';

/** A page of rows as the API answers it. */
export const listed = <Row, Json>(
  page: { rows: Row[]; nextCursor: string | null },
  json: (row: Row) => Json,
) => ok({ data: page.rows.map(json), next_cursor: cursorOf(page.nextCursor) });
