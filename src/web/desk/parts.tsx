/** What pages for people at work are made of beyond the kit: heads, refusals, amounts as typed, lists of the API. */
import type { Child, FC } from 'hono/jsx';
import { amountOf, decimalsOf, type Money as MoneyJson } from '../../client/index.ts';
import { formatMinor, type Language } from '../../kernel/index.ts';
import type { ApiAnswer, ApiProblem } from '../api.ts';
import { Notice } from '../kit/index.ts';
import { moneyText } from '../language.ts';
import type { ShowStatus } from '../respond.tsx';
import { useVisit } from '../visit.ts';
import { deskTexts } from './texts.ts';

interface HeadProps {
  readonly title: Child;
  /** Where one came from. */
  readonly back?: readonly [href: string, text: string];
  /** What can be done on this page. */
  readonly children?: Child;
}

/** The top of a page: the way back, its heading, what can be done. */
export const Head: FC<HeadProps> = ({ title, back, children }) => (
  <header class="page-head">
    {back && (
      <a class="back" href={back[0]}>
        ← {back[1]}
      </a>
    )}
    <h1>{title}</h1>
    {children && <div class="page-deeds">{children}</div>}
  </header>
);

/** What the API refused, in words, with its code beside "Details". */
export const Refused: FC<{ problem: ApiProblem; children?: Child }> = ({ problem, children }) => {
  const say = deskTexts(useVisit().language);
  return (
    <Notice tone="bad" alert>
      <p>{problem.violations?.length ? say('checkFields') : problem.detail}</p>
      {children}
      <details>
        <summary>{say('details')}</summary>
        <code>{problem.code}</code> · <code>{problem.request_id}</code>
        {problem.explanation !== undefined && <p>{problem.explanation}</p>}
      </details>
    </Notice>
  );
};

/** What a page answers when the API refused: the same, where a browser understands it. */
export const shown = ({ status }: ApiProblem): ShowStatus =>
  status === 403 || status === 404 || status === 409 || status === 422 || status === 429 ? status : 500;

/** The value of an answer, or nothing: for parts of a page that it can be shown without. */
export const valueIn = <Value,>(answer: ApiAnswer<Value>): Value | undefined =>
  answer.ok ? answer.value : undefined;

export interface List<Row> {
  readonly data: Row[];
  readonly next_cursor: string | null;
}

export const textOf = ({ amount, currency }: MoneyJson, language: Language): string =>
  moneyText(BigInt(amount), currency, language);

// Longer amounts are set smaller: they never wrap.
const amountLengthMax = 14;

/** What a page is about: an amount, large. */
export const Sum: FC<MoneyJson & { minus?: boolean }> = ({ minus, ...money }) => {
  const text = textOf(money, useVisit().language);
  return (
    <p class={text.length > amountLengthMax ? 'amount long' : 'amount'}>
      {minus && '− '}
      {text}
    </p>
  );
};

/** An amount as it is typed into a field: `125.50`. */
export const typed = ({ amount, currency }: MoneyJson): string =>
  formatMinor(BigInt(amount), decimalsOf(currency));

/** Minor units of what was typed; undefined when it is no amount above zero. */
export const typedAmount = (text: string | undefined, currency: string): number | undefined => {
  const amount = amountOf((text ?? '').replaceAll(/[\s\u00a0]/g, ''), currency);
  return amount === 0 ? undefined : amount;
};

/** A link with what is set of these parameters. */
export function address(path: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value) query.set(name, value);
  return query.size > 0 ? `${path}?${query}` : path;
}

/** What is wrong with each field, by its name, in the visitor's language. */
export function errorsOf(problem: ApiProblem, language: Language): Readonly<Record<string, string>> {
  const say = deskTexts(language);
  const texts: Readonly<Record<string, string>> = {
    too_small: say('fieldMissing'),
    too_big: say('fieldTooLong'),
  };
  return Object.fromEntries(
    (problem.violations ?? []).map(({ pointer, code }) => [
      pointer
        .replace(/^\/query/, '')
        .slice(1)
        .split('/')[0] ?? '',
      texts[code] ?? say('fieldWrong'),
    ]),
  );
}
