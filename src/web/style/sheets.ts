/** Sheets of many columns, which scroll within themselves; on a phone a value beside its name. */
export const sheets = `
.page-head ~ :is(form, .notice) { margin-top: var(--space-4); }
.sheet { overflow-x: auto; margin-top: var(--space-4); }
.rows.dense :is(th, td) { padding: var(--space-1) var(--space-2); font-size: 0.9375rem; }
.rows.dense thead th { white-space: nowrap; }
.rows.dense td { white-space: nowrap; }
.rows.dense td:has(.soft) { white-space: normal; min-width: 180px; }
.rows.dense .buttons { margin-top: 0; gap: var(--space-2); }
.rows.dense .button { min-height: var(--target); padding: 0 var(--space-3); border-radius: var(--radius-small); }
@media (max-width: 639px) {
  .rows.dense tr { display: block; }
  .rows.dense :is(td, tfoot th) { display: flex; justify-content: space-between; gap: var(--space-3); padding: 2px 0;
    text-align: end; font-size: 0.9375rem; color: var(--ink); white-space: normal; }
  .rows.dense td[data-label]::before { content: attr(data-label); color: var(--ink-soft); text-align: start; flex: none; }
  .rows.dense .buttons { justify-content: flex-end; }
}
@media (min-width: 640px) { .filters .field { max-width: 300px; } }
`;
