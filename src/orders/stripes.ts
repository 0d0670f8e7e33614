/**
 * Which stripe of a merchant keeps an order. A repeat with the same key must find the first answer, also when
 * the merchant's account has grown in between, and whatever an isolate still remembers of it.
 *
 * A key chooses one stripe for each size the account ever had. The older choices are asked first: a stripe
 * that knows of a larger size answers with what it opened before and opens nothing new, one that does not
 * know yet is still the only one to open. So for each key one stripe at a time decides, and what it opened
 * stays found.
 */
import type { AccountRow, Directory, MerchantRow } from '../directory/index.ts';
import { type Result, refuse, sha256 } from '../kernel/index.ts';
import type { ClaimOpened } from '../ledger/index.ts';

export interface StripeChoice {
  readonly number: number;
  /** Of how many. */
  readonly among: number;
}

type Open = (account: AccountRow, stripe: StripeChoice) => Promise<Result<ClaimOpened>>;

/** Opens an order on the stripe its key chooses, or finds it where it was opened; without a key, on any. */
export async function openOnce(
  directory: Directory,
  merchant: MerchantRow,
  key: string | undefined,
  open: Open,
): Promise<Result<ClaimOpened>> {
  let account = await directory.cachedAccount(merchant.account);
  if (!account) return refuse('account.not_found');
  if (key === undefined) return open(account, choiceAmong(account, numberIn(randomBytes())));
  const number = numberIn(await sha256(key));
  for (;;) {
    const opened = await openAmong(account, number, open);
    if (opened.ok || opened.refusal.code !== 'account.growing') return opened;
    const grown = await directory.freshAccount(merchant.account);
    if (!grown || grown.books.length <= account.books.length) return opened;
    account = grown;
  }
}

async function openAmong(account: AccountRow, number: number, open: Open): Promise<Result<ClaimOpened>> {
  const newest = choiceAmong(account, number);
  for (const choice of formerChoices(account, number, newest)) {
    const opened = await open(account, choice);
    if (opened.ok || opened.refusal.code !== 'account.growing') return opened;
  }
  return open(account, newest);
}

/** Where it was chosen before, oldest first, without those that the next choice repeats. */
function formerChoices({ grownFrom }: AccountRow, number: number, newest: StripeChoice): StripeChoice[] {
  const choices = grownFrom.map((among) => ({ number: number % among, among }));
  return choices.filter((choice, index) => choice.number !== (choices[index + 1] ?? newest).number);
}

const choiceAmong = ({ books }: AccountRow, number: number): StripeChoice => ({
  number: number % books.length,
  among: books.length,
});

const randomBytes = () => crypto.getRandomValues(new Uint8Array(3));
const numberIn = ([a = 0, b = 0, c = 0]: Uint8Array): number => a * 65_536 + b * 256 + c;
