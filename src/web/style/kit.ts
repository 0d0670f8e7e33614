/** The components of `src/web/kit`, in the order of its files. */
export const kit = `
/* Shells */
.bar-end { display: flex; align-items: center; gap: var(--space-1); margin-inline-start: auto; }
.bar nav + .bar-end { margin-inline-start: 0; }
.bar form { margin: 0; }
.icon-button { min-width: var(--target); min-height: var(--target); display: inline-flex; align-items: center;
  justify-content: center; border: 0; border-radius: var(--radius-small); background: none; color: var(--ink-soft);
  font: inherit; cursor: pointer; padding: 0 var(--space-2); gap: var(--space-2); }
.icon-button:hover { color: var(--ink); background: var(--sunken); }
.brand-name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.app-bar > div { flex-wrap: nowrap; }
.app-bar .brand { min-width: 0; }
.app-bar .brand svg { flex: none; }
.sandbox-line { margin: 0; padding: 2px var(--space-4); background: var(--wait-soft); color: var(--wait);
  font-size: 0.8125rem; text-align: center; }
.menu { position: relative; }
.menu > summary { min-width: var(--target); justify-content: center; padding: 0 var(--space-2); color: var(--ink-soft);
  border-radius: var(--radius-small); list-style: none; flex-wrap: nowrap; }
.menu > summary::before { content: none !important; }
.menu > summary:hover { color: var(--ink); background: var(--sunken); }
.menu > ul { position: absolute; inset-inline-end: 0; z-index: 8; min-width: 180px; margin: var(--space-1) 0 0;
  padding: var(--space-1); list-style: none; background: var(--surface); border: 1px solid var(--line);
  border-radius: var(--radius); box-shadow: var(--shadow); }
.menu > ul a { display: flex; align-items: center; gap: var(--space-2); min-height: var(--target);
  padding: 0 var(--space-3); border-radius: var(--radius-small); color: var(--ink); text-decoration: none; }
.menu > ul a:hover { background: var(--sunken); }
.menu > ul a[aria-current] { font-weight: 600; color: var(--accent); }
.wide-only { display: none; }
.narrow { max-width: 480px; }
.app { flex: 1; display: flex; flex-direction: column; width: 100%; max-width: 1280px; margin: 0 auto; }
.app > main { padding-bottom: 96px; min-width: 0; }
.places { position: fixed; inset: auto 0 0; z-index: 7; background: var(--surface); border-top: 1px solid var(--line);
  padding-bottom: env(safe-area-inset-bottom); }
.places ul { display: flex; list-style: none; margin: 0; padding: 0; }
.places > ul > li { flex: 1 1 0; min-width: 0; }
.places > ul > li > a, .places summary { display: flex; flex-direction: column; align-items: center; gap: 2px;
  justify-content: center; min-height: 60px; padding: var(--space-1); color: var(--ink-soft); text-decoration: none;
  font-size: 0.75rem; line-height: 1.4; text-align: center; }
.places a span, .places summary span { max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.places .icon { width: 24px; height: 24px; }
.places .count { background: var(--accent); color: var(--on-accent); border-radius: 10px; padding: 0 6px; font-size: 13px;
  font-variant-numeric: tabular-nums; }
.places a[aria-current] { color: var(--accent); font-weight: 600; }
.places .beyond { display: none; }
.places .menu > ul { display: block; inset: auto var(--space-2) calc(100% + var(--space-1)) auto; }
@media (min-width: 880px) {
  .wide-only { display: inline; }
  .app { flex-direction: row; align-items: flex-start; }
  .app > main { padding: var(--space-6); }
  .places { position: sticky; top: 0; border: 0; background: none; width: 224px; flex: none; padding: var(--space-6) 0 0 var(--space-4); }
  .places ul { display: block; }
  .places > ul > li > a { flex-direction: row; justify-content: flex-start; min-height: 48px; gap: var(--space-3);
    padding: 0 var(--space-3); font-size: 1rem; border-radius: var(--radius-small); text-align: start; }
  .places a:hover { background: var(--sunken); color: var(--ink); }
  .places a[aria-current] { background: var(--accent-soft); }
  .places .beyond { display: block; }
  .places .more { display: none; }
}
@media print { .bar, .places, .paging, .filters { display: none !important; } }

/* Figures */
.money { white-space: nowrap; font-variant-numeric: tabular-nums; }
.stats { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: var(--space-3); }
.stat { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); padding: var(--space-4);
  box-shadow: var(--shadow); }
.stat dt { color: var(--ink-soft); font-size: 0.875rem; }
.stat dd { margin: var(--space-1) 0 0; }
.stat strong { display: block; font-size: 1.5rem; line-height: 1.4; letter-spacing: -0.01em; font-variant-numeric: tabular-nums; }
.change { display: inline-flex; align-items: center; gap: var(--space-1); color: var(--ink-soft); font-size: 0.875rem; }

/* Status */
.state { display: inline-flex; align-items: center; gap: 6px; padding: 2px 10px 2px 6px; border-radius: 99px;
  font-size: 0.875rem; font-weight: 600; line-height: 1.6; white-space: nowrap; background: var(--sunken); color: var(--ink-soft); }
.state.wait, .notice.wait { background: var(--wait-soft); color: var(--wait); }
.state.good, .notice.good { background: var(--good-soft); color: var(--good); }
.state.bad, .notice.bad { background: var(--bad-soft); color: var(--bad); }
.notice { background: var(--wait-soft); color: var(--wait); border-radius: var(--radius-small);
  padding: var(--space-3) var(--space-4); margin-top: var(--space-4); }
div.notice { display: flex; gap: var(--space-3); align-items: flex-start; }
.notice .icon { margin-top: 3px; }
.notice.over, .notice.plain { background: var(--sunken); color: var(--ink); }
.timeline { list-style: none; padding: 0; }
.timeline > li { position: relative; display: flex; gap: var(--space-3); padding-bottom: var(--space-4); }
.timeline > li:not(:last-child)::after { content: ''; position: absolute; inset: 26px auto 0 11px; width: 2px; background: var(--line); }
.timeline .icon { width: 24px; height: 24px; color: var(--ink-soft); }
.timeline .good > .icon { color: var(--good); }
.timeline .bad > .icon { color: var(--bad); }
.timeline .wait > .icon { color: var(--wait); }
.skeleton span { display: block; height: 20px; margin-top: var(--space-3); border-radius: var(--radius-small); background: var(--sunken); }
.skeleton span:last-child { width: 60%; }

/* Forms */
.button { gap: var(--space-2); cursor: pointer; transition: filter 120ms; }
.button:hover { filter: brightness(1.08); }
.button.wide { width: 100%; }
.button.danger { background: none; border-color: var(--bad); color: var(--bad); }
.button:disabled, .button[aria-disabled='true'], .button[aria-busy] { opacity: 0.6; cursor: default; }
.buttons { display: flex; flex-wrap: wrap; gap: var(--space-3); margin-top: var(--space-4); }
.field { margin-top: var(--space-4); }
.field label { display: block; font-weight: 600; font-size: 0.9375rem; }
.field :is(input, select, textarea) { display: block; width: 100%; min-height: 48px; margin-top: var(--space-1);
  padding: var(--space-2) var(--space-3); border: 1px solid var(--ink-soft); border-radius: var(--radius-small);
  background: var(--surface); color: var(--ink); font: inherit; }
.field textarea { resize: vertical; }
.field ::placeholder { color: var(--ink-soft); opacity: 1; }
.field [aria-invalid='true'] { border-color: var(--bad); }
.hint { color: var(--ink-soft); font-size: 0.875rem; margin-top: var(--space-1); }
.error { display: flex; gap: var(--space-2); color: var(--bad); font-size: 0.9375rem; margin-top: var(--space-1); }
.error .icon { margin-top: 2px; }
.check { display: flex; align-items: center; gap: var(--space-3); min-height: var(--target); }
.check input { width: 20px; height: 20px; accent-color: var(--accent); flex: none; }
.filters { display: flex; flex-wrap: wrap; align-items: flex-end; gap: var(--space-3); margin-top: var(--space-4); }
.filters .field { margin: 0; flex: 1 1 160px; }
dialog { border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); color: var(--ink);
  padding: var(--space-4) var(--space-6) var(--space-6); width: min(480px, calc(100vw - 32px)); box-shadow: var(--shadow); }
dialog::backdrop { background: rgb(10 14 22 / 55%); }
.dialog-head, .card-head { display: flex; align-items: center; justify-content: space-between; gap: var(--space-3); }
.card-head > a { flex: none; }
.dialog-head h2, .card-head h2 { font-size: 1.125rem; }

.scanner-view { position: relative; margin-top: var(--space-4); border-radius: var(--radius); overflow: hidden; background: #000;
  aspect-ratio: 1; max-width: 420px; }
.scanner-view video { width: 100%; height: 100%; object-fit: cover; display: block; }
.scanner-frame { position: absolute; inset: 12%; width: 76%; height: 76%; color: #fff; opacity: 0.85; stroke-width: 0.5; }
label.button:focus-within { outline: 3px solid var(--accent); outline-offset: 2px; }

/* Tables */
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
caption { text-align: start; font-weight: 600; padding-bottom: var(--space-2); }
.number { text-align: end; font-variant-numeric: tabular-nums; }
.rows tbody tr:hover { background: var(--sunken); }
.rows td > a:first-child { display: inline-flex; align-items: center; min-height: var(--target); }
.rows td { vertical-align: middle; }
tfoot :is(th, td) { font-weight: 700; border-top: 2px solid var(--line); border-bottom: 0; }
.paging { display: flex; justify-content: space-between; gap: var(--space-3); margin-top: var(--space-4); }
.paging [rel='next'] { margin-inline-start: auto; }
.empty { display: flex; flex-direction: column; align-items: center; gap: var(--space-3); text-align: center;
  color: var(--ink-soft); padding: var(--space-12) var(--space-4); }
.empty > .icon { width: 40px; height: 40px; }
.tabs { display: flex; gap: var(--space-1); overflow-x: auto; border-bottom: 1px solid var(--line); margin-top: var(--space-4); }
.tabs a { min-height: var(--target); display: inline-flex; align-items: center; padding: 0 var(--space-3); white-space: nowrap;
  color: var(--ink-soft); text-decoration: none; border-bottom: 3px solid transparent; }
.tabs a[aria-current] { color: var(--ink); font-weight: 600; border-color: var(--accent); }
* + .card { margin-top: var(--space-4); }
.cards > .card { margin-top: 0; }
.card > .facts:first-child { border: 0; margin-top: calc(-1 * var(--space-2)); }
@media (max-width: 639px) {
  .rows, .rows :is(tbody, tfoot) { display: block; }
  .rows thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .rows tr { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 var(--space-3); align-items: center; padding: var(--space-3) 0;
    border-bottom: 1px solid var(--line); }
  .rows :is(th, td) { padding: 0; border: 0; min-width: 0; }
  .rows td:nth-child(even) { text-align: end; }
  .rows td:nth-child(odd) { text-align: start; }
  .rows td:nth-child(n + 3) { font-size: 0.875rem; color: var(--ink-soft); }
  .rows td:empty { display: none; }
}

/* Charts */
.chart { margin: var(--space-4) 0 0; }
.chart figcaption { font-weight: 600; }
.chart svg { display: block; width: 100%; height: auto; overflow: visible; }
.chart .value { fill: var(--series); background: var(--series); }
.chart .before { fill: var(--series-before); background: var(--series-before); }
.chart .grid { stroke: var(--line); stroke-width: 1; }
.chart .axis { fill: var(--ink-soft); font-size: 13px; font-variant-numeric: tabular-nums; }
.chart .end { text-anchor: end; }
.chart .middle { text-anchor: middle; }
.legend { display: flex; gap: var(--space-4); margin-top: var(--space-1); font-size: 0.875rem; color: var(--ink-soft); }
.chart .legend .series { fill: none; background: none; display: inline-flex; align-items: center; gap: 6px; }
.chart .legend .series::before { content: ''; width: 12px; height: 12px; border-radius: 3px; background: var(--series); }
.chart .legend .series.before::before { background: var(--series-before); }
@media (max-width: 639px) { .chart .axis { font-size: 22px; } }
@media (prefers-reduced-motion: reduce) { *, *::before, *::after { animation: none !important; transition: none !important; } }
`;
