/** Classes of the components in layout.tsx and of single pages. Phone first; wider screens add. */
export const components = `
.skip { position: absolute; left: -999px; }
.skip:focus { left: var(--space-4); top: var(--space-2); background: var(--surface); padding: var(--space-2); z-index: 9; }
.bar { background: var(--surface); border-bottom: 1px solid var(--line); }
.bar > div { max-width: 1120px; margin: 0 auto; padding: 0 var(--space-4); min-height: 56px; display: flex;
  align-items: center; gap: 0 var(--space-4); flex-wrap: wrap; }
.bar a { min-height: var(--target); display: inline-flex; align-items: center; text-decoration: none; }
.bar nav { display: flex; gap: var(--space-4); margin-inline-start: auto; }
.bar nav a { color: var(--ink-soft); }
.bar nav a:hover, .bar nav a[aria-current] { color: var(--ink); }
.brand { gap: var(--space-2); font-weight: 700; color: var(--ink); }
.brand svg { width: 24px; height: 24px; color: var(--accent); }
.foot { color: var(--ink-soft); font-size: 0.875rem; text-align: center; padding: var(--space-4) var(--space-2); }
.languages { display: flex; flex-wrap: wrap; list-style: none; padding: 0; margin: 0; }
.foot .languages { justify-content: center; }
.languages a { min-height: var(--target); min-width: var(--target); padding: 0 var(--space-1); display: inline-flex;
  align-items: center; justify-content: center; color: var(--ink-soft); text-decoration: none; }
.languages a:hover { text-decoration: underline; }
.languages a[aria-current] { color: var(--ink); font-weight: 600; }
h1 + .lead, .tag + h1 { margin-top: var(--space-2); }
.lead { font-size: 1.125rem; color: var(--ink-soft); max-width: 60ch; }
.soft { color: var(--ink-soft); }
.small { font-size: 0.875rem; }
.prose p, .prose li { max-width: 72ch; }
.prose li + li { margin-top: var(--space-1); }
.nowrap { white-space: nowrap; }
.icon { width: 1.25em; height: 1.25em; flex: none; }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius);
  padding: var(--space-4); box-shadow: var(--shadow); }
.cards { display: grid; gap: var(--space-4); margin-top: var(--space-6); padding: 0; list-style: none; }
.cards a { font-weight: 600; }
.cards p { margin-top: var(--space-1); }
.button { min-height: 48px; padding: var(--space-2) var(--space-4); border-radius: var(--radius);
  border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600;
  display: inline-flex; align-items: center; justify-content: center; text-align: center; text-decoration: none; }
.button.quiet { background: none; color: var(--accent); border-color: var(--line); }
.tag { display: inline-block; font-size: 0.8125rem; line-height: 1.5; padding: 1px 8px; border-radius: 99px;
  background: var(--sunken); color: var(--ink-soft); white-space: nowrap; }
.tag.accent { background: var(--accent-soft); color: var(--accent); }
.status { display: flex; align-items: center; justify-content: center; gap: var(--space-2); font-weight: 600;
  padding: var(--space-2) var(--space-4); border-radius: 99px; line-height: 1.5; }
.status.wait { background: var(--wait-soft); color: var(--wait); }
.status.good { background: var(--good-soft); color: var(--good); }
.status.bad { background: var(--bad-soft); color: var(--bad); }
.status.over { background: var(--sunken); color: var(--ink-soft); }
.try { margin-top: var(--space-4); }
@media (min-width: 640px) { .cards { grid-template-columns: repeat(3, 1fr); } .card { padding: var(--space-6); } }
`;
