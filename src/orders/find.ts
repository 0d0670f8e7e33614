/**
 * Finds orders whoever's they are: the books are asked for them, since nothing else knows of one that nobody has paid.
 * So long and so often at most; how many books could not be asked to their end is part of the answer.
 */
import { earliestId, logFault } from '../kernel/index.ts';
import type { ClaimSought, ClaimsFound, ClaimView, Ledger } from '../ledger/index.ts';
import type { OrderDetails } from './model.ts';

export type OrderSought =
  | { readonly id: string }
  | {
      readonly reference: string;
      readonly fromMs: number;
      readonly beforeMs: number;
      readonly limit: number;
    };

export interface FoundOrder {
  readonly id: string;
  readonly status: ClaimView['state'];
  readonly amount: number;
  readonly currency: string;
  readonly merchant: string;
  readonly merchantName: string | null;
  readonly reference: string | null;
  /** What paid it. */
  readonly payment: string | null;
  readonly createdAtMs: number;
}

export interface FoundOrders {
  /** Newest first. */
  readonly orders: FoundOrder[];
  /** Books that gave no answer, or not the whole of it in time: what they keep may be missing. */
  readonly silentBooks: number;
}

interface Patience {
  readonly withinMs: number;
  /** Questions to books in all; a book with many merchants is asked several. */
  readonly questionsMax: number;
}

// A person waits for it, and Cloudflare lets one request ask a thousand things.
const patience: Patience = { withinMs: 3_000, questionsMax: 800 };
const booksAtOnce = 50;

export async function findOrders(
  ledger: Pick<Ledger, 'book'>,
  books: number,
  sought: OrderSought,
  { withinMs, questionsMax }: Patience = patience,
): Promise<FoundOrders> {
  const asked = claimSought(sought);
  const claims: ClaimView[] = [];
  // An id is one order's: whoever has it ends the search.
  const isFound = () => 'id' in sought && claims.length > 0;
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  let [heard, questions, isOver] = [0, 0, false];

  /** Whether the book has told all. */
  const hear = async (book: number): Promise<boolean> => {
    for (let after: number | null = 0; after !== null; ) {
      if (isOver || questions++ >= questionsMax) return false;
      const page: ClaimsFound = await ledger.book(book).findClaims(asked, after);
      if (isOver) return false;
      claims.push(...page.claims);
      if (isFound()) end();
      after = page.next;
    }
    return true;
  };
  const numbers = Array.from({ length: books }, (_, book) => book).values();
  const lane = async () => {
    for (const book of numbers) {
      try {
        if (await hear(book)) heard++;
      } catch (fault) {
        logFault('orders: a book could not be searched', fault, { book });
      }
    }
  };
  const timer = setTimeout(end, withinMs);
  void Promise.all(Array.from({ length: Math.min(books, booksAtOnce) }, lane)).then(() => end());
  await over;
  isOver = true;
  clearTimeout(timer);
  return { orders: newest(claims, sought), silentBooks: isFound() ? 0 : books - heard };
}

const claimSought = (sought: OrderSought): ClaimSought =>
  'id' in sought
    ? sought
    : {
        reference: sought.reference,
        from: earliestId('order', sought.fromMs),
        before: earliestId('order', sought.beforeMs),
        limit: sought.limit,
      };

function newest(claims: readonly ClaimView[], sought: OrderSought): FoundOrder[] {
  const limit = 'id' in sought ? 1 : sought.limit;
  return claims
    .toSorted((one, other) => (one.id < other.id ? 1 : -1))
    .slice(0, limit)
    .map(foundOrder);
}

function foundOrder(claim: ClaimView): FoundOrder {
  const { merchant, merchantName }: OrderDetails = JSON.parse(claim.details);
  return {
    ...{ id: claim.id, status: claim.state, currency: claim.currency, reference: claim.reference },
    amount: Number(claim.amountMinor),
    ...{ merchant, merchantName: merchantName ?? null },
    payment: claim.transfer?.id ?? null,
    createdAtMs: claim.createdAtMs,
  };
}
