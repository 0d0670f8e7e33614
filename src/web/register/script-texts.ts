/** The few texts that the register's script says itself; all others are on the page already. */
import type { Messages } from '../speak.ts';
import type { en } from './texts/en.ts';

const names = [
  'makingCode',
  'waiting',
  'taking',
  'cancelling',
  'confirming',
  'notConfirmed',
  'paidAt',
  'withTip',
  'expired',
  'cancelled',
  'genuine',
  'forged',
  'unchecked',
  'unreadable',
  'altered',
  'keyUnknown',
  'otherShop',
  'otherTime',
  'shownBefore',
  'saleEndsIn',
] as const satisfies (keyof typeof en)[];

export type ScriptTexts = Pick<typeof en, (typeof names)[number]>;

export const scriptTexts = (messages: Messages): Messages =>
  Object.fromEntries(names.map((name) => [name, messages[name] ?? '']));
