/** What a partner has to do with orders: carry each out once, undo it once, and say the same of it every time. */
import { type Movement, type Order, orderJson, pathOf } from '../../src/issuers/index.ts';
import { forgeryChecks } from './forgeries.ts';
import type { Line } from './line.ts';
import type { Orders, Said, State } from './orders.ts';
import type { Check } from './report.ts';

export interface Partner {
  readonly orders: Orders;
  /** What it serves; the first is the one that is looked at most closely. */
  readonly serves: readonly Movement[];
  /** An amount that it refuses to debit the payer. */
  readonly refusedMinor: number;
  /** What the payer's account holds, when that is known. */
  readonly balanceMinor?: number;
}

const largestMinor = Number.MAX_SAFE_INTEGER;
// ISO 4217 keeps this code for tests: nobody has an account in it.
const noCurrency = 'XTS';
const nobody = 'conform-no-such-account';

export function issuerChecks(partner: Partner): Check[] {
  const { orders, serves, balanceMinor } = partner;
  const [first = 'debit'] = serves;
  const checks = [
    ...serves.flatMap((movement) => orderChecks(orders, movement)),
    ...serves.filter((movement) => movement !== 'refund').flatMap((it) => refusalChecks(orders, it)),
    ...amountChecks(partner, first),
    ...(balanceMinor !== undefined && serves.includes('debit') ? moneyChecks(orders, balanceMinor) : []),
    ...forgeryChecks(orders, first),
  ].map((check) => ({ ...check, judge: () => check.judge().finally(orders.tidy) }));
  return [...checks, ...answerChecks(orders.line)];
}

function orderChecks(orders: Orders, movement: Movement): Check[] {
  const { begin, certain, perform, status, reverse, line } = orders;
  const once = 'Store the order under its id before money moves, let the database decide who is first';
  return [
    {
      name: `approves a ${movement} and says so when asked`,
      advice: 'Answer with what was moved: the amount and currency of the order. Does the account exist?',
      async judge() {
        const order = await begin(movement);
        const answer = await certain(movement, order);
        return notApproved(answer, order) ?? notApproved(await status(movement, order), order, 'asked, ');
      },
    },
    {
      name: `answers a repeated ${movement} as it did the first time`,
      advice: `${once}, and answer repeats from what is stored.`,
      async judge() {
        const order = await begin(movement);
        const answer = await certain(movement, order);
        return notApproved(answer, order) ?? other(await perform(movement, order), answer);
      },
    },
    {
      name: `carries out two copies of a ${movement} that arrive at the same moment as one`,
      advice: `${once}; the second may be told pending until the first is done.`,
      async judge() {
        const order = await begin(movement);
        const [one, two] = await Promise.all([certain(movement, order), certain(movement, order)]);
        return notApproved(one, order) ?? other(two, one);
      },
    },
    {
      name: `does not take a ${movement} again with another amount`,
      advice:
        'Compare what comes under a known id with what is stored: refuse another order (409), move nothing.',
      async judge() {
        const order = await begin(movement);
        const answer = await certain(movement, order);
        const again = await perform(movement, { ...order, amountMinor: order.amountMinor + 1 });
        const problem =
          again.state === 'approved' ? notApproved(again, order, 'of the other amount, ') : undefined;
        return (
          notApproved(answer, order) ??
          problem ??
          notApproved(await status(movement, order), order, 'asked, ')
        );
      },
    },
    {
      name: `has never heard of a ${movement} that was not given, and carries it out when it comes`,
      advice: 'Answer 404 to an id you do not know, and remember nothing of the question.',
      async judge() {
        const order = await begin(movement);
        const asked = isNot('absent')(await status(movement, order));
        return asked ?? notApproved(await certain(movement, order), order);
      },
    },
    {
      name: `carries a ${movement} out once although the caller hangs up`,
      advice: 'What has been read is carried out or forgotten whole; a repeat of it is answered as ever.',
      async judge() {
        const order = await begin(movement);
        const text = JSON.stringify(orderJson(order));
        await line.hangUp(await line.signed('PUT', `${pathOf[movement]}/${order.id}`, { text }));
        const answer = await certain(movement, order);
        return notApproved(answer, order) ?? other(await perform(movement, order), answer);
      },
    },
    {
      name: `undoes a ${movement}, and says so however often it is asked`,
      advice: 'Give the money back once, answer reversed to every repeat, and have status say it as well.',
      async judge() {
        const order = await begin(movement);
        const unable = notApproved(await certain(movement, order), order);
        if (unable) return unable;
        for (const time of ['first', 'second'] as const) {
          const answer = await reverse(movement, order);
          // Only money that has left for good cannot come back; a payer's always can.
          if (answer.state === 'stands' && movement !== 'debit') {
            return notApproved(await status(movement, order), order, 'asked, ');
          }
          const problem = isNot('reversed')(answer);
          if (problem) return `the ${time} time it ${problem}`;
        }
        return isNot('reversed', 'refused')(await status(movement, order));
      },
    },
    {
      name: `does not carry out a ${movement} again that was undone`,
      advice: 'Keep reversed orders: one that comes again after its reversal is refused, always.',
      async judge() {
        const order = await begin(movement);
        const unable = notApproved(await certain(movement, order), order);
        if (unable) return unable;
        const { state } = await reverse(movement, order);
        if (state === 'stands' && movement !== 'debit') return undefined;
        return isNot('refused', 'reversed')(await perform(movement, order));
      },
    },
    {
      name: `refuses a ${movement} that comes after its own reversal`,
      advice:
        'Remember the reversal of an order you never saw: answer reversed, and refuse it when it comes.',
      async judge() {
        const order = await begin(movement);
        const undone = isNot('reversed')(await reverse(movement, order));
        if (undone) return undone;
        const late = isNot('refused', 'reversed')(await perform(movement, order));
        return late ?? isNot('refused', 'reversed')(await status(movement, order));
      },
    },
  ];
}

