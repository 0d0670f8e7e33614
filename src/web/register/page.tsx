/** The register: every step of a sale stands on the page; its script shows the one it is at. */
import type { Child, FC, PropsWithChildren } from 'hono/jsx';
import { Button, Field, Icon, Notice, Scanner } from '../kit/index.ts';
import { localeOf } from '../language.ts';
import type { Desk } from './desk.tsx';
import { pointOf } from './keypad.ts';
import { dataOf, RegisterShell } from './shell.tsx';
import { type RegisterSay, registerTexts } from './texts/index.ts';

interface SaleProps {
  readonly desk: Desk;
  /** The id of the till's sticker, if it has one. */
  readonly sticker: string | undefined;
}

export const SalePage: FC<SaleProps> = ({ desk, sticker }) => {
  const { clerk, till } = desk;
  const { language, merchant, person } = clerk;
  const say = registerTexts(language);
  const given = {
    ...dataOf(clerk),
    'data-register': '',
    'data-person': person.id,
    'data-store': till?.store,
    'data-till': till?.id,
    'data-sticker': sticker,
  };
  return (
    <RegisterShell desk={desk} title={say('register')} islands={['kit-scan', 'register']}>
      <h1 class="unseen">{say('register')}</h1>
      {merchant.status !== 'active' && <Notice tone="wait">{say('notActive')}</Notice>}
      <noscript>
        <Notice tone="wait">{say('needsScript')}</Notice>
      </noscript>
      <div class="register" {...given}>
        <div class="offline" data-offline role="status" hidden>
          <Icon name="alert" /> {say('offline')}
        </div>
        <AmountView say={say} decimals={given['data-decimals']} point={pointOf(localeOf(language))} />
        <OpenView say={say} sticker={sticker !== undefined} />
        <PaidView desk={desk} say={say} />
        <OverView say={say} />
      </div>
    </RegisterShell>
  );
};

interface Says {
  readonly say: RegisterSay;
}

const View: FC<PropsWithChildren<{ name: string; label: string; class?: string }>> = (props) => (
  <section
    class={`view ${props.name} ${props.class ?? ''}`.trim()}
    data-view={props.name}
    aria-label={props.label}
    hidden={props.name !== 'amount'}
  >
    {props.children}
  </section>
);

const Problem: FC = () => (
  <div class="notice bad" role="alert" data-problem hidden>
    <Icon name="stop" />
    <div data-problem-text />
  </div>
);

const AmountView: FC<Says & { decimals: number; point: string }> = ({ say, decimals, point }) => (
  <View name="amount" label={say('sale')}>
    <output class="typed nothing" data-typed aria-label={say('amount')}>
      0
    </output>
    <Problem />
    <fieldset class="keypad" aria-label={say('keys')}>
      {['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((digit) => (
        <Key name={digit}>{digit}</Key>
      ))}
      {decimals > 0 ? <Key name=".">{point}</Key> : <Key name="00">00</Key>}
      <Key name="0">0</Key>
      <Key name="Backspace" label={say('erase')}>
        <Icon name="erase" />
      </Key>
    </fieldset>
    <button type="button" class="button wide charge" data-does="charge" data-charge disabled>
      <Icon name="qr" /> {say('charge')}
    </button>
  </View>
);

const Key: FC<{ name: string; label?: string; children?: Child }> = ({ name, label, children }) => (
  <button type="button" data-does="key" data-key={name} aria-label={label}>
    {children}
  </button>
);

