/**
 * What staff do only with somebody else's approval: one table, from which the routes that are guarded, the approvals
 * and their pages take what they need to know.
 */
import type { IdKind } from '../kernel/index.ts';

interface GuardedFacts {
  /** The parameter of the path that names what is changed; absent where something is made, or there is one only. */
  readonly object?: Extract<
    IdKind,
    | 'participant'
    | 'account'
    | 'merchant'
    | 'store'
    | 'till'
    | 'operator'
    | 'connection'
    | 'limitRule'
    | 'endpoint'
  >;
  /** The parameter that names something which is not in the directory. */
  readonly elsewhere?: 'date' | 'transfer' | 'payment';
  /** What becomes of it, where the request does not say so itself. */
  readonly becomes?: Readonly<Record<string, unknown>>;
  /** Its answer holds a secret that is shown once: whoever asked collects it, and it is done only then. */
  readonly collected?: true;
  /** Fields of the request that are about a person: nothing is kept of them once it is over. */
  readonly personal?: readonly string[];
  /** Whether this one is for administrators alone, where officers may ask for others of its kind. */
  readonly forAdministrators?: (body: Fields, before: Fields | undefined) => boolean;
}
type Fields = Readonly<Record<string, unknown>>;

const participant = { object: 'participant' } as const;
const account = { object: 'account' } as const;
const merchant = { object: 'merchant' } as const;
const operator = {
  object: 'operator',
  forAdministrators: (_: Fields, before: Fields | undefined) => before?.owner === 'centre',
} as const;
const endpoint = { object: 'endpoint' } as const;
const limitRule = { object: 'limitRule' } as const;
const becoming = (status: string) => ({ becomes: { status } });

export const guardedActions = {
  'participant.create': {},
  'participant.change': participant,
  'participant.wallet_link': participant,
  'participant.rate': participant,
  'participant.trust': participant,
  'participant.suspend': { ...participant, ...becoming('suspended') },
  'participant.resume': { ...participant, ...becoming('active') },
  'participant.close': { ...participant, ...becoming('closed') },
  'signing_key.create': participant,
  'account.create': {},
  'account.freeze': { ...account, ...becoming('frozen') },
  'account.close': { ...account, ...becoming('closed') },
  'account.reopen': { ...account, ...becoming('active') },
  'account.top_up': account,
  'holder.erase': account,
  'merchant.create': {},
  'merchant.change': merchant,
  'merchant.stripes': merchant,
  'merchant.suspend': { ...merchant, ...becoming('suspended') },
  'merchant.resume': { ...merchant, ...becoming('active') },
  'merchant.close': { ...merchant, ...becoming('closed') },
  'store.create': merchant,
  'store.change': { object: 'store' },
  'till.create': { object: 'store' },
  'till.change': { object: 'till' },
  'operator.create': {
    personal: ['email', 'name'],
    forAdministrators: ({ owner }: Fields) => owner === 'centre',
  },
  'operator.change': { ...operator, personal: ['name'] },
  'operator.resume': { ...operator, ...becoming('active') },
  'operator.invite': { ...operator, collected: true },
  'key.create': { collected: true },
  'endpoint.create': { collected: true },
  'endpoint.change': endpoint,
  'endpoint.rotate_secret': { ...endpoint, collected: true },
  'connection.create': {},
  'connection.change': { object: 'connection' },
  'position.create': {},
  'position.change': account,
  'routing.change': {},
  'limit_rule.create': {},
  'limit_rule.change': limitRule,
  'limit_rule.retire': { ...limitRule, ...becoming('retired') },
  'business_day.reopen': { elsewhere: 'date', ...becoming('reopened') },
  'transfer.decide': { elsewhere: 'transfer' },
  'payment.refund': { elsewhere: 'payment' },
} as const satisfies Record<string, GuardedFacts>;

export type GuardedAction = keyof typeof guardedActions;

export const guardedFacts = (action: GuardedAction): GuardedFacts => guardedActions[action];
export const isGuardedAction = (text: string): text is GuardedAction => Object.hasOwn(guardedActions, text);
