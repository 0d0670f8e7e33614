/** The centre's desk: what was told of a payment. */
export const centre = `
.told > li { display: block; }
.told-head { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: flex-start; gap: var(--space-2); }
.told-head > div { flex: 1 1 200px; }
.deed { border-top: 1px solid var(--line); margin-top: var(--space-3); }
.deed + .deed { margin-top: 0; }
.deed > summary { font-weight: 600; color: var(--accent); }
.deed > form { padding-bottom: var(--space-4); }
.differences { list-style: none; margin: 0; padding: 0; font-size: 0.875rem; }
.differences del { color: var(--ink-soft); }
.differences del + ins::before { content: '→ '; color: var(--ink-soft); }
.differences ins { text-decoration: none; font-weight: 600; }
`;
