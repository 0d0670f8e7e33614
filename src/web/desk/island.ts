/**
 * The script of pages for people at work: parts marked `data-live` are fetched anew when live events say that something
 * happened, and every few seconds in any case (as many as `data-live` says), without moving the page or the focus; buttons copy and share; fields with
 * something to copy select themselves.
 */
const usualPauseMs = 15_000;
// Reports have what happened a moment later: looked at soon, and once more.
const afterEventMs = [300, 2_500];
const reconnectMs = 5_000;

const announcer = document.querySelector('[data-announce]');

async function refresh(): Promise<void> {
  if (document.visibilityState !== 'visible') return;
  const response = await fetch(location.href, { cache: 'no-store' }).catch(() => undefined);
  // Signed out meanwhile: the page itself leads to the sign-in.
  if (response?.redirected) return location.reload();
  if (!response?.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
  for (const part of document.querySelectorAll<HTMLElement>('[data-live]')) {
    const next = fresh.getElementById(part.id);
    if (!next) continue;
    part.dataset.live = next.dataset.live ?? '';
    renew(part, next);
  }
}

/** Again and again: as soon as the part that wants it soonest. */
function keepFresh(): void {
  const pauses = [...document.querySelectorAll<HTMLElement>('[data-live]')].map(
    ({ dataset }) => Number(dataset.live) * 1_000 || usualPauseMs,
  );
  setTimeout(() => refresh().finally(keepFresh), Math.min(...pauses));
}

/** Puts the new content in place; what was open stays open, and a focused link stays focused. */
function renew(part: HTMLElement, next: HTMLElement): void {
  if (part.innerHTML === next.innerHTML || part.querySelector('input:focus, textarea:focus, select:focus'))
    return;
  const opened = [...part.querySelectorAll('details')].map(({ open }) => open);
  const focused = part.contains(document.activeElement) ? document.activeElement?.getAttribute('href') : null;
  const known = part.dataset.newest;
  part.replaceChildren(...next.childNodes);
  for (const [index, details] of [...part.querySelectorAll('details')].entries()) {
    details.open = opened[index] ?? details.open;
  }
  if (focused) part.querySelector<HTMLElement>(`[href="${CSS.escape(focused)}"]`)?.focus();
  part.dataset.newest = next.dataset.newest ?? '';
  if (known === undefined || known === part.dataset.newest) return;
  part.querySelector('tbody tr')?.classList.add('arrived');
  if (announcer) announcer.textContent = next.dataset.news ?? '';
}

/** Hears of what happens; when the line breaks, it is opened again, and meanwhile the clock does. */
function listen(path: string): void {
  const socket = new WebSocket(`${location.origin.replace('http', 'ws')}${path}`);
  socket.addEventListener('message', ({ data }) => {
    if (JSON.parse(String(data)).type === 'hello') return;
    for (const ms of afterEventMs) setTimeout(refresh, ms);
  });
  socket.addEventListener('close', () => setTimeout(() => whenSeen(() => listen(path)), reconnectMs));
}

/** A page that nobody looks at, and whose visitor may have signed out long ago, asks for nothing. */
function whenSeen(work: () => void): void {
  if (document.visibilityState === 'visible') work();
  else document.addEventListener('visibilitychange', work, { once: true });
}

if (document.querySelector('[data-live]')) {
  keepFresh();
  const path = document.querySelector<HTMLElement>('[data-events]')?.dataset.events;
  if (path !== undefined) listen(path);
  document.addEventListener('visibilitychange', refresh);
}

document.addEventListener('click', async ({ target }) => {
  const button = (target as Element).closest<HTMLElement>('[data-copy], [data-share]');
  if (!button) return;
  const { share, copy, done = '' } = button.dataset;
  if (share !== undefined && navigator.share) {
    await navigator.share({ text: share }).catch(() => undefined);
    return;
  }
  await navigator.clipboard.writeText(share ?? copy ?? '');
  const words = [...button.childNodes].find(({ nodeType }) => nodeType === Node.TEXT_NODE);
  if (words) words.textContent = done;
});

for (const field of document.querySelectorAll<HTMLInputElement>('[data-selects]')) {
  field.readOnly = true;
  field.addEventListener('focus', () => field.select());
}
