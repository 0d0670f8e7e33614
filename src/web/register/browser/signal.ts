/** How a register says *paid* to somebody who looks elsewhere: two rising notes and a shake. No file is loaded. */
let audio: AudioContext | undefined;

/** Browsers let a page sound only after a touch or a key: call it from one. */
export function allowSound(): void {
  audio ??= new AudioContext();
  if (audio.state === 'suspended') audio.resume().catch(() => undefined);
}

const notes = [
  { hertz: 880, atS: 0 },
  { hertz: 1_318.5, atS: 0.14 },
];
const noteS = 0.34;

export function signalPaid(): void {
  navigator.vibrate?.([80, 60, 160]);
  if (audio?.state !== 'running') return;
  for (const { hertz, atS } of notes) note(audio, hertz, audio.currentTime + atS);
}

function note(context: AudioContext, hertz: number, startS: number): void {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.type = 'triangle';
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0.0001, startS);
  volume.gain.exponentialRampToValueAtTime(0.4, startS + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, startS + noteS);
  tone.connect(volume).connect(context.destination);
  tone.start(startS);
  tone.stop(startS + noteS);
}

let lock: WakeLockSentinel | undefined;

/** While a code is shown the screen stays on; where the device does not know how, it does not. */
export async function keepAwake(awake: boolean): Promise<void> {
  if (awake && !lock && document.visibilityState === 'visible') {
    lock = await navigator.wakeLock?.request('screen').catch(() => undefined);
    lock?.addEventListener('release', () => {
      lock = undefined;
    });
  }
  if (!awake) await lock?.release().catch(() => undefined);
}
