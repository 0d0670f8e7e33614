/** Orders are found in whichever book keeps them; what could not be asked is said, and nobody is waited for too long. */
import { beforeAll, describe, expect, test } from 'vitest';
import { exampleId, newOrderId } from '../../src/kernel/index.ts';
import type { ClaimSought, ClaimsFound, ClaimView, Ledger } from '../../src/ledger/index.ts';
import { ledgerOf } from '../../src/ledger/index.ts';
import { findOrders } from '../../src/orders/index.ts';
import { migrate, post, testEnv } from '../support/switch.ts';
import { newIssuer, newOrder, newPayer, newShop, pay, type Shop } from '../support/town.ts';

const ledger = ledgerOf(testEnv.BOOKS);
// As many as the switch has in tests; merchants are spread over them.
const books = 3;
const always = { fromMs: 0, beforeMs: Number.MAX_SAFE_INTEGER, limit: 20 };

let shops: Shop[];

beforeAll(async () => {
  await migrate();
  shops = await Promise.all(Array.from({ length: 6 }, (_, index) => newShop({ name: `Дүкөн ${index}` })));
});

describe('in all books', () => {
  test('an order nobody has paid is found by its id, whoever’s it is', async () => {
    for (const shop of shops) {
      const order = await newOrder(shop, 500, { reference: `R-${shop.id}` });
      const found = await findOrders(ledger, books, { id: order.id });
      expect(found).toEqual({
        orders: [
          {
            ...{ id: order.id, status: 'open', amount: 500, currency: 'KGS', payment: null },
            ...{ merchant: shop.id, merchantName: expect.stringMatching(/^Дүкөн/) },
            ...{ reference: `R-${shop.id}`, createdAtMs: Date.parse(order.created_at) },
          },
        ],
        silentBooks: 0,
      });
    }
  });

  test('a paid one knows its payment, a cancelled one that it was', async () => {
    const [one, other] = [shops[0]!, shops[1]!];
    const issuer = await newIssuer();
    const payer = await newPayer(issuer, 10_000);
    const paid = await newOrder(one, 500, { reference: 'same' });
    const cancelled = await newOrder(other, 600, { reference: 'same' });
    const payment = (await pay(issuer, payer, { payload: paid.qr.payload })).body.id;
    await post(`/v1/merchants/${other.id}/orders/${cancelled.id}/cancel`, other.key, {});
    const found = await findOrders(ledger, books, { reference: 'same', ...always });
    const statuses = found.orders.map(({ id, status, payment: by }) => [id, status, by]);
    expect(statuses).toHaveLength(2);
    expect(statuses).toEqual(
      expect.arrayContaining([
        [paid.id, 'paid', payment],
        [cancelled.id, 'cancelled', null],
      ]),
    );
  });

  test('what nobody has is not found', async () => {
    for (const sought of [{ id: exampleId('order') }, { reference: 'none', ...always }]) {
      expect(await findOrders(ledger, books, sought)).toEqual({ orders: [], silentBooks: 0 });
    }
  });
});

describe('a book that does not answer', () => {
  type Book = (sought: ClaimSought, after: number) => Promise<ClaimsFound>;
  const claim = (second: number): ClaimView => ({
    id: newOrderId(second * 1_000, 0),
    ...{ state: 'open', amountMinor: 5n, currency: 'KGS', reference: 'R', createdAtMs: 0, expiresAtMs: 0 },
    ...{ endedAtMs: null, facts: {}, details: '{"merchant":"mch_1"}', payloadDigest: '', transfer: null },
  });
  /** Books that answer as they are told to. */
  const answering = (...given: Book[]) =>
    ({ book: (number: number) => ({ findClaims: given[number] }) }) as unknown as Pick<Ledger, 'book'>;
  const never: Book = () => new Promise(() => {});
  const broken: Book = async () => {
    throw new Error('this book is broken');
  };
  const having =
    (...claims: ClaimView[]): Book =>
    async () => ({ claims, next: null });
  /** As many questions as it has parts. */
  const inParts =
    (parts: readonly ClaimView[][]): Book =>
    async (_, after) => ({ claims: parts[after] ?? [], next: after + 1 < parts.length ? after + 1 : null });
  const little = { withinMs: 20, questionsMax: 100 };
  const reference = { reference: 'R', ...always };

  test('is counted, and the others are heard', async () => {
    const claims = [claim(1), claim(2)] as const;
    const asked = answering(having(claims[0]), never, broken, having(claims[1]));
    const { orders, silentBooks } = await findOrders(asked, 4, reference, little);
    expect(orders.map(({ id }) => id)).toEqual([claims[1].id, claims[0].id]);
    expect(silentBooks).toBe(2);
  });

  test('is not waited for once an id is found', async () => {
    const wanted = claim(1);
    const patient = { withinMs: 1_000_000, questionsMax: 100 };
    const found = await findOrders(answering(never, having(wanted)), 2, { id: wanted.id }, patient);
    expect(found).toMatchObject({ orders: [{ id: wanted.id }], silentBooks: 0 });
  });

  test('is counted where an id was not found elsewhere', async () => {
    const found = await findOrders(answering(never, having()), 2, { id: claim(1).id }, little);
    expect(found).toEqual({ orders: [], silentBooks: 1 });
  });

  test('to its end, however many questions that needs, counts too', async () => {
    const parts = [[claim(1)], [claim(2)], [claim(3)]];
    const whole = await findOrders(answering(inParts(parts)), 1, reference, little);
    expect(whole).toMatchObject({ orders: [{}, {}, {}], silentBooks: 0 });
    const cut = await findOrders(answering(inParts(parts)), 1, reference, { ...little, questionsMax: 2 });
    expect(cut).toMatchObject({ orders: [{}, {}], silentBooks: 1 });
  });

  test('more books than are asked at once are asked one after the other', async () => {
    const many = Array.from({ length: 120 }, (_, second) => having(claim(second)));
    const { orders, silentBooks } = await findOrders(answering(...many), 120, reference, {
      withinMs: 1_000_000,
      questionsMax: 120,
    });
    expect(orders).toHaveLength(20);
    expect(silentBooks).toBe(0);
  });
});
