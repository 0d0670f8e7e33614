/**
 * Checks receipts in the browser. The centre's public keys are fetched when there is a connection and kept, so that
 * checking needs none; so are the receipts this device was shown, since a photograph of one is as genuine as it is.
 */
import { checkReceipt } from '../../client/index.ts';
import { type Messages, speaker } from '../speak.ts';
import { minorText } from './keypad.ts';
import type { ScriptTexts } from './script-texts.ts';
import { afterShowing, keptIn, shownAtMs } from './shown.ts';
import { verdictOf } from './verdict.ts';

const root = document.querySelector<HTMLElement>('[data-check]') as HTMLElement;
const {
  merchant = '',
  currency = '',
  locale = 'en',
  pattern = '{}',
  zone = 'UTC',
  lang = 'en',
} = root.dataset;
const say = speaker<ScriptTexts>(lang, JSON.parse(root.dataset.texts ?? '{}') as Messages);
const part = (name: string) => root.querySelector<HTMLElement>(`[data-${name}]`) as HTMLElement;
const form = root.querySelector('form') as HTMLFormElement;
const field = root.querySelector('textarea') as HTMLTextAreaElement;

const storeKey = 'tolom.keys';
// Stays when somebody signs out: the next cashier may be shown the same one.
const shownKey = 'tolom.receipts';
const keptKeys = (): JsonWebKey[] => JSON.parse(localStorage.getItem(storeKey) ?? '[]') as JsonWebKey[];

/** Whether the device has every key there is now. */
async function freshKeys(): Promise<boolean> {
  try {
    const response = await fetch('/.well-known/jwks.json', { cache: 'no-cache' });
    const { keys } = (await response.json()) as { keys: JsonWebKey[] };
    localStorage.setItem(storeKey, JSON.stringify(keys));
    return true;
  } catch {
    return false;
  }
}
const fetched = freshKeys();

async function check(text: string): Promise<void> {
  if (keptKeys().length === 0) await fetched;
  const checkedNow = () => checkReceipt(text, { keys: keptKeys(), merchant });
  let checked = await checkedNow();
  // Keys change; a device that was not connected for long knows only the former one.
  const allKeys = !checked.ok && checked.problem === 'key_unknown' && (await freshKeys());
  if (allKeys) checked = await checkedNow();
  const { receipt } = checked;
  const shown = keptIn(localStorage.getItem(shownKey));
  const beforeMs = receipt && shownAtMs(shown, receipt.payment);
  const { tone, word, why } = verdictOf(checked, allKeys, beforeMs !== undefined);
  if (receipt && word === 'genuine') {
    localStorage.setItem(shownKey, JSON.stringify(afterShowing(shown, receipt.payment, Date.now())));
  }
  const time = receipt ? timeText(Date.parse(receipt.completed_at)) : '';
  const verdict = part('verdict');
  verdict.className = `verdict ${tone}`;
  part('word').textContent = say(word);
  part('amount').textContent = receipt ? moneyText(receipt.amount) : '';
  part('time').textContent = receipt ? say('paidAt', { time }) : '';
  part('reference').textContent = receipt?.reference ? say('saleEndsIn', { end: receipt.reference }) : '';
  const about = why === 'shownBefore' && beforeMs !== undefined ? timeText(beforeMs) : time;
  part('why').textContent =
    why === undefined
      ? ''
      : why === 'otherTime' || why === 'shownBefore'
        ? say(why, { time: about })
        : say(why);
  verdict.hidden = false;
  verdict.scrollIntoView({ block: 'nearest' });
  field.value = '';
  navigator.vibrate?.(tone === 'good' ? 80 : [60, 60, 60]);
}

const moneyText = (amount: { amount: number; currency: string }): string => {
  const decimals = Number(root.dataset.decimals);
  const shown = amount.currency === currency ? pattern : `${amount.currency} {}`;
  return minorText(amount.amount, decimals, locale, shown);
};

const timeText = (atMs: number): string =>
  new Intl.DateTimeFormat(locale, {
    dateStyle: 'short',
    timeStyle: 'medium',
    timeZone: zone,
    hourCycle: 'h23',
  }).format(atMs);

form.addEventListener('submit', (event) => {
  event.preventDefault();
  event.stopPropagation();
  check(field.value);
});
root.addEventListener('scanned', (event) => check((event as CustomEvent<string>).detail));
root.dataset.ready = '';
