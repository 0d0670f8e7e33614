/** The pay page: one card, the amount and the code first. */
export const pay = `
.pay { max-width: 440px; padding-top: var(--space-6); }
.pay .card { text-align: center; padding: var(--space-6) var(--space-4); }
.pay h1 { font-size: 1.25rem; }
.amount { font-size: clamp(2rem, 11vw, 3rem); font-weight: 700; line-height: 1.25; letter-spacing: -0.02em;
  white-space: nowrap; font-variant-numeric: tabular-nums; margin-top: var(--space-4); }
.amount.long { font-size: clamp(1.25rem, 6.5vw, 1.625rem); }
.amount.good { color: var(--good); }
.pay .status { margin-top: var(--space-4); }
.pay .status svg { width: 1.5em; height: 1.5em; }
/* Black on white whatever the theme: cameras read it. */
.qr { background: #fff; border-radius: var(--radius); border: 1px solid var(--line); margin: var(--space-4) auto 0;
  width: 100%; max-width: 320px; aspect-ratio: 1; display: block; }
.tick { width: 96px; height: 96px; margin: var(--space-6) auto 0; display: block; color: var(--good); }
.facts { text-align: start; border-top: 1px solid var(--line); margin: var(--space-6) 0 calc(-1 * var(--space-2)); }
[data-left] { font-variant-numeric: tabular-nums; }
.facts > div { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 var(--space-4);
  padding: var(--space-2) 0; }
.facts > div + div { border-top: 1px solid var(--line); }
.facts dt { color: var(--ink-soft); }
.facts dd { margin: 0 0 0 auto; text-align: end; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.actions h2 { font-size: 1rem; }
.simulator { width: 100%; margin-top: var(--space-4); }
.actions { display: none; gap: var(--space-3); margin-top: var(--space-4); }
@media (pointer: coarse), (max-width: 639px) { .actions { display: grid; } }
@media (prefers-reduced-motion: no-preference) { .tick { animation: arrive 240ms ease-out; } }
@keyframes arrive { from { transform: scale(0.6); opacity: 0; } }
@media (min-width: 640px) { .pay .card { padding: var(--space-8); } }
`;
