/** The centre's desk: the overview with its charts, the wall, what was told of a payment. */
export const centre = `
.bar-search { order: 1; flex: 1 0 100%; }
.bar-search form { display: flex; }
.bar-search input { flex: 1 1 auto; min-width: 0; min-height: var(--target); padding: 0 var(--space-3); font: inherit;
  border: 1px solid var(--ink-soft); border-radius: var(--radius-small); background: var(--surface); color: var(--ink); }
.bar-search ::placeholder { color: var(--ink-soft); opacity: 1; }
.app-bar:has(.bar-search) .brand { flex: 1 1 0; }
.app-bar:has(.bar-search) > div { flex-wrap: wrap; padding-bottom: var(--space-2); }
@media (min-width: 760px) {
  .bar-search { order: 0; flex: 0 1 440px; margin-inline: auto; }
  .app-bar:has(.bar-search) .brand { flex: 0 1 auto; }
  .app-bar:has(.bar-search) > div { flex-wrap: nowrap; padding-bottom: 0; }
  .bar-search + .bar-end { margin-inline-start: 0; }
}
.well { display: flex; align-items: center; gap: var(--space-3); font-size: 1.25rem; padding: var(--space-4); }
.well .icon { width: 32px; height: 32px; margin: 0; }
.wrong { border-inline-start: 4px solid var(--bad); }
.wrong li { flex-wrap: nowrap; align-items: flex-start; }
.wrong li > .icon { flex: none; margin-top: 2px; }
.wrong .bad > .icon, .wrong .bad strong { color: var(--bad); }
.wrong .wait > .icon { color: var(--wait); }
.overview > * + * { margin-top: var(--space-4); }
.stat strong { white-space: nowrap; }
.stat .change { display: block; white-space: normal; font-weight: 400; letter-spacing: 0; line-height: 1.6; }
.chart.ended { --series-before: var(--bad); }
.plot { width: 100%; }
.plot .uplot { width: 100%; }
.plot .u-wrap { position: relative; user-select: none; }
.plot :is(.u-over, .u-under, .u-axis, .u-cursor-x, .u-cursor-y, .u-cursor-pt, .u-select) { position: absolute; }
.plot .u-under { overflow: hidden; }
.plot canvas { display: block; position: relative; width: 100%; height: 100%; }
.plot :is(.u-cursor-x, .u-cursor-pt) { left: 0; top: 0; pointer-events: none; }
.plot .u-cursor-x { height: 100%; border-inline-end: 1px dashed var(--ink-soft); }
.plot :is(.u-cursor-pt, .u-off, .u-select) { display: none; }
.shares { width: 100%; }
.shares th { font-weight: 400; text-align: start; padding: var(--space-2) 0; border: 0; background: none; }
.shares td { width: 1%; white-space: nowrap; font-weight: 700; border: 0; padding: var(--space-2) 0 var(--space-2) var(--space-4);
  vertical-align: top; }
.shares svg { display: block; width: 100%; height: 8px; margin-top: var(--space-1); }
.shares .whole { fill: var(--sunken); }
.shares .part { fill: var(--series); }
.shares svg .bad { fill: var(--bad); }
:root:has(.wall) { font-size: clamp(16px, 1.4vw, 40px); }
.app:has(.wall), .app > main:has(.wall) { max-width: none; }
.bar:has(+ .app .wall) > div { max-width: none; }
.wall .stat strong { font-size: 2.5rem; }
.wall .well { font-size: 2rem; }
.wall .wrong { font-size: 1.25rem; }
.wall details { display: none; }
@media (min-width: 1200px) { .wall .columns { grid-template-columns: repeat(4, minmax(0, 1fr)); } }
.told { list-style: none; padding: 0; }
.told > li + li { border-top: 1px solid var(--line); margin-top: var(--space-4); padding-top: var(--space-4); }
[data-live] > .chart:first-child { margin-top: 0; }
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
