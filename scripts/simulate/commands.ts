/** What clients, staff, the machine room and the clock do to a town. */

import { sweep } from '../../src/events/index.ts';
import type { AccountStatus } from '../../src/ledger/index.ts';
import type { Town } from './town.ts';
import { checkUnderWay } from './under-way.ts';

type Command = readonly [weight: number, run: (town: Town) => void];

const minuteMs = 60_000;

const commands: readonly Command[] = [
  [
    20,
    (town) => {
      const { world, payers, accounts } = town;
      town.sendNew(world.pick(payers), town.command(world.pick(accounts), BigInt(world.random(60))));
    },
  ],
  [
    12,
    (town) => {
      const { world, payers, funding } = town;
      const amount = BigInt(1 + world.random(200));
      town.sendNew(funding, town.command(world.pick(payers), amount, { kind: 'top_up' }));
    },
  ],
  [12, (town) => town.openClaim(town.world.pick([-1, 0, 5, 2_000, 5 * minuteMs, 5 * minuteMs]))],
  [
    25,
    (town) => {
      const { world, claims, payers } = town;
      if (claims.length === 0) return;
      const claim = world.pick(claims.slice(-4));
      for (let payer = world.random(3); payer >= 0; payer--)
        town.sendNew(world.pick(payers), town.pay(claim));
    },
  ],
  [
    4,
    (town) => {
      if (town.claims.length === 0) return;
      const { shop, stripe, id } = town.world.pick(town.claims);
      town.ask(() => town.ledger.stripe(shop, stripe).cancelClaim(id));
    },
  ],
  [3, (town) => town.claims.length > 0 && town.reopenClaim(town.world.pick(town.claims), minuteMs)],
  [
    2,
    (town) => {
      if (town.claims.length === 0) return;
      const { shop, stripe, id } = town.world.pick(town.claims);
      town.ask(() => town.ledger.stripe(shop, stripe).waitForClaim(id, town.world.random(20_000)));
    },
  ],
  [10, (town) => town.sent.length > 0 && town.send(town.world.pick(town.sent))],
  [2, (town) => town.sent.length > 0 && town.sendAltered(town.world.pick(town.sent))],
  [
    4,
    (town) => {
      const account = town.world.pick(town.accounts);
      town.ask(() => town.ledger.balance(account));
    },
  ],
  [
    2,
    (town) => {
      const account = town.world.pick(town.accounts);
      town.ask(() => town.ledger.stripe(account).entries(Number.MAX_SAFE_INTEGER, 20));
    },
  ],
  [4, (town) => sweepAll(town)],
  [
    4,
    (town) => {
      const status = town.world.pick<AccountStatus>(['active', 'active', 'frozen']);
      town.put(town.world.pick([...town.payers, ...town.shops]), status);
    },
  ],
  [5, (town) => town.world.pick(town.hosts).crash(town.world.random(2) === 0)],
  [
    2,
    (town) => {
      // The whole machine: all its objects at once.
      for (const host of town.hosts) host.crash(town.world.random(2) === 0);
    },
  ],
  [4, (town) => town.world.jump(town.world.random(10 * minuteMs) - 5 * minuteMs)],
  [4, (town) => checkUnderWay(town)],
];

const weights = commands.reduce((sum, [weight]) => sum + weight, 0);

export function randomCommand(town: Town): void {
  let at = town.world.random(weights);
  for (const [index, [weight, run]] of commands.entries()) {
    at -= weight;
    if (at >= 0) continue;
    town.world.note(`command ${index}`);
    run(town);
    return;
  }
}

export function sweepAll(town: Town): void {
  const memory = { next: async () => 0, remember: async () => undefined };
  town.ask(() => sweep(town.hosts.length, town.ledger, town.reports.reports.projection, memory));
}
