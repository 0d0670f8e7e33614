/** The sheets' stylesheets: one layout, in units of a millimetre on A6 and two on A4. Black on white in any theme. */
import { type Asset, assetOf } from '../asset.ts';

export const sheets = ['a6', 'a4'] as const;
export type Sheet = (typeof sheets)[number];

const papers: Record<Sheet, { page: string; unit: string }> = {
  a6: { page: '105mm 148mm', unit: '1mm' },
  a4: { page: '210mm 297mm', unit: '2mm' },
};

const cssOf = ({ page, unit }: (typeof papers)[Sheet]): string => `
@page { size: ${page}; margin: 0; }
.sheet {
  --unit: ${unit};
  box-sizing: border-box; width: calc(105 * var(--unit)); height: calc(147 * var(--unit)); margin: 0 auto;
  padding: calc(8 * var(--unit)); overflow: hidden; display: flex; flex-direction: column; align-items: center;
  justify-content: space-between; text-align: center; color: #000; background: #fff; line-height: 1.4;
  overflow-wrap: anywhere;
}
.sheet h1 { margin: 0; font-size: calc(7.5 * var(--unit)); }
.sheet p { margin: 0; font-size: calc(3.6 * var(--unit)); }
.sheet .ask { font-size: calc(6.5 * var(--unit)); font-weight: 700; }
.sheet .sum { font-size: calc(7 * var(--unit)); font-weight: 700; white-space: nowrap; }
/* What the words leave, so that a long name takes from the code and never falls off the page. */
.sheet img { flex: 1 1 0; min-height: 0; max-height: calc(80 * var(--unit)); width: 100%; object-fit: contain; }
.sheet-bar { max-width: 640px; margin: 0 auto; padding: var(--space-4); }
@media print {
  html, body { margin: 0; padding: 0; min-height: 0; background: #fff; }
  body { height: calc(147 * ${unit}); overflow: hidden; }
  .sheet-bar { display: none; }
}
`;

const assetFor = (sheet: Sheet): Asset =>
  assetOf(`sheet-${sheet}`, 'css', 'text/css; charset=utf-8', cssOf(papers[sheet]));

export const sheetStyles: Record<Sheet, Asset> = { a6: assetFor('a6'), a4: assetFor('a4') };
