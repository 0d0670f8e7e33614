/** Plain HTML elements, so that a page without a single class already reads well. */
export const elements = `
*, *::before, *::after { box-sizing: border-box; }
html { font: 16px/1.6 var(--font); -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); min-height: 100vh; display: flex;
  flex-direction: column; overflow-wrap: break-word; }
/* Khmer and Thai stack marks above and below the letters. */
:lang(km), :lang(th) { line-height: 1.75; }
main { flex: 1; width: 100%; max-width: 1120px; margin: 0 auto; padding: var(--space-4); }
h1, h2, h3, h4 { line-height: 1.3; margin: 0; text-wrap: balance; }
:is(h1, h2, h3, h4):is(:lang(km), :lang(th)) { line-height: 1.6; }
h1 { font-size: 1.75rem; letter-spacing: -0.01em; }
h2 { font-size: 1.375rem; }
h3 { font-size: 1.125rem; }
h4 { font-size: 1rem; }
p, ul, ol, dl, pre, table { margin: var(--space-3) 0 0; }
a { color: var(--accent); text-underline-offset: 3px; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: var(--radius-small); }
:target { scroll-margin-top: var(--space-4); }
code, pre { font-family: var(--mono); font-size: 0.875em; }
code { background: var(--sunken); padding: 1px 5px; border-radius: var(--radius-small); overflow-wrap: anywhere; }
pre { background: var(--sunken); border: 1px solid var(--line); border-radius: var(--radius-small);
  padding: var(--space-3) var(--space-4); overflow-x: auto; line-height: 1.5; }
pre code { background: none; padding: 0; font-size: inherit; overflow-wrap: normal; }
img { max-width: 100%; height: auto; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: start; vertical-align: top; padding: var(--space-2) var(--space-3);
  border-bottom: 1px solid var(--line); }
thead th { position: sticky; top: 0; background: var(--surface); font-size: 0.875rem; color: var(--ink-soft);
  font-weight: 600; z-index: 1; }
summary { cursor: pointer; min-height: var(--target); display: flex; align-items: center; gap: var(--space-2);
  flex-wrap: wrap; }
summary::before { content: '▸'; color: var(--ink-soft); }
details[open] > summary::before { content: '▾'; }
summary::-webkit-details-marker { display: none; }
[hidden] { display: none !important; }
@media print { body { background: none; } }
`;
