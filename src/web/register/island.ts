/**
 * The register in the browser. It shows the sale, keeps it on the device, turns keys and taps into events, and has
 * what must be done done; `../sale.ts` decides.
 */
import encodeQr from 'qr';
import { type Messages, speaker } from '../speak.ts';
import { ask } from './browser/ask.ts';
import { noticed, onLine, wake } from './browser/line.ts';
import './browser/install.ts';
import { allowSound, keepAwake, signalPaid } from './browser/signal.ts';
import { worker } from './browser/works.ts';
import { minorOf, minorText, typed, typedText } from './keypad.ts';
import {
  after,
  kept,
  noSale,
  remembered,
  type Sale,
  type SaleEvent,
  type SaleOrder,
  type Taking,
} from './sale.ts';
import type { ScriptTexts } from './script-texts.ts';

const root = document.querySelector<HTMLElement>('[data-register]') as HTMLElement;
const {
  merchant = '',
  person = '',
  currency = '',
  locale = 'en',
  pattern = '{}',
  zone = 'UTC',
} = root.dataset;
const { store, till, sticker, lang = 'en' } = root.dataset;
const decimals = Number(root.dataset.decimals);
const say = speaker<ScriptTexts>(lang, JSON.parse(root.dataset.texts ?? '{}') as Messages);

const part = <E extends HTMLElement>(name: string) => root.querySelector<E>(`[data-${name}]`) as E;
const parts = (name: string) => root.querySelectorAll<HTMLElement>(`[data-${name}]`);
const show = (name: string, shown: boolean) => {
  for (const element of parts(name)) element.hidden = !shown;
};
const write = (name: string, text: string) => {
  for (const element of parts(name)) if (element.textContent !== text) element.textContent = text;
};

type Panel = 'code' | 'scan' | 'password';
let panel: Panel = 'code';
const storeKey = `tolom.register.${merchant}`;
let sale: Sale = remembered(localStorage.getItem(storeKey), person);

const money = (minor: number): string => minorText(minor, decimals, locale, pattern);
const minorTyped = (): number => (sale.at === 'amount' ? minorOf(sale.typed, decimals) : 0);

const start = worker({
  counter: { merchant, currency, store, till, sticker },
  sale: () => sale,
  tell: (event) => tell(event),
});

function tell(event: SaleEvent): void {
  const before = sale;
  sale = after(before, event);
  if (sale === before) return;
  localStorage.setItem(storeKey, kept(sale, person));
  if (sale.at !== before.at) moved(before);
  render();
  start();
}

/** From one step to the next: what happens once. */
function moved(before: Sale): void {
  panel = 'code';
  stopCamera();
  wake();
  if (sale.at === 'paid' && before.at !== 'amount') signalPaid();
  if (sale.at === 'paid') fetchReceipt(sale.order);
}

/* What is shown */

const views = ['amount', 'open', 'paid', 'over'] as const;
const viewOf = ({ at }: Sale) => (at === 'making' ? 'open' : at);

function render(): void {
  const view = viewOf(sale);
  const changed = root.dataset.now !== view;
  root.dataset.now = view;
  for (const name of views) show(`view=${name}`, name === view);
  const refused = 'problem' in sale ? sale.problem : undefined;
  const problem = refused && (refused.detail || say('notConfirmed'));
  show('problem', problem !== undefined);
  write('problem-text', problem ?? '');
  renderers[view]();
  keepAwake(view === 'open').catch(() => undefined);
  if (!changed) return;
  // The button that led here is gone from sight, and must not take the next Enter.
  if (view === 'amount') (document.activeElement as HTMLElement | null)?.blur();
  else part(`focus=${view}`).focus({ preventScroll: true });
}

