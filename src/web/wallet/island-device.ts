/**
 * This phone as a device that signs: registered as soon as it shows a code, asked when its payer confirms. The key is
 * made here and stays, where no script can read it, if the browser can do Ed25519 itself; else a library signs with a
 * key that is kept as bytes. What is signed is made of what the page shows, and must be what the switch expects.
 */
import { ed25519 } from '@noble/curves/ed25519.js';

interface Device {
  readonly account: string;
  readonly publicKey: string;
  readonly secret: CryptoKey | Uint8Array<ArrayBuffer>;
  /** The switch's id of it, once it is registered. */
  readonly key?: string;
}

const store = 'devices';
const form = document.querySelector<HTMLFormElement>('[data-confirm]');
const trouble = document.querySelector<HTMLElement>('[data-trouble]');

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function devices(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  const opening = indexedDB.open('tolom-wallet', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(store, { keyPath: 'account' });
  return (await done(opening)).transaction(store, mode).objectStore(store);
}

const base64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

async function newDevice(account: string): Promise<Device> {
  try {
    const pair = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair;
    const raw = await crypto.subtle.exportKey('raw', pair.publicKey);
    return { account, publicKey: base64Url(new Uint8Array(raw)), secret: pair.privateKey };
  } catch {
    const secret = crypto.getRandomValues(new Uint8Array(32));
    return { account, publicKey: base64Url(ed25519.getPublicKey(secret)), secret };
  }
}

async function sign({ secret }: Device, text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const signature =
    secret instanceof Uint8Array
      ? ed25519.sign(bytes, secret)
      : new Uint8Array(await crypto.subtle.sign('Ed25519', secret, bytes));
  return base64Url(signature);
}

/** This phone's device for the account; made and registered the first time something is confirmed. */
async function registered(account: string, url: string): Promise<Device & { readonly key: string }> {
  const kept = (await done((await devices('readonly')).get(account))) as Device | undefined;
  if (kept?.key !== undefined) return { ...kept, key: kept.key };
  const device = kept ?? (await newDevice(account));
  const proof = await sign(device, ['tolom device key', url, account, device.publicKey].join('\n'));
  const response = await fetch('/wallet/devices', {
    method: 'POST',
    body: new URLSearchParams({ public_key: device.publicKey, proof }),
  });
  const { key, detail } = (await response.json()) as { key?: string; detail?: string };
  if (key === undefined) throw new Error(detail);
  const known = { ...device, key };
  await done((await devices('readwrite')).put(known));
  return known;
}

function say(why: string | undefined): void {
  const words = trouble?.querySelector('[data-why]');
  if (words && why) words.textContent = why;
  if (trouble) trouble.hidden = false;
}

async function confirm(form: HTMLFormElement): Promise<void> {
  const { id, amount, currency, expires, merchant, name, text, account = '', url = '' } = form.dataset;
  const shown = ['tolom payment confirmation', id, amount, currency, expires, merchant, name].join('\n');
  if (shown !== text) return say(undefined);
  try {
    const device = await registered(account, url);
    const fill = (field: string, value: string) => {
      (form.elements.namedItem(field) as HTMLInputElement).value = value;
    };
    fill('key', device.key);
    fill('signature', await sign(device, shown));
  } catch (error) {
    return say(error instanceof Error ? error.message : undefined);
  }
  form.submit();
}

const device = document.querySelector<HTMLElement>('[data-device]');
if (device) {
  // Without one only small amounts are taken; the payer need not be told.
  registered(device.dataset.account ?? '', device.dataset.url ?? '')
    .then(() => 'ready')
    .catch(() => 'none')
    .then((state) => {
      device.dataset.device = state;
    });
}

if (form) {
  const button = form.querySelector('button');
  // A key that the switch does not take any more: the next one is made anew.
  if (form.dataset.problem?.startsWith('device_key.')) {
    devices('readwrite').then((kept) => kept.delete(form.dataset.account ?? ''));
  }
  if (button) button.disabled = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (button) button.disabled = true;
    confirm(form).finally(() => {
      if (button) button.disabled = false;
    });
  });
}
