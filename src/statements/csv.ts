/** A statement as CSV: the first row opens, the last one closes; amounts are minor units, as in every CSV. */
import type { Statement } from '../accounts/index.ts';
import { csvText, isoTime } from '../http/index.ts';
import type { BookedLine } from './booked.ts';
import { entryJson, type Holder, type Period } from './model.ts';
import type { Teller } from './told.ts';

const columns = [
  ...['time', 'kind', 'id', 'counterparty', 'counterparty_name', 'account', 'order', 'order_reference'],
  ...['reference', 'debit', 'credit', 'balance', 'currency'],
];

export async function* csvOf(
  { account: { currency } }: Holder,
  period: Period,
  { opening, closing }: Pick<Statement, 'opening' | 'closing'>,
  lines: AsyncIterable<BookedLine>,
  tell: Teller,
): AsyncGenerator<string> {
  const text = (row: object, header = false) => csvText([{ ...row, currency }], header, columns);
  const balance = ({ available, held }: Statement['opening']) => available + held;
  yield text({ time: isoTime(period.fromMs), kind: 'opening', balance: balance(opening) }, true);
  let [debits, credits] = [0n, 0n];
  for await (const line of lines) {
    const { amount, side, counterparty, ...rest } = entryJson(line, await tell(line.transfer));
    if (line.changeMinor > 0n) credits += line.changeMinor;
    else debits -= line.changeMinor;
    yield text({
      ...rest,
      counterparty: counterparty?.id,
      counterparty_name: counterparty?.name,
      [side]: amount.amount,
      balance: line.balanceMinor,
    });
  }
  const sums = { debit: debits, credit: credits };
  yield text({ time: isoTime(period.beforeMs), kind: 'closing', ...sums, balance: balance(closing) });
}
