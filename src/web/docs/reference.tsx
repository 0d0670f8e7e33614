/** The API on one page: contents, guide, every operation by group, every named schema. */
import type { FC } from 'hono/jsx';
import type { Mode } from '../../kernel/index.ts';
import { Page, Prose } from '../layout.tsx';
import { curlOf } from './example.ts';
import { Fields } from './fields.tsx';
import { Guide, guideSections } from './guide.tsx';
import { type Group, groupsOf, type OpenApi, type Operation } from './openapi.ts';
import { fieldOf, formsOf, type Schemas, schemasOf } from './schema.ts';
import { TryForm, TryKey } from './try-form.tsx';
import { tryIt } from './try-it.ts';

interface ReferenceProps {
  readonly document: OpenApi;
  /** Where no real money is, operations can be tried on the page. */
  readonly mode: Mode;
}

export const Reference: FC<ReferenceProps> = ({ document, mode }) => {
  const groups = groupsOf(document);
  const schemas = schemasOf(document);
  const url = document.servers?.[0]?.url ?? '';
  const tries = mode === 'sandbox';
  return (
    <Page title="API documentation" here="/docs" head={tries && <script src={tryIt.path} defer />}>
      <div class="docs">
        <Contents groups={groups} schemas={schemas} />
        <article>
          <section class="prose">
            <h1>API documentation</h1>
            <p class="lead">{document.info.description}</p>
            <p>
              Base address <code>{url}</code>, version {document.info.version}. The same as a document:{' '}
              <a href="/openapi.json">openapi.json</a>.
            </p>
            {tries && <TryKey />}
          </section>
          <Guide url={url} />
          {groups.map(({ tag, operations }) => (
            <section id={anchorOf(tag)}>
              <h2>{tag}</h2>
              {operations.map((operation) => (
                <OperationView operation={operation} schemas={schemas} url={url} tries={tries} />
              ))}
            </section>
          ))}
          <Objects schemas={schemas} />
        </article>
      </div>
    </Page>
  );
};

const anchorOf = (tag: string): string => tag.toLowerCase().replaceAll(/\W+/g, '-');

const Contents: FC<{ groups: readonly Group[]; schemas: Schemas }> = ({ groups, schemas }) => (
  <nav class="contents" aria-label="Contents">
    <ul>
      {guideSections.map(({ id, title }) => (
        <li>
          <a href={`#${id}`}>{title}</a>
        </li>
      ))}
      {groups.map(({ tag, operations }) => (
        <li>
          <a href={`#${anchorOf(tag)}`}>{tag}</a>
          <ul class="deep">
            {operations.map(({ anchor, summary }) => (
              <li>
                <a href={`#${anchor}`}>
                  <Prose text={briefly(summary)} />
                </a>
              </li>
            ))}
          </ul>
        </li>
      ))}
      <li>
        <a href="#objects">Objects</a>
        <ul class="deep">
          {Object.keys(schemas).map((name) => (
            <li>
              <a href={`#object-${name}`}>{name}</a>
            </li>
          ))}
        </ul>
      </li>
    </ul>
  </nav>
);

/** A summary up to its first pause: enough to find it by. */
const briefly = (summary: string): string => summary.split(/[;:,](?: |$)/)[0] ?? summary;

interface OperationProps {
  readonly operation: Operation;
  readonly schemas: Schemas;
  readonly url: string;
  readonly tries: boolean;
}

const OperationView: FC<OperationProps> = ({ operation, schemas, url, tries }) => {
  const { anchor, method, path, summary, description, roles, parameters, body, answers, refusals } =
    operation;
  return (
    <section class="operation" id={anchor}>
      <h3>
        <a href={`#${anchor}`}>
          <Prose text={summary} />
        </a>
      </h3>
      <p class="route">
        <span class={`method ${method}`}>{method.toUpperCase()}</span>
        <code>{path}</code>
      </p>
      {description !== undefined && (
        <p>
          <Prose text={description} />
        </p>
      )}
      <p class="soft small">
        {roles.length === 0 ? 'Needs no key.' : 'Who may call it: '}
        {roles.map((role, index) => (
          <>
            {index > 0 && ', '}
            <span class="nowrap">{role}</span>
          </>
        ))}
      </p>
      {(['path', 'query', 'header'] as const).map((place) => {
        const here = parameters.filter((parameter) => parameter.place === place);
        return (
          here.length > 0 && (
            <>
              <h4>{placeNames[place]}</h4>
              <Fields
                fields={here.map(({ name, schema, required }) => fieldOf(name, schema, required, schemas))}
                marksRequired
              />
            </>
          )
        );
      })}
      {body && (
        <>
          <h4>Request fields</h4>
          <Forms forms={formsOf(body, schemas)} marksRequired />
        </>
      )}
      <h4>Example</h4>
      <pre tabindex={0}>
        <code>{curlOf(operation, url, schemas)}</code>
      </pre>
      {tries && <TryForm operation={operation} schemas={schemas} />}
      {answers.map((answer) => (
        <AnswerView answer={answer} schemas={schemas} />
      ))}
      <details>
        <summary>May be refused with {refusals.length} codes</summary>
        <p class="small">
          {refusals.map((code, index) => (
            <>
              {index > 0 && ' '}
              <a href={`/docs/refusals#${code}`}>
                <code>{code}</code>
              </a>
            </>
          ))}
        </p>
      </details>
    </section>
  );
};

const placeNames = { path: 'In the path', query: 'In the query', header: 'Headers' };

const Forms: FC<{ forms: ReturnType<typeof formsOf>; marksRequired?: boolean }> = ({
  forms,
  marksRequired,
}) => (
  <>
    {forms.map((fields, index) => (
      <>
        {forms.length > 1 && <p class="soft small">{index === 0 ? 'Either' : 'or'}</p>}
        <Fields fields={fields} marksRequired={marksRequired ?? false} />
      </>
    ))}
  </>
);

const AnswerView: FC<{ answer: Operation['answers'][number]; schemas: Schemas }> = ({ answer, schemas }) => {
  const { status, contentType, schema } = answer;
  if (!schema || contentType !== 'application/json') {
    return (
      <p>
        Answers {status} with <code>{contentType}</code>.
      </p>
    );
  }
  const { type } = fieldOf('', schema, true, schemas);
  return (
    <details>
      <summary>
        Answers {status} with {type.name === undefined ? 'these fields' : `fields of ${type.name}`}
      </summary>
      {type.name !== undefined && (
        <p class="small">
          <a href={`#object-${type.name}`}>{type.name}</a> among the objects
        </p>
      )}
      <Forms forms={formsOf(schema, schemas)} />
    </details>
  );
};

const Objects: FC<{ schemas: Schemas }> = ({ schemas }) => (
  <section id="objects">
    <h2>Objects</h2>
    {Object.entries(schemas).map(([name, schema]) => (
      <section class="object" id={`object-${name}`}>
        <h3>
          <a href={`#object-${name}`}>{name}</a>
        </h3>
        {'enum' in schema && (
          <p>
            <Prose text={schema.description ?? ''} /> <a href="/docs/refusals">The table of refusals</a> has
            all {schema.enum?.length}.
          </p>
        )}
        <Forms forms={formsOf(schema, schemas)} />
      </section>
    ))}
  </section>
);
