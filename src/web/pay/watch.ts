/**
 * The pay page's only script: counts the time down, asks every two seconds whether the order is still
 * open, and loads the page anew when it is not. Kept as text, because it runs in the payer's browser.
 */
import { type Asset, assetOf } from '../asset.ts';

const pollMs = 2_000;

const script = `'use strict';
const order = document.querySelector('[data-status]');
const offline = document.querySelector('[data-offline]');
const left = document.querySelector('[data-left]');
// How far this device's clock is from the switch's.
const driftMs = Date.now() - Number(order.dataset.now);

function count() {
  const ms = Number(order.dataset.expires) + driftMs - Date.now();
  const s = Math.max(0, Math.ceil(ms / 1000));
  const two = (n) => String(n).padStart(2, '0');
  const h = Math.floor(s / 3600);
  left.textContent = (h > 0 ? h + ':' : '') + two(Math.floor(s / 60) % 60) + ':' + two(s % 60);
}

async function ask() {
  let wait = ${pollMs};
  try {
    const response = await fetch(order.dataset.status, { cache: 'no-store' });
    if (response.ok && (await response.json()).status !== 'open') return location.reload();
    if (response.status === 429 || response.status >= 500) wait = 5 * ${pollMs};
    offline.hidden = true;
  } catch {
    offline.hidden = false;
  }
  setTimeout(ask, wait);
}

left.hidden = false;
count();
setInterval(count, 1000);
setTimeout(ask, ${pollMs});
// A phone that comes back from the wallet app should not wait for the next turn.
document.addEventListener('visibilitychange', async () => {
  if (document.visibilityState !== 'visible') return;
  const response = await fetch(order.dataset.status, { cache: 'no-store' }).catch(() => undefined);
  if (response && response.ok && (await response.json()).status !== 'open') location.reload();
});
`;

export const watch: Asset = assetOf('watch', 'js', 'text/javascript; charset=utf-8', script);
