/**
 * Reads a code: with the camera, from a picture, or as text. Without script the text remains. `kit-scan` finds it and
 * puts what it reads into the field; then the form is sent, or, with `event`, the element tells its page by a `scanned`
 * event whose `detail` is the text.
 */
import type { FC } from 'hono/jsx';
import { useVisit } from '../visit.ts';
import { Button, Field } from './forms.tsx';
import { Icon } from './icons.tsx';
import { Notice } from './status.tsx';
import { kitTexts } from './texts.ts';

interface ScannerProps {
  /** Where the form leads; the text is its field `name`. */
  readonly action: string;
  readonly name: string;
  readonly value?: string | undefined;
  readonly error?: string | undefined;
  /** What the camera should look for besides QR codes. */
  readonly barcodes?: boolean;
  readonly event?: boolean;
}

export const Scanner: FC<ScannerProps> = ({ action, name, value, error, barcodes, event }) => {
  const { language } = useVisit();
  const say = kitTexts(language);
  return (
    <div
      class="scanner"
      data-scanner={event ? 'event' : 'form'}
      data-formats={barcodes ? 'qr_code,code_128' : 'qr_code'}
    >
      <div class="scanner-view" data-view hidden>
        <video muted playsinline aria-label={say('camera')} />
        <Icon name="scan" class="scanner-frame" />
      </div>
      <div data-none hidden>
        <Notice tone="bad">{say('noCode')}</Notice>
      </div>
      <div data-denied hidden>
        <Notice tone="wait">{say('noCamera')}</Notice>
      </div>
      <div class="buttons" data-tools hidden>
        <Button type="button" icon="camera" data={{ camera: '' }}>
          {say('useCamera')}
        </Button>
        <Button type="button" look="quiet" icon="close" data={{ stop: '' }} hidden>
          {say('stopCamera')}
        </Button>
        <label class="button quiet">
          <Icon name="upload" />
          {say('usePicture')}
          <input class="unseen" type="file" accept="image/*" data-picture />
        </label>
      </div>
      <form method="get" action={action}>
        <Field label={say('codeText')} name={name} rows={3} value={value} error={error} required />
        <div class="buttons">
          <Button look="quiet" icon="next">
            {say('readCode')}
          </Button>
        </div>
      </form>
    </div>
  );
};
