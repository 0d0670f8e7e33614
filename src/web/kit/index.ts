/** The components that all pages share; `src/web/index.ts` says how a page is made of them. */
export { type Bar, BarChart } from './chart.tsx';
export { BarCode, QrCode } from './codes.tsx';
export { type Amount, Facts, Money, Stat, Stats, Time } from './figures.tsx';
export { Button, Check, Dialog, Field, Filters, LinkButton, Select } from './forms.tsx';
export { Icon, type IconName } from './icons.tsx';
export { Scanner } from './scanner.tsx';
export { schemeName } from './scheme.ts';
export { type Share, Shares } from './shares.tsx';
export { AppShell, LandingShell, type Place } from './shell.tsx';
export {
  Notice,
  PasskeyElsewhere,
  RefundStatus,
  Skeleton,
  type Status,
  StatusTag,
  Tag,
  Timeline,
  type TimelineStep,
  type Tone,
  toneOf,
} from './status.tsx';
export { Card, type Column, Empty, type Tab, Table, Tabs } from './table.tsx';
export { kitTexts } from './texts.ts';