const renderers: Record<(typeof views)[number], () => void> = {
  amount() {
    const text = sale.at === 'amount' ? sale.typed : '';
    write('typed', pattern.replace('{}', typedText(text, locale)));
    part('typed').classList.toggle('nothing', text === '');
    part('typed').classList.toggle('long', text.length > 7);
    part<HTMLButtonElement>('charge').disabled = minorTyped() === 0;
  },
  open() {
    const order = sale.at === 'open' ? sale.order : undefined;
    const taking = sale.at === 'open' ? sale.taking?.state : undefined;
    const ending = sale.at === 'open' && sale.ending;
    if (sale.at === 'making') write('due', money(sale.amountMinor));
    if (order) write('due', money(order.amount.amount));
    drawCode(order);
    write('status-text', order ? say(statusOf(ending, taking)) : say('makingCode'));
    show('status', taking !== 'lost');
    show('lost', taking === 'lost');
    for (const name of ['code', 'scan', 'password'] as const) show(`panel=${name}`, name === panel);
    for (const button of root.querySelectorAll<HTMLButtonElement>('[data-needs-order]')) {
      button.disabled = order === undefined || ending || taking !== undefined;
    }
    count();
  },
  paid() {
    if (sale.at !== 'paid') return;
    const { payment, paid_at: paidAt, amount } = sale.order;
    const tip = payment?.tip?.amount;
    write('paid-amount', money(payment?.amount.amount ?? amount.amount));
    write('paid-at', paidAt === null ? '' : say('paidAt', { time: timeText(paidAt) }));
    write('paid-date', paidAt === null ? '' : `${dateText(paidAt)} ${timeText(paidAt)}`);
    show('paid-tip', tip !== undefined);
    write('paid-tip', tip === undefined ? '' : say('withTip', { tip: money(tip) }));
    write('paid-id', payment?.id ?? '');
  },
  over() {
    if (sale.at !== 'over') return;
    write('over-text', say(sale.order.status === 'expired' ? 'expired' : 'cancelled'));
    write('due', money(sale.order.amount.amount));
  },
};

const statusOf = (ending: boolean, taking: Taking['state'] | undefined) => {
  if (ending) return 'cancelling';
  if (taking === 'confirming') return 'confirming';
  return taking === undefined ? 'waiting' : 'taking';
};

let drawn = '';

/** The code is drawn here, so that it is there at once and stays without a connection. */
function drawCode(order: SaleOrder | undefined): void {
  const payload = order?.qr.payload ?? '';
  show('code', payload !== '');
  show('no-code', payload === '');
  if (payload === drawn) return;
  drawn = payload;
  // Never the last sale's code while this one's is being drawn.
  if (payload === '') part('code').removeAttribute('src');
  else part<HTMLImageElement>('code').src = picture(payload);
}

const picture = (payload: string): string =>
  `data:image/svg+xml,${encodeURIComponent(encodeQr(payload, 'svg', { ecc: 'medium', border: 4, optimize: true }))}`;

/** The signed receipt, as a code on the screen and on paper; without a connection there is none. */
async function fetchReceipt({ payment }: SaleOrder): Promise<void> {
  show('receipt', false);
  if (!payment) return;
  const heard = await ask<{ link: string }>(
    'GET',
    `/v1/merchants/${merchant}/payments/${payment.id}/receipt`,
  );
  if (heard.is !== 'done' || sale.at !== 'paid' || sale.order.payment?.id !== payment.id) return;
  for (const image of parts('receipt-code')) (image as HTMLImageElement).src = picture(heard.value.link);
  show('receipt', true);
}

const timeText = (at: string): string =>
  new Intl.DateTimeFormat(locale, { timeStyle: 'medium', timeZone: zone, hourCycle: 'h23' }).format(
    Date.parse(at),
  );

const dateText = (at: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeZone: zone }).format(Date.parse(at));

function count(): void {
  const endsAtMs = sale.at === 'open' ? Date.parse(sale.order.expires_at) : Date.now();
  const s = Math.max(0, Math.ceil((endsAtMs - Date.now()) / 1_000));
  const two = (n: number) => String(n).padStart(2, '0');
  write('left', `${two(Math.floor(s / 60))}:${two(s % 60)}`);
}
setInterval(count, 1_000);

/* What the cashier does */

function press(key: string): void {
  if (sale.at === 'amount') tell({ is: 'typed', text: typed(sale.typed, key, decimals) });
}

function charge(): void {
  allowSound();
  tell({ is: 'charge', key: crypto.randomUUID(), amountMinor: minorTyped() });
}