function refusalChecks(orders: Orders, movement: Movement): Check[] {
  const refusing = async (wish: Partial<Order>) => {
    const order = await orders.begin(movement, wish);
    return refused(orders, movement, order);
  };
  return [
    {
      name: `refuses a ${movement} of an account it does not have`,
      advice: 'Answer refused with the reason account.not_found (of a merchant qr.merchant_unknown).',
      judge: () => refusing({ account: nobody }),
    },
    {
      name: `refuses a ${movement} in a currency the account is not kept in`,
      advice: 'Answer refused with the reason payment.currency_mismatch; never convert.',
      judge: () => refusing({ currency: noCurrency }),
    },
  ];
}

function amountChecks({ orders, refusedMinor }: Partner, movement: Movement): Check[] {
  const { begin, certain, status, line } = orders;
  const refusing: Check = {
    name: 'refuses a debit of more than the payer may spend, again and again',
    advice:
      'Answer refused with payment.insufficient_funds, and the same to a repeat. Name an amount with --refused-amount.',
    judge: async () => refused(orders, 'debit', await begin('debit', { amountMinor: refusedMinor })),
  };
  return [
    ...(movement === 'debit' ? [refusing] : []),
    {
      name: `moves the smallest amount (${movement} of 1)`,
      advice: 'Amounts are whole minor units: 1 is a tyiyn, not a som.',
      async judge() {
        const order = await begin(movement, { amountMinor: 1 });
        return notApproved(await certain(movement, order), order);
      },
    },
    {
      name: `moves the largest amount to the last unit, or refuses it (${movement} of 2^53 - 1)`,
      advice: 'Use 64-bit integers, no floating point.',
      async judge() {
        const order = await begin(movement, { amountMinor: largestMinor });
        const answer = await certain(movement, order);
        return answer.state === 'refused' ? undefined : notApproved(answer, order);
      },
    },
    ...[-1, 12.5, '125', null].map((amount) => ({
      name: `does not take ${JSON.stringify(amount)} for an amount (${movement})`,
      advice: 'Check orders against the schema of /issuer-protocol.json, and answer 422.',
      async judge() {
        const order = await begin(movement);
        const json = { ...orderJson(order), amount: { amount, currency: order.currency } };
        const path = `${pathOf[movement]}/${order.id}`;
        const reply = await line.send(await line.signed('PUT', path, { text: JSON.stringify(json) }));
        if (reply.status === null) return `gave no answer in ${reply.tookMs} ms`;
        if (reply.status !== 200 && !(reply.status >= 400 && reply.status <= 499)) {
          return `answered ${reply.status}, where 422 was right`;
        }
        return isNot('refused', 'absent')(await status(movement, order));
      },
    })),
  ];
}

