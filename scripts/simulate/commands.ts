/** What clients, staff, the machine room and the clock do to a town. */
import { projectNext, sweep } from '../../src/events/index.ts';
import type { AccountStatus } from '../../src/ledger/index.ts';
import { answerOne, askForConfirmed } from './confirmations.ts';
import { randomRefund, refundOfNothing } from './refunds.ts';
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
      // The newest are those that wallets race for.
      town.cancelClaim(town.world.pick(town.world.random(2) ? town.claims : town.claims.slice(-4)));
    },
  ],
  [6, (town) => town.claims.length > 0 && town.reopenClaim(town.world.pick(town.claims.slice(-4)), minuteMs)],
  [
    2,
    (town) => {
      if (town.claims.length === 0) return;
      town.waitForClaim(town.world.pick(town.claims), town.world.random(20_000));
    },
  ],
  [
    12,
    (town) => {
      const { world, claims, far, shops } = town;
      const claim = world.random(2) === 0 ? claims.at(-1) : undefined;
      const what = claim ? town.pay(claim) : town.command(world.pick(shops), BigInt(1 + world.random(60)));
      town.sendNew(far, town.fromFar(what));
    },
  ],
  [
    8,
    (town) => {
      const { world, far, payers } = town;
      const what = town.throughGate(BigInt(1 + world.random(60)));
      if (world.random(2) === 0) town.sendNew(far, town.fromFar(what));
      else town.sendNew(world.pick(payers), what);
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
  [10, (town) => askForConfirmed(town)],
  [14, (town) => answerOne(town)],
  [20, (town) => randomRefund(town)],
  [2, (town) => refundOfNothing(town)],
  [
    3,
    (town) => {
      // A merchant's money leaves it otherwise too: then there may be too little to give back.
      const { world, shops, payers } = town;
      const shop = world.pick(shops);
      const payout = town.command(world.pick(payers), BigInt(1 + world.random(80)));
      town.sendNew(shop, payout, world.random(shop.books.length));
    },
  ],
  [5, (town) => payOutAll(town)],
  [4, (town) => sweepAll(town)],
  [
    8,
    (town) => {
      const account = town.world.pick([...town.payers, ...town.shops]);
      const status = () => town.world.pick<AccountStatus>(['active', 'active', 'frozen', 'closed']);
      town.put(account, status());
      // The next may overtake it.
      if (town.world.random(3) === 0) town.put(account, status());
    },
  ],
  [5, (town) => leave(town)],
  [1, (town) => town.reports.goDown(town.world.random(5 * minuteMs))],
  [1, (town) => rebuild(town)],
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

/** All that the shop with several stripes has, or a little more, from one of them: the others lend what they have. */
function payOutAll(town: Town): void {
  const { world, ledger, payers, shops } = town;
  const shop = shops.at(-1);
  if (!shop) return;
  town.ask(
    () => ledger.balance(shop),
    (balance) => {
      const amount = (balance?.availableMinor ?? 0n) + BigInt(20 * world.random(2));
      const stripe = world.random(shop.books.length);
      if (amount > 0n) town.sendNew(shop, town.command(world.pick(payers), amount), stripe);
    },
  );
}

/** A payer spends everything, or closes the empty account: what is given back after that finds nobody. */
function leave(town: Town): void {
  const payer = town.payers.at(-1);
  if (!payer) return;
  town.ask(
    () => town.ledger.balance(payer),
    (balance) => {
      const rest = balance?.availableMinor ?? 0n;
      if (rest > 0n) town.sendNew(payer, town.command(town.world.pick(town.shops), rest));
      else town.put(payer, 'closed');
    },
  );
}

/** Drops the reports while everything goes on, and makes them again; where that fails, the sweeper does it. */
function rebuild(town: Town): void {
  const { reports } = town;
  town.ask(async () => {
    await reports.reports.drop();
    for (const { number } of town.hosts) while ((await projectNext(number, reports.parts())) > 0);
  });
}

export function sweepAll(town: Town): void {
  const nothing = async () => undefined;
  const memory = { next: async () => 0, remember: nothing, found: nothing };
  town.ask(() => sweep(town.hosts.length, town.ledger, town.reports.reports.projection, memory));
}
