/** A printed code on paper: whose it is, what to do, and the code, as large as the paper allows. */
import type { FC } from 'hono/jsx';
import type { CodeRow, MerchantRow } from '../../directory/index.ts';
import { type Language, refusalText } from '../../kernel/index.ts';
import { moneyText } from '../language.ts';
import { Document, Languages } from '../layout.tsx';
import { type Sheet, sheetStyles, sheets } from './style.ts';
import { texts } from './texts.ts';

interface SheetProps {
  readonly merchant: MerchantRow;
  readonly code: CodeRow;
  readonly sheet: Sheet;
  readonly language: Language;
}

export const SheetPage: FC<SheetProps> = ({ merchant, code, sheet, language }) => {
  const say = texts(language);
  const { amountMinor } = code;
  return (
    <Document
      title={`${code.name}: ${merchant.name}`}
      language={language}
      head={<link rel="stylesheet" href={sheetStyles[sheet].path} />}
    >
      <header class="sheet-bar">
        <Bar code={code.id} sheet={sheet} language={language} />
      </header>
      <main class="sheet">
        <h1>{merchant.name}</h1>
        <p class="ask">{say('scanToPay')}</p>
        {amountMinor !== null && (
          <p class="sum">{moneyText(BigInt(amountMinor), merchant.currency, language)}</p>
        )}
        <img src={`/v1/merchants/${merchant.id}/codes/${code.id}/qr.svg?ecc=quartile`} alt={say('qrCode')} />
        <p>{say('how')}</p>
        <p>
          {code.name} · {merchant.city}
        </p>
      </main>
    </Document>
  );
};

/** On the screen only: what paper, which language. */
const Bar: FC<{ code: string; sheet: Sheet; language: Language }> = ({ code, sheet, language }) => {
  const say = texts(language);
  const address = (to: Sheet, spoken: Language) => `/print/codes/${code}?sheet=${to}&language=${spoken}`;
  return (
    <>
      <p>{say('print')}</p>
      <nav aria-label={say('size')}>
        <ul class="languages">
          {sheets.map((one) => (
            <li>
              <a href={address(one, language)} aria-current={one === sheet ? 'true' : undefined}>
                {one.toUpperCase()}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <Languages current={language} label={say('language')} address={(spoken) => address(sheet, spoken)} />
    </>
  );
};

export const NoSheetPage: FC<{ language: Language; revoked: boolean }> = ({ language, revoked }) => (
  <Document title={texts(language)('missing')} language={language}>
    <main class="sheet-bar">
      <h1>{texts(language)('missing')}</h1>
      {revoked && <p>{refusalText('code.revoked', language)}</p>}
    </main>
  </Document>
);
