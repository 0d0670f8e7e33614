/**
 * Payers who have to confirm: payments that wait, and what becomes of them when wallets confirm, sign wrongly, cancel
 * or forget, several of them at once and long after.
 */
import type { TransferDetails, TransferView } from '../../src/ledger/index.ts';
import type { Histories } from './rest.ts';
import type { Account, Town } from './town.ts';
import { Violation } from './world.ts';

export interface Asked {
  readonly from: Account;
  readonly id: string;
  /** The first final answer: no later one may differ. */
  answer?: TransferView;
}

/** Asks for a payment that its payer has to confirm; or the limits do. */
export function askForConfirmed(town: Town): void {
  const { world, payers, shops, claims } = town;
  const claim = world.random(2) === 0 ? claims.at(-1) : undefined;
  const what = claim ? town.pay(claim) : town.command(world.pick(shops), BigInt(1 + world.random(60)));
  town.sendNew(world.pick(payers), { ...what, confirm: true });
}

/** One of those that were asked for is confirmed, cancelled, or signed for wrongly; twice now and then. */
export function answerOne(town: Town): void {
  const { world, asked } = town;
  if (asked.length === 0) return;
  const one = world.pick(world.random(2) ? asked : asked.slice(-3));
  const account = town.ledger.stripe(one.from, 0);
  const told = (view: TransferView) => {
    if (view.state === 'requires_confirmation' || view.state === 'processing') return;
    if (one.answer && (one.answer.state !== view.state || one.answer.endedAtMs !== view.endedAtMs)) {
      throw new Violation(`${one.id} was ${one.answer.state}, now ${view.state}`);
    }
    one.answer = view;
  };
  for (let twice = world.random(3); twice >= 0; twice--) {
    const way = world.random(8);
    if (way < 5) {
      const confirmed = { key: 'dvk_1', signature: `signed ${twice}` };
      town.ask(
        () => account.confirm(one.id, confirmed),
        (answer) => answer.ok && told(answer.value.view),
      );
    } else if (way < 6) {
      town.ask(
        () => account.cancelTransfer(one.id),
        (answer) => answer.ok && told(answer.value),
      );
    } else town.ask(() => account.misconfirm(one.id));
  }
}

/** Each that waited has one end; what was confirmed says by whom, and nothing was held before. */
export function checkConfirmations({ asked, sent }: Town, { byName }: Histories): void {
  for (const { what, answer } of sent) {
    if (!('confirm' in what) || answer?.state !== 'completed') continue;
    if (!answer.transfer.confirmation?.confirmedAtMs) {
      throw new Violation(`${answer.transfer.id} was made without its payer`);
    }
  }
  for (const [name, entries] of byName) {
    const waiting = new Set<string>();
    for (const { type, subject, atMs, body } of entries) {
      if (type === 'await') waiting.add(subject);
      if (type === 'await' || !waiting.delete(subject)) continue;
      const { transfer, confirmed }: { transfer: TransferDetails; confirmed?: unknown } = JSON.parse(body);
      const { confirmedAtMs, expiresAtMs = 0 } = transfer.confirmation ?? {};
      if ((confirmed === undefined) !== (confirmedAtMs === undefined)) {
        throw new Violation(`${subject} is confirmed without a signature`);
      }
      if (type !== 'decline' && confirmedAtMs !== atMs) throw new Violation(`${subject} moves unconfirmed`);
      if (type !== 'decline' && atMs >= expiresAtMs) throw new Violation(`${subject} is confirmed too late`);
    }
    if (waiting.size > 0) throw new Violation(`${name} waits for ever for ${[...waiting][0]}`);
  }
  for (const { id, answer, from } of asked) {
    const last = byName.get(`${from.id}#0`)?.findLast(({ subject }) => subject === id);
    const made = last?.type === 'debit' || last?.type === 'settle';
    if (answer && made !== (answer.state === 'completed')) {
      throw new Violation(`${id} was ${answer.state}, and ends with a ${last?.type}`);
    }
  }
}