function open(next: Panel): void {
  panel = next;
  stopCamera();
  render();
  if (next === 'scan') startCamera();
  if (next === 'password') part<HTMLFormElement>('password').querySelector('input')?.focus();
}

function back(): void {
  if (sale.at === 'open' && panel !== 'code') open('code');
  else if (sale.at !== 'paid') tell({ is: 'give up' });
}

const next = () => tell({ is: 'next' });

function present(presented: { code: string } | { phone: string; password: string }): void {
  open('code');
  tell({ is: 'present', key: crypto.randomUUID(), presented });
}

const clicks: Record<string, (button: HTMLElement) => void> = {
  key: ({ dataset }) => press(dataset.key ?? ''),
  charge,
  cancel: () => tell({ is: 'give up' }),
  back,
  opens: ({ dataset }) => open(dataset.panelName as Panel),
  again: () => tell({ is: 'take again' }),
  next,
  print: () => print(),
  share: () => share(),
};
root.addEventListener('click', ({ target }) => {
  const button = (target as Element).closest<HTMLElement>('button[data-does]');
  if (button) clicks[button.dataset.does ?? '']?.(button);
});

async function share(): Promise<void> {
  if (sale.at !== 'open') return;
  const text = sale.order.share_text;
  if (navigator.share) return navigator.share({ text }).catch(() => undefined);
  await navigator.clipboard?.writeText(text).catch(() => undefined);
  show('copied', true);
  setTimeout(() => show('copied', false), 3_000);
}

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const target = event.target as Element;
  if (event.key === 'Escape') return target.closest('details[open], dialog') ? undefined : back();
  if (target.matches('input, textarea, select')) return;
  // On a digit that was tapped last, Enter goes on; Space would press it again.
  const onControl = target.matches('a, summary, button:not([data-does=key])');
  if (sale.at === 'paid' || sale.at === 'over') {
    if (event.key === 'Enter' && !onControl) next();
    return;
  }
  if (sale.at !== 'amount') return;
  if (event.key === 'Enter') {
    if (onControl) return;
    event.preventDefault();
    charge();
  } else if (/^[\d.,]$|^Backspace$/.test(event.key)) {
    event.preventDefault();
    press(event.key);
  }
});

part<HTMLFormElement>('password').addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target as HTMLFormElement;
  const { phone = '', password = '' } = Object.fromEntries(new FormData(form)) as Record<string, string>;
  const digits = password.replaceAll(/\s/g, '');
  form.reset();
  present({ phone, password: digits });
});

/* The payer's code: the camera is the kit's, which tells what it read */

const scanner = part('panel=scan');
scanner.addEventListener('scanned', (event) =>
  present({ code: (event as CustomEvent<string>).detail.trim() }),
);
scanner.addEventListener('submit', (event) => {
  event.preventDefault();
  event.stopPropagation();
  const field = scanner.querySelector('textarea') as HTMLTextAreaElement;
  const code = field.value.trim();
  field.value = '';
  if (code !== '') present({ code });
});
const startCamera = () => scanner.querySelector<HTMLButtonElement>('[data-camera]:not([hidden])')?.click();
const stopCamera = () => scanner.querySelector<HTMLButtonElement>('[data-stop]:not([hidden])')?.click();

/* The device */

onLine((online) => show('offline', !online));
for (const form of document.querySelectorAll<HTMLFormElement>('form[action="/sign-out"]')) {
  form.addEventListener('submit', () => {
    // Whoever comes next finds nothing of this person, connected or not.
    localStorage.removeItem(storeKey);
    caches.keys().then((names) => Promise.all(names.map((name) => caches.delete(name))));
  });
}
// Another window of the same register: both show the one sale.
addEventListener('storage', ({ key, newValue }) => {
  if (key !== storeKey) return;
  sale = remembered(newValue, person);
  render();
  start();
});

if (sale.at === 'amount' && sale.typed === '') sale = noSale;
noticed(navigator.onLine);
render();
start();
if (sale.at === 'paid') fetchReceipt(sale.order);
root.dataset.ready = '';
