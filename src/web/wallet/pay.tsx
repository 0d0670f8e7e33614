/** Scanning, and what is shown before anything is paid: whom, how much, for what, and what is odd about it. */
import type { FC } from 'hono/jsx';
import type { Scan } from '../../client/index.ts';
import { currencyOf } from '../../emv/index.ts';
import { formatMinor } from '../../kernel/index.ts';
import { Button, Facts, Field, LinkButton, Money, Notice, Scanner, Time } from '../kit/index.ts';
import { moneyText } from '../language.ts';
import { useVisit } from '../visit.ts';
import { useWords, WalletShell } from './shell.tsx';

export const ScanPage: FC<{ payload?: string | undefined; problem?: string | undefined }> = ({
  payload,
  problem,
}) => {
  const say = useWords();
  return (
    <WalletShell title={say('scanTitle')} more={['kit-scan']}>
      <h1>{say('scanTitle')}</h1>
      <p class="soft">{say('scanLead')}</p>
      <Scanner action="/wallet/pay" name="payload" value={payload} error={problem} />
    </WalletShell>
  );
};

/** What a code may ask of its payer, as the codec names it. */
export const questions = [
  'loyaltyNumber',
  'mobileNumber',
  'billNumber',
  'storeLabel',
  'referenceLabel',
  'customerLabel',
  'terminalLabel',
  'purposeOfTransaction',
  'consumerAddress',
  'consumerMobileNumber',
  'consumerEmail',
] as const;
export type Question = (typeof questions)[number];

const questionsOf = ({ ask_payer }: Scan): Question[] =>
  questions.filter((question) => ask_payer.includes(question));

const keyboards = {
  mobileNumber: 'tel',
  consumerMobileNumber: 'tel',
  consumerEmail: 'email',
} as const satisfies Partial<Record<Question, string>>;

interface PayPageProps {
  readonly payload: string;
  readonly scan: Scan;
  /** Makes a payment that is sent twice one. */
  readonly intent: string;
  /** What was typed, and what is wrong with it. */
  readonly typed?: Readonly<Record<string, string>>;
  readonly errors?: Readonly<Record<string, string>>;
  readonly problem?: string | undefined;
}

export const PayPage: FC<PayPageProps> = ({ payload, scan, intent, typed = {}, errors = {}, problem }) => {
  const say = useWords();
  const { merchant, payable, refusal, warnings, signature } = scan;
  return (
    <WalletShell title={say('payTitle')}>
      <div class="card paying">
        <h1>{merchant.name ?? say('merchant')}</h1>
        <p class="soft">{merchant.city}</p>
        {scan.amount && !scan.amount_editable && (
          <p class="amount">
            <Money {...scan.amount} />
          </p>
        )}
        {!payable && (
          <Notice tone="bad" alert>
            <strong>{say('notPayable')}</strong>
            <p>{refusal?.detail}</p>
          </Notice>
        )}
        {problem !== undefined && (
          <Notice tone="bad" alert>
            {problem}
          </Notice>
        )}
        {payable && (
          <form method="post" action="/wallet/pay">
            <input type="hidden" name="payload" value={payload} />
            <input type="hidden" name="scan" value={scan.scan} />
            <input type="hidden" name="intent" value={intent} />
            <Sums scan={scan} typed={typed} errors={errors} />
            {questionsOf(scan).map((question) => (
              <Field
                label={say(question)}
                name={question}
                required
                maxlength={99}
                value={typed[question]}
                error={errors[question]}
                {...(question in keyboards && {
                  inputmode: keyboards[question as keyof typeof keyboards],
                })}
              />
            ))}
            <div class="stack">
              <Button wide icon="check">
                <PayWords scan={scan} />
              </Button>
              <LinkButton href="/wallet" look="quiet" wide>
                {say('notNow')}
              </LinkButton>
            </div>
          </form>
        )}
        {!payable && (
          <div class="stack">
            <LinkButton href="/wallet/scan" icon="scan" wide>
              {say('scanTitle')}
            </LinkButton>
          </div>
        )}
        {warnings.length > 0 && signature !== 'valid' && (
          <Notice tone="wait">
            {say('unusual')}
            <details>
              <summary>{say('details')}</summary>
              <p>
                <code>{warnings.join(', ')}</code>
              </p>
            </details>
          </Notice>
        )}
        <Facts
          rows={[
            [say('purpose'), scan.order?.description],
            [say('reference'), scan.order?.reference],
            [say('goodUntil'), scan.order && <Time at={scan.order.expires_at} exact />],
            [say('scheme'), scan.scheme],
          ]}
        />
        {signature === 'valid' && <Notice tone="plain">{say('genuine')}</Notice>}
      </div>
    </WalletShell>
  );
};

/** On the button: the whole sum, where it cannot change any more. */
const PayWords: FC<{ scan: Scan }> = ({ scan }) => {
  const say = useWords();
  const { language } = useVisit();
  const { debit, amount_editable: editable, tip } = scan;
  if (!debit || editable || tip?.kind === 'prompt') return <>{say('pay')}</>;
  return <>{say('payAmount', { amount: moneyText(BigInt(debit.amount), debit.currency, language) })}</>;
};

const Sums: FC<Required<Pick<PayPageProps, 'scan' | 'typed' | 'errors'>>> = ({ scan, typed, errors }) => {
  const say = useWords();
  const { amount, amount_editable: editable, tip, currency, debit } = scan;
  const code = currency ?? '';
  const preset = amount && formatMinor(BigInt(amount.amount), currencyOf(code)?.decimals ?? 0);
  return (
    <>
      {editable && (
        <Field
          label={`${say('amount')}, ${code}`}
          name="amount"
          inputmode="decimal"
          autocomplete="off"
          required
          value={typed.amount ?? preset ?? undefined}
          error={errors.amount}
        />
      )}
      {tip?.kind === 'prompt' && (
        <Field
          label={`${say('tip')}, ${code}`}
          name="tip"
          inputmode="decimal"
          autocomplete="off"
          value={typed.tip}
          error={errors.tip}
        />
      )}
      <Facts
        rows={[
          [say('tipSet'), tip?.kind !== 'prompt' && tip?.amount ? <Money {...tip.amount} /> : null],
          [
            say('tip'),
            tip?.kind === 'percentage' && !tip.amount
              ? say('percentAdded', { percent: tip.percentage ?? '' })
              : null,
          ],
          [say('debit'), tip && tip.kind !== 'prompt' && debit ? <Money {...debit} /> : null],
        ]}
      />
    </>
  );
};
