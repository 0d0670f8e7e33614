/** The payer's page: whom do I pay, how much, and is it done. */
import type { FC, PropsWithChildren } from 'hono/jsx';
import type { WalletLink } from '../../directory/index.ts';
import { type Language, refusalText } from '../../kernel/index.ts';
import type { ClaimState } from '../../ledger/index.ts';
import type { OrderItem } from '../../orders/index.ts';
import { Icon, type IconName } from '../kit/icons.tsx';
import { moneyText, timeText } from '../language.ts';
import { Document, Languages } from '../layout.tsx';
import { type PayTexts, payTexts } from './texts.ts';
import { watch } from './watch.ts';

/** An order as its payer may see it. */
export interface PayableOrder {
  readonly id: string;
  readonly state: ClaimState;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly description: string | null;
  readonly reference: string | null;
  readonly items: readonly OrderItem[];
  readonly expiresAtMs: number;
  readonly endedAtMs: number | null;
  readonly payload: string;
  readonly asksForTip: boolean;
  /** What paid it. */
  readonly paid: { readonly id: string; readonly amountMinor: bigint; readonly tipMinor: bigint } | null;
  readonly merchant: {
    readonly id: string;
    readonly name: string;
    readonly city: string;
    readonly country: string;
    readonly active: boolean;
  };
}

// Where scripts are off, the browser itself looks again.
const refreshS = 5;
// Longer amounts are set smaller: they never wrap.
const amountLengthMax = 14;

const looks: Record<ClaimState, { tone: string; icon: IconName }> = {
  open: { tone: 'wait', icon: 'wait' },
  paid: { tone: 'good', icon: 'done' },
  cancelled: { tone: 'over', icon: 'stop' },
  expired: { tone: 'over', icon: 'over' },
};

interface MessageProps {
  readonly language: Language;
  /** The merchant the link names, if it has the form of one. */
  readonly merchant: string | undefined;
}

interface OrderPageProps {
  readonly order: PayableOrder;
  readonly language: Language;
  readonly nowMs: number;
  /** Whether there is a wallet simulator here to pay it with. */
  readonly simulator?: boolean;
  /** Wallet apps to choose from. */
  readonly wallets?: readonly WalletLink[];
  /** Of a paid one: where its signed receipt is. */
  readonly receipt?: string | undefined;
}

export const OrderPage: FC<OrderPageProps> = ({
  order,
  language,
  nowMs,
  simulator = false,
  wallets = [],
  receipt,
}) => {
  const texts = payTexts[language];
  const { merchant, state } = order;
  const amount = moneyText(order.amountMinor, order.currency, language);
  const payable = state === 'open' && merchant.active;
  return (
    <Frame
      title={`${texts[state]}: ${amount}, ${merchant.name}`}
      language={language}
      merchant={merchant.id}
      watched={payable}
    >
      <h1>{merchant.name}</h1>
      <p class="soft small">{merchant.city}</p>
      {state === 'paid' && <Icon name="done" class="tick" />}
      <p class={amountClass(amount, state)}>{amount}</p>
      <p class={`status ${looks[state].tone}`}>
        <Icon name={looks[state].icon} />
        <span role="status">{texts[state]}</span>
        {payable && <span role="timer" aria-label={texts.timeLeft} data-left hidden />}
      </p>
      {payable && <Code order={order} texts={texts} nowMs={nowMs} />}
      <p>
        {state === 'open' && !merchant.active
          ? refusalText('merchant.inactive', language)
          : nextOf(texts, state)}
      </p>
      {receipt !== undefined && (
        <div class="actions">
          <a class="button" href={receipt}>
            <Icon name="receipt" />
            {texts.receipt}
          </a>
        </div>
      )}
      {payable && order.asksForTip && <p class="soft">{texts.asksForTip}</p>}
      {payable && simulator && <SimulatorLink order={order} texts={texts} />}
      {payable && <Actions order={order} texts={texts} wallets={wallets} />}
      <Facts order={order} language={language} />
    </Frame>
  );
};

export const MissingPage: FC<MessageProps> = ({ language, merchant }) => (
  <Message language={language} merchant={merchant} title={payTexts[language].notFound}>
    {payTexts[language].notFoundNext}
  </Message>
);

export const TroublePage: FC<MessageProps> = ({ language, merchant }) => (
  <Message language={language} merchant={merchant} title={payTexts[language].trouble}>
    {refusalText('switch.error', language)}
  </Message>
);

const imagePath = ({ id, merchant }: PayableOrder, format: 'svg' | 'png'): string =>
  `/v1/merchants/${merchant.id}/orders/${id}/qr.${format}`;

const nextOf = (texts: PayTexts, state: ClaimState): string => texts[`${state}Next`];

