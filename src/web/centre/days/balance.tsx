/** The sum over all accounts, read from the accounts themselves: zero in every currency. */
import type { FC } from 'hono/jsx';
import { Head } from '../../desk/parts.tsx';
import { Money, Notice, Table, Time } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import type { TrialBalance } from './shapes.ts';
import { dayTexts } from './texts.ts';

const sides = [
  ['payer', 'payers'],
  ['merchant', 'merchants'],
  ['funding', 'funding'],
  ['position', 'positions'],
  ['held', 'held'],
  ['sum', 'sum'],
] as const;

export const BalancePage: FC<{ balance: TrialBalance }> = ({ balance }) => {
  const say = dayTexts(useVisit().language);
  return (
    <>
      <Head title={say('balance')} back={['/centre/days', say('days')]} />
      <Notice tone={balance.balanced ? 'good' : 'bad'}>
        {say(balance.balanced ? 'balanced' : 'unbalanced')}
      </Notice>
      <p class="soft small">
        {say('readAt')} <Time at={balance.read_at} exact /> · {say('accounts')}: {balance.accounts}
      </p>
      <section class="sheet" aria-label={say('balance')} tabindex={0}>
        <Table<TrialBalance['currencies'][number]>
          caption={say('balance')}
          dense
          rows={balance.currencies}
          empty={say('balanced')}
          columns={[
            { title: say('currency'), cell: ({ currency }) => currency },
            ...sides.map(([side, text]) => ({
              title: say(text),
              number: true,
              cell: (row: TrialBalance['currencies'][number]) => <Money {...row[side]} />,
            })),
            { title: say('underWayCount'), number: true, cell: ({ open_transfers: count }) => count },
          ]}
        />
      </section>
    </>
  );
};
