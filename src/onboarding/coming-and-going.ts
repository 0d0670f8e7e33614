/**
 * A merchant that registered itself is activated; merchants and participants are closed, for good, once nothing is left
 * to do for them: what that is, the refusal says.
 */
import { z } from '@hono/zod-openapi';
import { changeStatus, pushFacts } from '../accounts/index.ts';
import { because, type Directory, type MerchantRow, type Who } from '../directory/index.ts';
import { idSchema, type Shell } from '../http/index.ts';
import { ok, type Refused, refuse } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import * as model from './model.ts';
import { noteOf } from './note.ts';

const writers: readonly Who[] = ['staff:admin', 'staff:officer'];
const merchantParams = z.object({ merchant: idSchema('merchant') });
// Orders that are named as left; more say that there are more.
const ordersNamed = 3;

export function comingAndGoingRoutes(shell: Shell, directory: Directory, ledger: Ledger): void {
  activationRoute(shell, directory, ledger);
  closingRoutes(shell, directory, ledger);
}

function activationRoute(shell: Shell, directory: Directory, ledger: Ledger): void {
  const note = noteOf(directory);
  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/merchants/{merchant}/activate',
      tag: 'Onboarding',
      summary: 'Activate a merchant that registered itself: it is paid from now on',
      description: 'Its owner asked, whoever activates it checks: never somebody who works there.',
      access: writers,
      params: merchantParams,
      body: model.newStanding,
      refusals: ['merchant.not_pending', 'approval.own'],
      answers: model.merchantSchema,
    },
    async ({ params, body, caller, act }) => {
      const before = await directory.merchant(params.merchant);
      if (!before) return refuse('merchant.not_found');
      if (before.status !== 'pending') return refuse('merchant.not_pending', `it is ${before.status}`);
      const person = await directory.operator(caller.owner);
      if (person && (await directory.worksAt(before.id, person.email))) return refuse('approval.own');
      const why = because(act, body.reason);
      const merchant = await directory.changeMerchant(why, before.id, { status: 'active' });
      const account = merchant && (await directory.changeAccount(why, merchant.account));
      if (!account) return refuse('merchant.not_found');
      await pushFacts(directory, ledger, account);
      await note(act, merchant.id, 'active', body);
      return ok(model.merchantJson(merchant));
    },
  );
}

function closingRoutes(shell: Shell, directory: Directory, ledger: Ledger): void {
  const note = noteOf(directory);
  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/merchants/{merchant}/close',
      guarded: 'merchant.close',
      tag: 'Onboarding',
      summary: 'Close a merchant for good: its account is empty, and no order of it can be paid',
      description: 'Its people and keys still read. What is left to do first stands in the refusal.',
      access: writers,
      params: merchantParams,
      body: model.newStanding,
      refusals: ['merchant.not_empty', 'account.not_empty', 'account.not_found', 'account.growing'],
      answers: model.merchantSchema,
    },
    async ({ params, body, act }) => {
      const before = await directory.merchant(params.merchant);
      if (!before) return refuse('merchant.not_found');
      if (before.status === 'closed') return ok(model.merchantJson(before));
      const left = await leftOf(directory, ledger, before);
      if (left) return left;
      const why = because(act, body.reason);
      // The account's books decide: whatever came in meanwhile keeps it open.
      const account = await changeStatus(why, directory, ledger, before.account, 'closed');
      if (!account.ok) return account;
      const merchant = await directory.changeMerchant(why, before.id, { status: 'closed' });
      if (!merchant) return refuse('merchant.not_found');
      await note(act, merchant.id, 'closed', body);
      return ok(model.merchantJson(merchant));
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/participants/{participant}/close',
      guarded: 'participant.close',
      tag: 'Onboarding',
      summary: 'Close a participant for good: its accounts are closed, and no merchant is its',
      description: 'Its keys stop. What is left to do first stands in the refusal.',
      access: writers,
      params: z.object({ participant: idSchema('participant') }),
      body: model.newStanding,
      refusals: ['participant.not_empty'],
      answers: model.participantSchema,
    },
    async ({ params: { participant: id }, body, act }) => {
      const [accounts, merchants] = await Promise.all([
        directory.accountsLeft(id),
        directory.merchantsLeft(id),
      ]);
      if (accounts + merchants > 0) {
        const left = `${accounts} accounts and ${merchants} merchants are not closed`;
        return refuse('participant.not_empty', left);
      }
      const why = because(act, body.reason);
      const participant = await directory.changeParticipant(why, id, { status: 'closed' });
      if (!participant) return refuse('participant.not_found');
      await note(act, id, 'closed', body);
      return ok(model.participantJson(participant));
    },
  );
}

/** What has to be done before a merchant can be closed; undefined when nothing. */
async function leftOf(
  directory: Directory,
  ledger: Ledger,
  merchant: MerchantRow,
): Promise<Refused | undefined> {
  const account = await directory.freshAccount(merchant.account);
  if (!account) return refuse('account.not_found');
  const asked = { state: 'open', limit: ordersNamed + 1 } as const;
  const [balance, ...claims] = await Promise.all([
    ledger.balance(account),
    ...ledger.stripes(account).map((stripe) => stripe.claims(asked)),
  ]);
  const orders = claims.flat().map(({ id }) => id);
  const left = [
    balance && balance.balanceMinor !== 0n ? `${balance.balanceMinor} ${balance.currency} (minor units)` : '',
    balance && balance.openTransfers > 0 ? `${balance.openTransfers} transfers under way` : '',
    orders.length > 0 ? `open orders ${orders.slice(0, ordersNamed).join(', ')}` : '',
    orders.length > ordersNamed ? 'and more' : '',
  ].filter(Boolean);
  return left.length > 0 ? refuse('merchant.not_empty', left.join('; ')) : undefined;
}
