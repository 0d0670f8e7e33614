/** A4 upright: every page of the paper is a table of its own, with its head and its sums. Black on white in any theme. */
import { assetOf } from '../../asset.ts';

/** What fits: on the first page beneath the balances, and on each further one. */
export const rowsOnFirst = 17;
export const rowsOnOthers = 24;

const css = `
@page { size: 210mm 297mm; margin: 12mm 12mm 10mm 12mm; }
.statement { --row: 10mm; max-width: 186mm; margin: 0 auto; padding: var(--space-4); color: #000; background: #fff; line-height: 1.5; }
.statement header { height: 66mm; overflow: hidden; }
.statement h1 { margin: 0 0 3mm; font-size: 6.5mm; }
.statement dl { display: grid; grid-template-columns: 1fr 1fr; gap: 1.5mm 6mm; margin: 0; font-size: 3.4mm; }
.statement dl div { display: flex; justify-content: space-between; gap: 4mm; border-bottom: 0.2mm solid #bbb; min-width: 0; }
.statement dt { color: #444; flex: none; }
.statement dd { margin: 0; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.statement section + section { margin-top: 8mm; }
.statement .folio { height: 6mm; margin: 0; font-size: 3mm; color: #444; display: flex; justify-content: space-between; }
.statement table { width: 100%; table-layout: fixed; border-collapse: collapse; font-size: 3.1mm; }
.statement th, .statement td { padding: 0 1mm; height: var(--row); box-sizing: border-box; border-bottom: 0.2mm solid #bbb;
  overflow: hidden; text-overflow: ellipsis; white-space: nowrap; text-align: left; vertical-align: middle; color: #000; background: #fff; }
.statement :is(th, td, small, dt, dd) { line-height: 1.6; }
.statement thead th { border-bottom: 0.4mm solid #000; }
.statement tfoot th, .statement tfoot td { border-bottom: 0; font-weight: 600; }
.statement .number { text-align: right; font-variant-numeric: tabular-nums; }
.statement small { display: block; font-size: 2.5mm; color: #444; overflow: hidden; text-overflow: ellipsis; }
.statement .time { width: 33mm; } .statement .sum { width: 29mm; }
.statement-bar { max-width: 186mm; margin: 0 auto; padding: var(--space-4); }
.statement-bar form { display: flex; flex-wrap: wrap; gap: var(--space-3); align-items: end; }
@media (max-width: 700px) { .statement { overflow-x: auto; } .statement table { min-width: 640px; } .statement header { height: auto; }
  .statement dl { grid-template-columns: 1fr; } }
@media print {
  html, body { margin: 0; padding: 0; min-height: 0; background: #fff; }
  .statement-bar { display: none; }
  .statement { padding: 0; max-width: none; }
  .statement section + section { margin: 0; break-before: page; }
  .statement thead { display: table-header-group; }
  .statement tr { break-inside: avoid; }
}
`;

export const statementStyle = assetOf('sheet-statement', 'css', 'text/css; charset=utf-8', css);
