/** The wallet's script: its first page is new whenever something has changed, and a result is heard and felt. */
const pollMs = 2_000;

const live = document.querySelector<HTMLElement>('[data-live]');
const offline = document.querySelector<HTMLElement>('[data-offline]');

async function ask(element: HTMLElement): Promise<void> {
  try {
    const response = await fetch(element.dataset.live ?? '', { cache: 'no-store' });
    const { version, latest } = (await response.json()) as { version: string | null; latest: string | null };
    if (offline) offline.hidden = true;
    if (version && version !== element.dataset.version) {
      // Whoever shows a code wants to see how it ended.
      if ('paid' in element.dataset && latest) return location.assign(`/wallet/payments/${latest}/result`);
      return location.reload();
    }
  } catch {
    if (offline) offline.hidden = false;
  }
  setTimeout(ask, pollMs, element);
}

/** Counts down; a code that is over is replaced by the next one. */
function count(element: HTMLElement): void {
  const endMs = performance.now() + Number(element.dataset.leftMs);
  const shown = element.querySelector('[data-left]');
  const tick = () => {
    const leftS = Math.max(0, Math.ceil((endMs - performance.now()) / 1_000));
    if (shown) shown.textContent = `${Math.floor(leftS / 60)}:${String(leftS % 60).padStart(2, '0')}`;
    if (leftS > 0) setTimeout(tick, 500);
    else if ('renews' in element.dataset) location.reload();
  };
  tick();
}

/** Two notes up for paid, one down for refused. */
function sound(notes: readonly number[]): void {
  const audio = new AudioContext();
  notes.forEach((frequency, index) => {
    const startS = audio.currentTime + index * 0.14;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.2, startS);
    volume.gain.exponentialRampToValueAtTime(0.001, startS + 0.3);
    tone.connect(volume).connect(audio.destination);
    tone.start(startS);
    tone.stop(startS + 0.3);
  });
}

if (live) setTimeout(ask, pollMs, live);
for (const element of document.querySelectorAll<HTMLElement>('[data-left-ms]')) count(element);

const result = document.querySelector<HTMLElement>('[data-result]')?.dataset.result;
if (result === 'wait') setTimeout(() => location.reload(), pollMs);
if (result === 'good') {
  sound([880, 1_320]);
  navigator.vibrate?.([60, 40, 60]);
}
if (result === 'bad') {
  sound([220]);
  navigator.vibrate?.(200);
}