const amountClass = (amount: string, state: ClaimState): string =>
  ['amount', amount.length > amountLengthMax && 'long', state === 'paid' && 'good'].filter(Boolean).join(' ');

interface FrameProps extends MessageProps {
  readonly title: string;
  readonly watched?: boolean;
}

const Frame: FC<PropsWithChildren<FrameProps>> = ({ title, language, merchant, watched, children }) => (
  <Document
    title={title}
    language={language}
    head={
      <>
        <meta name="robots" content="noindex" />
        {watched && <script src={watch.path} defer />}
        {watched && (
          <noscript>
            <meta http-equiv="refresh" content={String(refreshS)} />
          </noscript>
        )}
      </>
    }
  >
    <main class="pay">
      <div class="card">{children}</div>
    </main>
    <footer class="foot">
      <Languages
        current={language}
        label={payTexts[language].language}
        address={(to) => `?${merchant === undefined ? '' : `merchant=${merchant}&`}lang=${to}`}
      />
    </footer>
  </Document>
);

const Message: FC<PropsWithChildren<FrameProps>> = ({ title, language, merchant, children }) => (
  <Frame title={title} language={language} merchant={merchant}>
    <h1>{title}</h1>
    <p>{children}</p>
  </Frame>
);

const Code: FC<{ order: PayableOrder; texts: PayTexts; nowMs: number }> = ({ order, texts, nowMs }) => (
  <>
    <div
      data-status={`/pay/${order.id}/status?merchant=${order.merchant.id}`}
      data-expires={order.expiresAtMs}
      data-now={nowMs}
    >
      <img class="qr" src={imagePath(order, 'svg')} alt={texts.qrCode} width={320} height={320} />
    </div>
    <p class="notice" role="alert" data-offline hidden>
      {texts.offline}
    </p>
  </>
);

/** For a payer whose wallet is on the very phone that shows the page: it cannot scan itself. */
const Actions: FC<{ order: PayableOrder; texts: PayTexts; wallets: readonly WalletLink[] }> = ({
  order,
  texts,
  wallets,
}) => (
  <div class="actions">
    {wallets.length > 0 && <h2>{texts.chooseWallet}</h2>}
    {wallets.map(({ name, link }) => (
      <a class="button" href={link.replace('{payload}', () => encodeURIComponent(order.payload))}>
        {name}
      </a>
    ))}
    {order.payload.startsWith('https://') && (
      <a class={wallets.length > 0 ? 'button quiet' : 'button'} href={order.payload}>
        {wallets.length > 0 ? texts.otherWallet : texts.openWallet}
      </a>
    )}
    <a class="button quiet" href={imagePath(order, 'png')} download={`${order.id}.png`}>
      {texts.saveImage}
    </a>
  </div>
);

const SimulatorLink: FC<{ order: PayableOrder; texts: PayTexts }> = ({ order, texts }) => (
  <a class="button quiet simulator" href={`/wallet/pay?payload=${encodeURIComponent(order.payload)}`}>
    <Icon name="wallet" />
    {texts.simulator}
  </a>
);

const Facts: FC<{ order: PayableOrder; language: Language }> = ({ order, language }) => {
  const texts = payTexts[language];
  const { state, expiresAtMs, endedAtMs, merchant } = order;
  const endNames = {
    open: texts.payBefore,
    paid: texts.paidAt,
    cancelled: texts.cancelledAt,
    expired: texts.expiredAt,
  };
  const atMs = endedAtMs ?? expiresAtMs;
  return (
    <dl class="facts">
      <div>
        <dt>{endNames[state]}</dt>
        <dd>
          <time datetime={new Date(atMs).toISOString()}>{timeText(atMs, merchant.country, language)}</time>
        </dd>
      </div>
      {order.items.map(({ name, quantity, unit_price: price }) => (
        <Fact
          name={`${quantity} × ${name}`}
          value={moneyText(BigInt(quantity) * BigInt(price), order.currency, language)}
        />
      ))}
      {order.paid && order.paid.tipMinor > 0n && (
        <>
          <Fact name={texts.tip} value={moneyText(order.paid.tipMinor, order.currency, language)} />
          <Fact name={texts.paidInAll} value={moneyText(order.paid.amountMinor, order.currency, language)} />
        </>
      )}
      <Fact name={texts.purpose} value={order.description} />
      <Fact name={texts.reference} value={order.reference} />
      <Fact name={texts.order} value={order.id} />
      <Fact name={texts.payment} value={order.paid?.id ?? null} />
    </dl>
  );
};

const Fact: FC<{ name: string; value: string | null }> = ({ name, value }) =>
  value === null ? null : (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
