/** The register: everything as large as the window allows, and *paid* fills all of it. */
export const register = `
.clerk { display: flex; justify-content: space-between; gap: var(--space-4); margin: calc(-1 * var(--space-3)) 0 0;
  font-size: 0.9375rem; }
.clerk > * { display: flex; align-items: center; gap: 6px; min-height: var(--target); min-width: 0; flex: 0 1 auto; }
.clerk > * > span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.clerk .icon { color: var(--ink-soft); }
.register { max-width: 520px; margin: 0 auto; }
.offline { display: flex; gap: var(--space-2); align-items: flex-start; background: var(--wait-soft); color: var(--wait);
  border-radius: var(--radius-small); padding: var(--space-2) var(--space-3); font-size: 0.9375rem; margin-bottom: var(--space-2); }
.offline .icon { margin-top: 3px; }
.view { text-align: center; }
.view .notice, .view .field { text-align: start; }
.typed, .due, .paid-amount { display: block; font-weight: 700; letter-spacing: -0.02em; line-height: 1.2; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
.typed { font-size: clamp(2.5rem, 14vw, 4.25rem); padding: var(--space-2) 0; text-align: end; overflow: hidden; }
.typed.long { font-size: clamp(1.75rem, 9vw, 3rem); }
.typed.nothing { color: var(--ink-soft); }
.keypad { display: grid; grid-template-columns: repeat(3, 1fr); gap: var(--space-2); margin: var(--space-2) 0 0;
  padding: 0; border: 0; min-width: 0; }
.keypad button { min-height: clamp(56px, 9.5vh, 84px); border: 1px solid var(--line); border-radius: var(--radius);
  background: var(--surface); color: var(--ink); font: inherit; font-size: 1.75rem; font-variant-numeric: tabular-nums;
  cursor: pointer; touch-action: manipulation; -webkit-tap-highlight-color: transparent; user-select: none; -webkit-user-select: none;
  display: inline-flex; align-items: center; justify-content: center; }
.keypad button:active { background: var(--accent-soft); }
.charge { min-height: 64px; font-size: 1.25rem; margin-top: var(--space-3); }
.due { font-size: clamp(2rem, 11vw, 3.5rem); margin: 0; }
.due:focus { outline: none; }
.code-place { position: relative; }
.code-place .qr { max-width: min(100%, 52vh); max-height: 52vh; min-width: 220px; margin-top: var(--space-2); }
.qr.drawing { background: var(--sunken); }
.view.open .status { margin-top: var(--space-3); }
.view .status .left { font-variant-numeric: tabular-nums; }
.view.open .small { margin-top: var(--space-3); }
.ways { display: grid; grid-template-columns: repeat(2, 1fr); gap: var(--space-2); margin-top: var(--space-3); }
.ways .button { min-width: 0; line-height: 1.3; padding: var(--space-2); font-size: 0.9375rem; }
.panel { text-align: start; margin-top: var(--space-4); }
.panel form .button { margin-top: var(--space-4); }
.view.over .button { margin-top: var(--space-6); min-height: 64px; width: 100%; }
.view.paid { position: fixed; inset: 0; z-index: 20; background: var(--paid); color: var(--on-paid); display: flex;
  flex-direction: column; align-items: center; justify-content: center; gap: var(--space-8); padding: var(--space-4); overflow: auto; }
.paid-words h2 { font-size: clamp(2rem, 9vw, 3rem); }
.paid-words p { margin-top: var(--space-2); font-size: 1.125rem; }
.paid-words .paid-amount { font-size: clamp(2.5rem, 13vw, 6rem); margin-top: 0; }
.paid-tick { width: clamp(120px, 34vmin, 260px); height: clamp(120px, 34vmin, 260px); margin: 0 auto; display: block; }
.paid-deeds { display: grid; gap: var(--space-3); width: min(100%, 420px); }
.paid-deeds .button { min-height: 64px; font-size: 1.25rem; background: var(--on-paid); color: var(--paid); border-color: var(--on-paid); }
.paid-deeds summary { width: 100%; }
.paid-deeds summary::before { content: none !important; }
.paid-deeds details { text-align: center; }
.paid-deeds .qr { max-width: 240px; }
.paid-deeds .button.quiet { min-height: 48px; font-size: 1rem; background: none; color: var(--on-paid); }
.view.paid :focus-visible { outline-color: var(--on-paid); }
.tills { border: 0; padding: 0; margin: var(--space-4) 0 0; }
.tills .check { border-bottom: 1px solid var(--line); min-height: 56px; }
.takings .stats { grid-template-columns: 1fr 1fr; }
.takings .stat:first-child { grid-column: 1 / -1; }
.takings .stat:first-child strong { font-size: 2rem; }
.takings .stat .soft { display: block; font-size: 1rem; font-weight: 400; }
.verdict { text-align: center; border-radius: var(--radius); padding: var(--space-6) var(--space-4); margin-top: var(--space-4);
  background: var(--wait-soft); color: var(--wait); }
.verdict.good { background: var(--paid); color: var(--on-paid); }
.verdict.bad { background: var(--bad); color: var(--ground); }
.verdict .icon, .verdict svg { width: 88px; height: 88px; display: none; margin: 0 auto; }
.verdict.good .verdict-good, .verdict.bad .verdict-bad, .verdict.wait .verdict-wait { display: block; }
.verdict-word { font-size: 2rem; line-height: 1.4; font-weight: 700; }
.verdict-sale { font-size: 1.25rem; font-weight: 600; }
.verdict .paid-amount { font-size: 2rem; margin-top: var(--space-2); }
.before-after td:first-child { border: 0; }
.before-after thead th { position: static; }
.plain-list { list-style: none; padding: 0; }
.plain-list li { padding: var(--space-2) 0; }
.slip { display: none; }
@media (prefers-reduced-motion: no-preference) {
  .view.paid { animation: fill 160ms ease-out; }
  .paid-tick { animation: arrive 240ms ease-out; }
  .qr.drawing { animation: breathe 1.2s ease-in-out infinite; }
}
@keyframes fill { from { opacity: 0; } }
@keyframes breathe { 50% { opacity: 0.5; } }
/* While a buyer stands there, a phone shows the sale and nothing else. */
@media (max-width: 879px) { body:has([data-now='open']) .places { display: none; } }
@media (min-width: 880px) {
  .register { max-width: 560px; }
  .typed { padding: var(--space-6) 0; }
  .takings .stats { grid-template-columns: 2fr 1fr 1fr; }
  .takings .stat:first-child { grid-column: auto; }
}
/* Receipt printers: the paper's own width less its edges, black on white. */
@page slip { size: 58mm 140mm; margin: 0; }
@page slip-wide { size: 80mm 160mm; margin: 0; }
@media print {
  body:has([data-now='paid']) { page: slip; }
  body:has([data-now='paid'] .paper-80) { page: slip-wide; }
  [data-now='paid'] .view.paid { position: static; display: block; background: none; color: #000; padding: 0; }
  [data-now='paid'] :is(.paid-words, .paid-deeds), body:has([data-now='paid']) .clerk { display: none; }
  [data-now='paid'] .slip { display: grid; gap: 1mm; width: 48mm; margin: 0 auto; font-size: 3.2mm; line-height: 1.35; text-align: center; color: #000; }
  [data-now='paid'] .slip.paper-80 { width: 70mm; font-size: 4mm; }
  .slip img { width: 34mm; height: 34mm; margin: 0 auto; }
  .slip-amount { font-size: 6mm; }
  .slip-id { font-size: 2.4mm; overflow-wrap: anywhere; }
  .slip hr { width: 100%; border: 0; border-top: 1px dashed #000; margin: 1mm 0; }
}
`;