/** With the money known, what was booked shows in what is left. */
function moneyChecks({ begin, certain, perform, reverse }: Orders, balanceMinor: number): Check[] {
  // Once it fits, twice it does not.
  const amountMinor = Math.floor(balanceMinor / 2) + 1;
  return [
    {
      name: 'books a repeated debit once',
      advice: 'A repeat is looked up, not booked: move money only when the order was stored just now.',
      async judge() {
        const order = await begin('debit', { amountMinor });
        const answer = await certain('debit', order);
        return notApproved(answer, order) ?? other(await perform('debit', order), answer);
      },
    },
    {
      name: 'gives back the money of a debit that is undone',
      advice: 'A reversal puts the whole amount back before it is acknowledged.',
      async judge() {
        const order = await begin('debit', { amountMinor });
        const unable = notApproved(await certain('debit', order), order);
        if (unable) return unable;
        await reverse('debit', order);
        await reverse('debit', order);
        const next = await begin('debit', { amountMinor });
        const poor = notApproved(await certain('debit', next), next, 'after it, of a new debit, ');
        if (poor) return poor;
        const third = await begin('debit', { amountMinor });
        const rich = await certain('debit', third);
        return rich.state === 'approved' ? 'gave it back twice' : undefined;
      },
    },
  ];
}

/** About every answer there was. */
function answerChecks({ faults }: Line): Check[] {
  const none = (found: readonly string[]) => async () =>
    found.length === 0
      ? undefined
      : `${found[0]}${found.length > 1 ? ` (and ${found.length - 1} more)` : ''}`;
  return [
    {
      name: 'signs every answer',
      advice:
        'Sign @status, content-digest and of the request @method, @target-uri and signature; 404 too. Is it the right --partner-key?',
      judge: none(faults.signature),
    },
    {
      name: 'answers every question in time',
      advice: 'What takes longer is answered pending, and told when the switch asks how it went.',
      judge: none(faults.late),
    },
  ];
}

async function refused(
  { certain, perform, status }: Orders,
  movement: Movement,
  order: Order,
): Promise<string | undefined> {
  const wrong = isNot('refused')(await certain(movement, order));
  const again = wrong ?? isNot('refused')(await perform(movement, order));
  return again ?? isNot('refused', 'absent')(await status(movement, order));
}

const isNot =
  (...right: readonly State[]) =>
  ({ state, words }: Said): string | undefined =>
    right.includes(state) ? undefined : `${words}, where ${right.join(' or ')} was right`;

function notApproved(answer: Said, { amountMinor, currency }: Order, when = ''): string | undefined {
  const same = answer.amountMinor === amountMinor && answer.currency === currency;
  if (answer.state === 'approved' && same) return undefined;
  return `${when}${answer.words}, where approved, ${amountMinor} ${currency} was right`;
}

const other = (again: Said, first: Said): string | undefined =>
  again.words === first.words ? undefined : `first ${first.words}, then ${again.words}`;
