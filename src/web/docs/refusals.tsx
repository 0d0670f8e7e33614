/** Every refusal of the switch in one table; `type` of a problem document leads to its row. */
import type { FC } from 'hono/jsx';
import { statusOf } from '../../http/index.ts';
import { type Language, type RefusalCode, refusals, refusalText } from '../../kernel/index.ts';
import { Languages, Page } from '../layout.tsx';

const codes = Object.keys(refusals) as RefusalCode[];

export const Refusals: FC<{ language: Language }> = ({ language }) => (
  <Page title="Refusals" here="/docs/refusals">
    <div class="prose">
      <h1>Refusals</h1>
      <p class="lead">
        Every “no” the switch can answer: {codes.length} codes, closed, never changed in meaning.
      </p>
      <p>
        A refused call is a problem document (RFC 9457) with this <code>code</code>; a declined payment is a
        payment with a <code>refusal</code>. Show people the text, and act on the code.
      </p>
    </div>
    <Languages
      current={language}
      label="Language of the texts"
      address={(to) => `/docs/refusals?lang=${to}`}
    />
    <table class="refusals">
      <thead>
        <tr>
          <th scope="col">Code</th>
          <th scope="col">Text for people</th>
          <th scope="col" class="figure">
            HTTP
          </th>
          <th scope="col">ISO 20022</th>
          <th scope="col">Who acts</th>
          <th scope="col">Same request again?</th>
        </tr>
      </thead>
      <tbody>
        {codes.map((code) => (
          <tr id={code}>
            <th scope="row" class="wide">
              <a href={`#${code}`}>
                <code>{code}</code>
              </a>
            </th>
            <td class="wide" lang={language}>
              {refusalText(code, language)}
            </td>
            <td class="figure" data-label="HTTP">
              {statusOf(code)}
            </td>
            <td data-label="ISO">{refusals[code].reason}</td>
            <td data-label="Who acts">{refusals[code].actor}</td>
            <td data-label="Again?">{refusals[code].retryable ? 'may succeed later' : 'no'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Page>
);
