/** Merchants and a wallet in a world of partners, made over the API. */
import { expect, vi } from 'vitest';
import { adminKey, type Json, type Received, type World } from './world.ts';

export class Town {
  readonly world: World;
  readonly #wallet: string;
  readonly #payer: string;

  private constructor(world: World, wallet: string, payer: string) {
    this.world = world;
    this.#wallet = wallet;
    this.#payer = payer;
  }

  static async founded(world: World): Promise<Town> {
    const made = madeIn(world);
    const { id } = await made('/v1/centre/participants', { name: 'Кошелёк', role: 'issuer', country: 'KG' });
    const key = (await made('/v1/centre/keys', { owner: id })).api_key;
    const payer = (await made('/v1/accounts', { currency: 'KGS' }, key)).id;
    await made(`/v1/accounts/${payer}/top-ups`, { amount: 50_000, currency: 'KGS' });
    return new Town(world, key, payer);
  }

  async shop(name: string): Promise<Shop> {
    const made = madeIn(this.world);
    const terms = { city: 'Бишкек', category_code: '5411', currency: 'KGS' };
    const { id } = await made('/v1/centre/merchants', { name, ...terms });
    return new Shop(this, id, (await made('/v1/centre/keys', { owner: id, role: 'owner' })).api_key);
  }

  async pay(payload: string): Promise<void> {
    const payment = await madeIn(this.world)(
      `/v1/accounts/${this.#payer}/payments`,
      { payload },
      this.#wallet,
    );
    expect(payment.status).toBe('completed');
  }

  /** What came to a URL, once there is as much as wanted. */
  heard(url: string, count: number): Promise<Received[]> {
    return vi.waitFor(
      async () => {
        const found = (await this.world.received()).filter((one) => one.url === url);
        expect(found.length, url).toBeGreaterThanOrEqual(count);
        return found;
      },
      { timeout: 60_000, interval: 100 },
    );
  }
}

export class Shop {
  readonly id: string;
  readonly #town: Town;
  readonly #key: string;

  constructor(town: Town, id: string, key: string) {
    this.id = id;
    this.#town = town;
    this.#key = key;
  }

  post = (path: string, body: unknown = {}): Promise<Json> => madeIn(this.#town.world)(path, body, this.#key);
  get = async (path: string): Promise<Json> => (await this.#town.world.call('GET', path, this.#key)).body;
  listenAt = (url: string, more: object = {}): Promise<Json> =>
    this.post('/v1/callback-endpoints', { url, ...more });

  /** Two events: order.paid and payment.completed. */
  async paid(): Promise<Json> {
    const order = await this.#order();
    await this.#town.pay(order.qr.payload);
    return order;
  }

  /** One event: order.cancelled. */
  async cancelled(): Promise<Json> {
    const order = await this.#order();
    return this.post(`/v1/merchants/${this.id}/orders/${order.id}/cancel`);
  }

  #order = () => this.post(`/v1/merchants/${this.id}/orders`, { amount: 100, currency: 'KGS' });
}

const madeIn =
  (world: World) =>
  async (path: string, body: unknown, key = adminKey): Promise<Json> => {
    const answer = await world.call('POST', path, key, body);
    expect([200, 201], JSON.stringify(answer.body)).toContain(answer.status);
    return answer.body;
  };
