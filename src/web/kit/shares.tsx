/** A short list of figures with a bar each: who has how much of something. It is a table, so nothing else stands behind it. */
import type { Child, FC } from 'hono/jsx';

export interface Share {
  readonly name: Child;
  readonly value: number;
  readonly text: Child;
  /** Beyond what is usual: drawn in the colour of what is lost. */
  readonly bad?: boolean;
}

interface SharesProps {
  readonly caption: string;
  readonly names: readonly [name: string, value: string];
  readonly rows: readonly Share[];
  /** What a whole bar stands for; the largest value as a rule. */
  readonly whole?: number;
}

export const Shares: FC<SharesProps> = ({ caption, names, rows, whole }) => {
  const most = whole ?? Math.max(1, ...rows.map(({ value }) => value));
  return (
    <table class="shares">
      <caption class="unseen">{caption}</caption>
      <thead class="unseen">
        <tr>
          {names.map((name) => (
            <th scope="col">{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, value, text, bad }) => (
          <tr>
            <th scope="row">
              {name}
              <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                <path class="whole" d="M0 0H100V6H0Z" />
                <path
                  class={bad ? 'bad' : 'part'}
                  d={`M0 0H${Math.round(Math.min(1, value / most) * 1_000) / 10}V6H0Z`}
                />
              </svg>
            </th>
            <td class="number">{text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
