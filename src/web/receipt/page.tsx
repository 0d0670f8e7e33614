/** The receipt as its reader sees it: genuine or not, then how much, to whom, when. */
import type { Child, FC, PropsWithChildren } from 'hono/jsx';
import type { Receipt } from '../../client/index.ts';
import { type Language, refusalText } from '../../kernel/index.ts';
import { Icon } from '../kit/icons.tsx';
import { moneyText, timeText } from '../language.ts';
import { Document, Languages } from '../layout.tsx';
import { receiptTexts } from './texts.ts';

export interface ShownReceipt {
  readonly receipt: Receipt;
  /** The text with its signature. */
  readonly token: string;
  readonly merchant: { readonly name: string; readonly city: string; readonly country: string } | undefined;
  /** What was given back since, for whoever may see the payment. */
  readonly refundedMinor: number;
}

interface Props {
  readonly language: Language;
}

// Longer amounts are set smaller: they never wrap.
const amountLengthMax = 14;

export const ReceiptPage: FC<Props & { shown: ShownReceipt }> = ({ language, shown }) => {
  const say = receiptTexts(language);
  const { receipt, merchant, token, refundedMinor } = shown;
  const { amount: minor, currency } = receipt.amount;
  const amount = moneyText(BigInt(minor), currency, language);
  const time = timeText(Date.parse(receipt.completed_at), merchant?.country ?? '', language);
  return (
    <Frame title={`${say('title')}: ${amount}`} language={language}>
      <h1>{merchant?.name ?? say('elsewhere')}</h1>
      {merchant && <p class="soft small">{merchant.city}</p>}
      <p class={amount.length > amountLengthMax ? 'amount long good' : 'amount good'}>{amount}</p>
      <p class="status good">
        <Icon name="done" />
        <span>{say('paid')}</span>
      </p>
      <p>{say('signed')}</p>
      <img class="qr" src={`/receipt/${token}/qr.svg`} alt={say('qrCode')} width={240} height={240} />
      <p class="soft small">{say('check')}</p>
      <dl class="facts">
        <Fact name={say('time')}>
          <time datetime={receipt.completed_at}>{time}</time>
        </Fact>
        <Fact name={say('payment')}>{receipt.payment}</Fact>
        {receipt.reference !== '' && <Fact name={say('reference')}>{receipt.reference}</Fact>}
        {refundedMinor > 0 && (
          <Fact name={say('refunded')}>{moneyText(BigInt(refundedMinor), currency, language)}</Fact>
        )}
      </dl>
    </Frame>
  );
};

export const WrongPage: FC<Props> = ({ language }) => {
  const say = receiptTexts(language);
  return (
    <Frame title={say('wrong')} language={language}>
      <h1>{say('wrong')}</h1>
      <p class="status bad">
        <Icon name="stop" />
        <span>{say('wrongNext')}</span>
      </p>
    </Frame>
  );
};

export const TroublePage: FC<Props> = ({ language }) => (
  <Frame title={receiptTexts(language)('trouble')} language={language}>
    <h1>{receiptTexts(language)('trouble')}</h1>
    <p>{refusalText('switch.error', language)}</p>
  </Frame>
);

const Frame: FC<PropsWithChildren<Props & { title: string }>> = ({ title, language, children }) => (
  <Document title={title} language={language} head={<meta name="robots" content="noindex" />}>
    <main class="pay receipt">
      <div class="card">{children}</div>
    </main>
    <footer class="foot">
      <Languages
        current={language}
        label={receiptTexts(language)('language')}
        address={(to) => `?lang=${to}`}
      />
    </footer>
  </Document>
);

const Fact: FC<{ name: string; children: Child }> = ({ name, children }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
