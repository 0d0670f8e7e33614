/** The wallet simulator: one column as wide as a phone, the balance first, results that fill the screen. */
export const wallet = `
.wallet { max-width: 520px; margin: 0 auto; }
.stack { display: grid; gap: var(--space-3); margin-top: var(--space-6); }
.purse { background: var(--accent); color: var(--on-accent); border-radius: var(--radius); padding: var(--space-6);
  box-shadow: var(--shadow); }
.purse p { margin: 0; }
.purse .purse-amount { font-size: clamp(2rem, 10vw, 2.75rem); font-weight: 700; line-height: 1.3; letter-spacing: -0.02em; }
.deeds { display: grid; grid-auto-columns: 1fr; grid-auto-flow: column; gap: var(--space-3); margin: var(--space-4) 0; }
.choices, .feed { list-style: none; padding: 0; margin: var(--space-2) 0 0; }
.choices li { display: flex; align-items: center; justify-content: space-between; gap: var(--space-3);
  padding: var(--space-2) 0; border-top: 1px solid var(--line); }
.feed li { border-top: 1px solid var(--line); }
.feed a { display: flex; justify-content: space-between; gap: var(--space-3); padding: var(--space-3) 0; color: var(--ink);
  text-decoration: none; }
.feed a:hover strong { text-decoration: underline; }
.feed-who { min-width: 0; overflow-wrap: anywhere; }
.feed-who > * { display: block; }
.feed-sum { flex: none; display: flex; flex-direction: column; align-items: flex-end; gap: var(--space-1); font-weight: 600; }
.paying { text-align: center; }
.paying form, .paying .notice, .paying .facts { text-align: start; }
.paying .facts { margin-bottom: 0; }
.wallet .card-head + .facts { margin-top: var(--space-2); border: 0; }
.feed .refused { color: var(--ink-soft); font-weight: 400; }
.shown { text-align: center; }
.shown .qr { max-width: 280px; padding: 0; }
.barcode { display: block; width: 100%; height: 88px; margin-top: var(--space-4); border: 1px solid var(--line);
  border-radius: var(--radius-small); background: #fff; }
.shown-digits { font: 0.9375rem/1.5 var(--mono); }
.shown-word { font-size: 1.5rem; font-weight: 700; margin: 0; font-variant-numeric: tabular-nums; }
.shown-word.large { font-size: 2.75rem; letter-spacing: 0.12em; }
.result { display: flex; flex-direction: column; align-items: center; justify-content: center; text-align: center;
  max-width: none; min-height: 100vh; padding: var(--space-6); }
.result.good { background: var(--good-soft); color: var(--good); }
.result.bad { background: var(--bad-soft); color: var(--bad); }
.result.wait { background: var(--wait-soft); color: var(--wait); }
.result.over { background: var(--sunken); color: var(--ink-soft); }
.result-icon { width: 112px; height: 112px; }
.result-amount { font-size: clamp(2.25rem, 12vw, 3.5rem); font-weight: 700; line-height: 1.25; letter-spacing: -0.02em; color: var(--ink); }
.result-amount.long { font-size: clamp(1.5rem, 7vw, 2.25rem); }
.result-who { font-size: 1.25rem; color: var(--ink); }
.result .stack { width: min(360px, 100%); }
@media (prefers-reduced-motion: no-preference) { .result-icon { animation: arrive 240ms ease-out; } }
`;
