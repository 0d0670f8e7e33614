/**
 * The design tokens: every colour, space and font of every page. 4 px grid, contrast at least 4.5 : 1. Light or dark as
 * the device has it, unless a reader chose.
 */
const dark = `  --ground: #10131a; --surface: #181c25; --sunken: #222733;
  --ink: #e9ecf2; --ink-soft: #a3adbd; --line: #303745;
  --accent: #93b4ff; --on-accent: #0d1630; --accent-soft: #1f2a47;
  --good: #6fd9a0; --good-soft: #12301f;
  --bad: #ff9d94; --bad-soft: #3a1a18;
  --wait: #f2c463; --wait-soft: #35290f;
  --paid: #6fd9a0; --on-paid: #06251a;
  --shadow: none; --series: #93b4ff; --series-before: #3c4760;`;

export const tokens = `
:root {
  color-scheme: light dark;
  --ground: #f5f6f8; --surface: #ffffff; --sunken: #eef0f4;
  --ink: #171b22; --ink-soft: #545d6b; --line: #dadfe6;
  --accent: #2352bd; --on-accent: #ffffff; --accent-soft: #e7edfb;
  /* Green is money received, red is money lost or refused, amber is waiting. Never colour alone. */
  --good: #0a6b3b; --good-soft: #dff4e8;
  --paid: #0a6b3b; --on-paid: #ffffff;
  --bad: #a8261d; --bad-soft: #fce8e6;
  --wait: #7a5000; --wait-soft: #fdf1d3;
  --shadow: 0 1px 2px rgb(23 27 34 / 6%), 0 4px 16px rgb(23 27 34 / 6%);
  --space-1: 4px; --space-2: 8px; --space-3: 12px; --space-4: 16px; --space-6: 24px; --space-8: 32px;
  --space-12: 48px;
  --series: #2352bd; --series-before: #c3cede;
  --radius: 12px; --radius-small: 6px;
  --target: 44px;
  --font: system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans Thai', 'Noto Sans Khmer',
    'Noto Sans SC', 'Noto Sans CJK SC', 'Leelawadee UI', 'Khmer UI', 'PingFang SC', 'Microsoft YaHei', sans-serif;
  --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'Noto Sans Mono', 'DejaVu Sans Mono', monospace;
}
@media (prefers-color-scheme: dark) { :root:not([data-theme='light']) {
${dark}
} }
:root[data-theme='light'] { color-scheme: light; }
:root[data-theme='dark'] { color-scheme: dark;
${dark}
}
`;