const OpenView: FC<Says & { sticker: boolean }> = ({ say, sticker }) => (
  <View name="open" label={say('waiting')}>
    <p class="due" data-due data-focus="open" tabindex={-1} />
    <div data-panel="code">
      <Problem />
      <div class="code-place">
        <img class="qr" data-code alt={say('qrCode')} width={400} height={400} hidden />
        <div class="qr drawing" data-no-code aria-hidden="true" />
      </div>
      <p class="status wait" data-status role="status">
        <Icon name="wait" /> <span data-status-text>{say('waiting')}</span>
        <span class="left" role="timer" aria-label={say('timeLeft')} data-left />
      </p>
      <div class="notice wait" role="alert" data-lost hidden>
        <Icon name="alert" />
        <div>
          <p>{say('takeLost')}</p>
          <Does name="again" look="quiet">
            {say('takeAgain')}
          </Does>
        </div>
      </div>
      <div class="ways">
        <Does name="opens" opens="scan" icon="scan" look="quiet" needsOrder>
          {say('scanBuyer')}
        </Does>
        <Does name="opens" opens="password" icon="key" look="quiet" needsOrder>
          {say('askPassword')}
        </Does>
        <Does name="share" icon="share" look="quiet" needsOrder>
          {say('sendLink')}
        </Does>
        <Does name="cancel" icon="close" look="danger">
          {say('cancelSale')}
        </Does>
      </div>
      <p class="soft small">{say('scanThis')}</p>
      {sticker && <p class="soft small">{say('onSticker')}</p>}
      <p role="status" class="soft" data-copied hidden>
        {say('linkCopied')}
      </p>
    </div>
    <div data-panel="scan" class="panel" hidden>
      <h2>{say('scanBuyer')}</h2>
      <p class="soft">{say('scanBuyerHint')}</p>
      <Scanner action="/register" name="code" barcodes event />
      <Back say={say} />
    </div>
    <div data-panel="password" class="panel" hidden>
      <h2>{say('askPassword')}</h2>
      <form data-password>
        <Field
          label={say('phone')}
          name="phone"
          type="tel"
          inputmode="tel"
          autocomplete="off"
          placeholder="+996 555 123 456"
          required
        />
        <Field
          label={say('password')}
          name="password"
          hint={say('passwordHint')}
          inputmode="numeric"
          autocomplete="off"
          pattern="\s*(\d\s*){6}"
          maxlength={12}
          required
        />
        <Button icon="check" wide>
          {say('take')}
        </Button>
      </form>
      <Back say={say} />
    </div>
  </View>
);

interface DoesProps {
  readonly name: string;
  readonly opens?: string;
  readonly icon?: 'scan' | 'key' | 'share' | 'close' | 'back' | 'next' | 'print';
  readonly look?: 'quiet' | 'danger';
  readonly needsOrder?: boolean;
  readonly focus?: string;
  readonly children?: Child;
}

/** A button for the script; `name` is what it does. */
const Does: FC<DoesProps> = ({ name, opens, icon, look, needsOrder, focus, children }) => (
  <button
    type="button"
    class={look ? `button ${look}` : 'button'}
    data-does={name}
    data-panel-name={opens}
    data-needs-order={needsOrder ? '' : undefined}
    data-focus={focus}
  >
    {icon && <Icon name={icon} />}
    {children}
  </button>
);

const Back: FC<Says> = ({ say }) => (
  <div class="buttons">
    <Does name="back" icon="back" look="quiet">
      {say('back')}
    </Does>
  </div>
);

const PaidView: FC<Says & { desk: Desk }> = ({ say, desk }) => (
  <View name="paid" label={say('paid')}>
    <div class="paid-words" role="status">
      <svg class="paid-tick" viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true">
        <path d="M5 12.5l5 5L20 7" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round" />
      </svg>
      <h2>{say('paid')}</h2>
      <p class="paid-amount" data-paid-amount />
      <p data-paid-tip hidden />
      <p data-paid-at />
    </div>
    <div class="paid-deeds">
      <Does name="next" icon="next" focus="paid">
        {say('next')}
      </Does>
      <Does name="print" icon="print" look="quiet">
        {say('print')}
      </Does>
      <details data-receipt hidden>
        <summary class="button quiet">
          <Icon name="receipt" /> {say('receipt')}
        </summary>
        <img class="qr" data-receipt-code alt={say('receiptHint')} width={240} height={240} />
        <p>{say('receiptHint')}</p>
      </details>
    </div>
    <Slip say={say} desk={desk} />
  </View>
);

/** What the printer gets: as wide as its paper. */
const Slip: FC<Says & { desk: Desk }> = ({ say, desk: { clerk, till, paper } }) => (
  <div class={`slip paper-${paper}`} aria-hidden="true">
    <strong>{clerk.merchant.name}</strong>
    <span>{clerk.merchant.city}</span>
    {till && (
      <span>
        {till.storeName} · {till.name}
      </span>
    )}
    <span>{clerk.person.name}</span>
    <hr />
    <strong class="slip-amount" data-paid-amount />
    <span data-paid-tip hidden />
    <span data-paid-date />
    <span class="slip-id" data-paid-id />
    <img data-receipt data-receipt-code alt="" hidden />
    <hr />
    <span>{say('paid')}</span>
  </div>
);

const OverView: FC<Says> = ({ say }) => (
  <View name="over" label={say('notPaid')}>
    <p class="due" data-due />
    <p class="status over" role="status">
      <Icon name="over" /> <span data-over-text />
    </p>
    <p class="soft">{say('notPaid')}</p>
    <Does name="next" icon="next" focus="over">
      {say('next')}
    </Does>
  </View>
);
