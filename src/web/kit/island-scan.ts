/**
 * Scans codes for `Scanner`. The browser's own detector where it has one that knows the format, a decoder of ours
 * elsewhere, which reads QR codes only. Pictures and frames never leave the device.
 */
import decodeQr from 'qr/decode.js';

interface Detector {
  detect(source: ImageBitmapSource): Promise<{ rawValue: string }[]>;
}
interface DetectorClass {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
}

// Fast enough to feel instant, slow enough for an old phone.
const lookEveryMs = 150;
// Larger pictures cost seconds and read no better.
const sideMax = 1_600;

const canvas = document.createElement('canvas');

function pixelsOf(
  source: ImageBitmap | HTMLVideoElement,
  width: number,
  height: number,
): ImageData | undefined {
  const scale = Math.min(1, sideMax / Math.max(width, height));
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context || canvas.width === 0 || canvas.height === 0) return undefined;
  // Transparent pictures would be black on black.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** What reads a picture: the text, or undefined where none is found. */
async function readerFor(formats: string[]): Promise<(pixels: ImageData) => Promise<string | undefined>> {
  const own = async (pixels: ImageData) => {
    try {
      return decodeQr(pixels);
    } catch {
      return undefined;
    }
  };
  const { BarcodeDetector } = globalThis as unknown as { BarcodeDetector?: DetectorClass };
  const known = BarcodeDetector ? await BarcodeDetector.getSupportedFormats().catch(() => []) : [];
  const usable = formats.filter((format) => known.includes(format));
  if (!BarcodeDetector || usable.length === 0) return own;
  const detector = new BarcodeDetector({ formats: usable });
  return async (pixels) => {
    const found = await detector.detect(pixels).catch(() => []);
    return found[0]?.rawValue || own(pixels);
  };
}

function start(scanner: HTMLElement): void {
  const part = <E extends HTMLElement>(selector: string) => scanner.querySelector<E>(selector) as E;
  const video = part<HTMLVideoElement>('video');
  const picture = part<HTMLInputElement>('[data-picture]');
  const field = part<HTMLTextAreaElement>('textarea');
  const reader = readerFor((scanner.dataset.formats ?? '').split(','));
  let stream: MediaStream | undefined;

  const show = (selector: string, shown: boolean) => {
    part(selector).hidden = !shown;
  };
  const quiet = () => {
    show('[data-none]', false);
    show('[data-denied]', false);
  };
  const stop = () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = undefined;
    show('[data-view]', false);
    show('[data-stop]', false);
    show('[data-camera]', true);
  };
  const found = (text: string) => {
    stop();
    navigator.vibrate?.(60);
    if (scanner.dataset.scanner === 'event') {
      scanner.dispatchEvent(new CustomEvent('scanned', { detail: text, bubbles: true }));
      return;
    }
    field.value = text;
    field.form?.requestSubmit();
  };

  async function look(): Promise<void> {
    if (!stream) return;
    const pixels = pixelsOf(video, video.videoWidth, video.videoHeight);
    const text = pixels && (await (await reader)(pixels));
    if (!stream) return;
    if (text) found(text);
    else setTimeout(look, lookEveryMs);
  }

  part('[data-camera]').addEventListener('click', async () => {
    quiet();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    } catch {
      return show('[data-denied]', true);
    }
    video.srcObject = stream;
    show('[data-view]', true);
    show('[data-stop]', true);
    show('[data-camera]', false);
    await video.play();
    look();
  });
  part('[data-stop]').addEventListener('click', stop);
  addEventListener('pagehide', stop);

  async function readPicture(file: Blob): Promise<void> {
    quiet();
    const bitmap = await createImageBitmap(file).catch(() => undefined);
    const pixels = bitmap && pixelsOf(bitmap, bitmap.width, bitmap.height);
    const text = pixels && (await (await reader)(pixels));
    if (text) found(text);
    else show('[data-none]', true);
  }
  picture.addEventListener('change', () => {
    const [file] = picture.files ?? [];
    if (file) readPicture(file);
    picture.value = '';
  });
  // A picture in the clipboard is read where a text would be pasted.
  field.addEventListener('paste', (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith('image/'));
    if (!file) return;
    event.preventDefault();
    readPicture(file);
  });

  show('[data-tools]', true);
  // Only secure pages have cameras: a phone that opens the sandbox over plain http has pictures and texts.
  if (!navigator.mediaDevices) show('[data-camera]', false);
}

for (const scanner of document.querySelectorAll<HTMLElement>('[data-scanner]')) start(scanner);
