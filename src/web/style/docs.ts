/** The API documentation: contents beside the text on wide screens, above it on phones. */
export const docs = `
.docs section, .guides section { margin-top: var(--space-8); }
.docs section section { margin-top: var(--space-6); }
.docs h2, .guides h2 { padding-top: var(--space-4); border-top: 1px solid var(--line); }
.contents { font-size: 0.9375rem; }
.contents ul { list-style: none; padding: 0; margin: 0; }
.contents a { display: block; padding: 6px 0; color: var(--ink-soft); text-decoration: none; }
.contents a:hover { color: var(--ink); text-decoration: underline; }
.contents > ul { columns: 2; }
.contents .deep { display: none; }
.operation h3 a, .object h3 a { color: inherit; text-decoration: none; }
.operation h3 a:hover, .object h3 a:hover { text-decoration: underline; }
.operation h4 { margin-top: var(--space-4); font-size: 0.9375rem; }
.route { display: flex; flex-wrap: wrap; align-items: center; gap: var(--space-2); margin-top: var(--space-2); }
.route code { font-size: 0.9375rem; }
.method { font: 600 0.8125rem/1.5 var(--mono); padding: 1px 8px; border-radius: var(--radius-small);
  background: var(--accent-soft); color: var(--accent); }
.method.get { background: var(--sunken); color: var(--ink-soft); }
.method.delete { background: var(--bad-soft); color: var(--bad); }
.fields { margin-top: var(--space-2); border-top: 1px solid var(--line); }
.fields > div { padding: var(--space-2) 0; border-bottom: 1px solid var(--line); }
.fields dt { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px var(--space-2); }
.fields dd { margin: 2px 0 0; color: var(--ink-soft); font-size: 0.9375rem; }
.fields dt code { font-weight: 600; background: none; padding: 0; }
.refusals td { font-size: 0.9375rem; }
.refusals tr { scroll-margin-top: 64px; }
.refusals tr:target { background: var(--accent-soft); }
.refusals th code { white-space: nowrap; }
.refusals th[scope='row'] { font-weight: 400; }
.refusals th[scope='row'] a { text-decoration: none; }
.docs .card.try-it { margin-top: var(--space-4); padding: var(--space-4); }
.try-it label { display: block; margin-top: var(--space-3); }
.card.try-it label { margin-top: 0; }
.try-it :is(input, select, textarea) { display: block; width: 100%; min-height: var(--target); margin-top: var(--space-1);
  padding: var(--space-2) var(--space-3); border: 1px solid var(--ink-soft); border-radius: var(--radius-small);
  background: var(--surface); color: var(--ink); font: 1rem/1.5 var(--mono); }
.try-it textarea { resize: vertical; }
.try-it ::placeholder { color: var(--ink-soft); opacity: 1; }
.try-it [aria-invalid='true'] { border-color: var(--bad); }
/* Not a password: browsers offer to store those. */
.try-it .masked { -webkit-text-security: disc; }
.try-it .beside { display: flex; align-items: end; gap: var(--space-2); }
.try-it .beside label { flex: 1; min-width: 0; }
.try-it button { cursor: pointer; }
.try-it .button.quiet { min-height: var(--target); }
.try-it [type='submit'] { margin-top: var(--space-4); min-width: 128px; }
.try-it [aria-disabled='true'] { opacity: 0.6; }
.try-it .bad { color: var(--bad); }
.try-it form pre { white-space: pre-wrap; overflow-wrap: anywhere; max-height: 60vh; overflow-y: auto; }
.figure { font-variant-numeric: tabular-nums; text-align: end; }
@media (max-width: 759px) {
  .refusals, .refusals tbody { display: block; }
  .refusals thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .refusals tr { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 var(--space-3);
    padding: var(--space-3) 0; border-bottom: 1px solid var(--line); }
  .refusals tr > * { padding: 0; border: 0; text-align: start; }
  .refusals tr > .wide { flex: 0 0 100%; }
  .refusals td[data-label]::before { content: attr(data-label) ' '; color: var(--ink-soft); font-size: 0.8125rem; }
}
@media (min-width: 960px) {
  .docs { display: grid; grid-template-columns: 260px minmax(0, 1fr); gap: var(--space-8); align-items: start; }
  .contents { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; padding: var(--space-4) 0; }
  .contents > ul { columns: auto; }
  .contents .deep { display: block; margin: 0 0 var(--space-2) var(--space-2); padding-left: var(--space-3);
    border-left: 1px solid var(--line); font-size: 0.875rem; }
  .contents .deep a { padding: 3px 0; line-height: 1.4; }
  .docs article > section:first-child { margin-top: var(--space-4); }
}
`;
