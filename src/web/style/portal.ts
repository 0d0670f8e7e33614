/** The portal and the landing page: heads of pages with what can be done there, columns on wide screens, first steps, what has just arrived. */
export const portal = `
.page-head { display: flex; flex-wrap: wrap; align-items: center; gap: var(--space-2) var(--space-4); }
.page-head h1 { flex: 1 1 auto; overflow-wrap: anywhere; }
.page-head .back { flex: 0 0 100%; min-height: var(--target); display: flex; align-items: center; text-decoration: none; }
.page-deeds { display: flex; flex-wrap: wrap; gap: var(--space-2); }
.page-deeds .button { flex: 1 1 auto; }
.page-head ~ :is(.columns, .card, [data-live], section), [data-live] > * + * { margin-top: var(--space-4); }
.app > main > .notice { margin: 0 0 var(--space-4); }
.notice p:first-child { margin-top: 0; }
.columns { display: grid; gap: var(--space-4); align-items: start; }
.columns > * { min-width: 0; }
.columns :is(.card, .stats), .columns[data-live] > * { margin-top: 0; }
.columns > * > :is(.card, .stats, [data-live]) + *, .columns [data-live] > * + * { margin-top: var(--space-4); }
@media (min-width: 960px) { .columns .card { overflow-x: auto; } .columns table.rows :is(td, th) { padding-inline: var(--space-2); } }
.columns .facts { margin-top: var(--space-4); }
.columns .amount { margin-top: 0; }
.news { position: sticky; top: var(--space-2); z-index: 6; margin: var(--space-3) 0 0; padding: var(--space-3) var(--space-4);
  border-radius: var(--radius-small); background: var(--good-soft); color: var(--good); font-weight: 700; font-size: 1.125rem;
  box-shadow: var(--shadow); }
.news:empty { padding: 0; margin: 0; box-shadow: none; }
.card > form:first-child > :is(.facts, .field):first-child, .card > form:first-child > [type='hidden']:first-child + .field,
.card > .chart:first-child { margin-top: 0; }
.card > :is(.buttons, .facts) + h3, .form > h3 { margin-top: var(--space-6); }
.card > form > .facts:first-child { border-top: 0; }
.filters .field { flex-basis: 140px; }
.filters .field:has([type='search']) { flex-basis: 240px; }
.form { max-width: 560px; }
.card > :is(table, p, h2) + h3 { margin-top: var(--space-6); }
.card + .notice { margin-top: var(--space-4); }
.card > h2 + h3 { margin-top: var(--space-3); }
:is(.form, .card) fieldset:not([class]) { border: 0; padding: 0; margin: var(--space-4) 0 0; }
:is(.form, .card) legend { padding: 0; font-weight: 600; }
.card > table.rows:first-child { margin-top: 0; }
.row { display: flex; flex-wrap: wrap; align-items: flex-end; gap: var(--space-3); }
.row .field { flex: 1 1 200px; margin-top: var(--space-2); }
.store + .store, .store + .form { margin-top: var(--space-6); padding-top: var(--space-4); border-top: 1px solid var(--line); }
.buttons form { margin: 0; }
.buttons strong { display: flex; align-items: center; }
.break { overflow-wrap: anywhere; }
.wraps { white-space: pre-wrap; overflow-wrap: anywhere; max-height: 50vh; overflow-y: auto; }
.plain-list { list-style: none; padding: 0; }
.plain-list li { display: flex; flex-wrap: wrap; align-items: center; gap: var(--space-2); padding: var(--space-2) 0; }
.plain-list li + li { border-top: 1px solid var(--line); }
.steps { list-style: none; padding: 0; counter-reset: step; }
.steps li { counter-increment: step; position: relative; padding: 0 0 var(--space-6) 48px; }
.steps li:last-child { padding-bottom: 0; }
.steps li::before { content: counter(step); position: absolute; left: 0; top: 0; width: 32px; height: 32px;
  border-radius: 50%; background: var(--accent-soft); color: var(--accent); font-weight: 700; display: grid;
  place-items: center; }
.steps p { margin: 2px 0 var(--space-3); }
.empty .button { margin-top: var(--space-3); }
.card .empty { padding: var(--space-6) 0; }
/* The landing page */
.hero { padding: var(--space-8) 0 var(--space-4); max-width: 640px; }
.hero h1 { font-size: clamp(2rem, 8vw, 3rem); margin-top: var(--space-3); }
.hero .button { flex: 1 1 auto; }
.way { width: 32px; height: 32px; color: var(--accent); }
.cards h2 { font-size: 1.125rem; margin-top: var(--space-2); }
.cards + .card { margin-top: var(--space-6); }
@media (min-width: 640px) { .hero { padding: var(--space-12) 0 var(--space-6); } .hero .button { flex: 0 1 auto; } }
@media (min-width: 960px) { .columns { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } }
@media (prefers-reduced-motion: no-preference) { .arrived { animation: arrived 2s ease-out; } }
@keyframes arrived { from { background: var(--good-soft); } }
`;
