/** The OpenAPI document as this documentation reads it: operations in groups, and schemas by name. */
import type { OpenAPIHono } from '@hono/zod-openapi';

export type OpenApi = ReturnType<OpenAPIHono['getOpenAPI31Document']>;
type PathItem = NonNullable<OpenApi['paths']>[string];
type OperationObject = NonNullable<PathItem['get']>;
type Response = NonNullable<OperationObject['responses']>[string];
/** A schema, or a reference to one. */
export type Schema = NonNullable<NonNullable<OpenApi['components']>['schemas']>[string];

export interface Parameter {
  readonly name: string;
  readonly place: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Schema;
}

export interface Operation {
  /** Its name in links, e.g. `post-v1-scans`. */
  readonly anchor: string;
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string | undefined;
  /** Who may call it; empty when everybody may. */
  readonly roles: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
  /** A body as it may be sent. */
  readonly example: unknown;
  /** Codes it may be refused with. */
  readonly refusals: readonly string[];
  readonly answers: readonly { status: string; contentType: string; schema: Schema | undefined }[];
}

export interface Group {
  readonly tag: string;
  readonly operations: readonly Operation[];
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Operations by their first tag, both in the order of the document. */
export function groupsOf(document: OpenApi): Group[] {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => (item[method] ? [operationOf(method, path, item[method])] : [])),
  );
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  return tags.map((tag) => ({ tag, operations: operations.filter((operation) => operation.tag === tag) }));
}

function operationOf(method: string, path: string, object: OperationObject): Operation {
  const { requestBody } = object;
  const sent = requestBody && 'content' in requestBody ? requestBody.content['application/json'] : undefined;
  return {
    anchor: `${method}${path.replaceAll(/[^\w]+/g, '-').replace(/-$/, '')}`,
    method,
    path,
    tag: object.tags?.[0] ?? 'Other',
    summary: object.summary ?? `${method} ${path}`,
    description: object.description,
    roles: textsIn(object['x-roles']),
    parameters: (object.parameters ?? []).flatMap((parameter) => parameterOf(parameter)),
    body: sent?.schema,
    example: sent?.example,
    refusals: textsIn(object['x-refusals']),
    answers: Object.entries(object.responses ?? {})
      .filter(([status]) => status.startsWith('2'))
      .flatMap(([status, response]) => answersOf(status, response)),
  };
}

const textsIn = (list: unknown): string[] => (Array.isArray(list) ? list.map(String) : []);

function parameterOf(parameter: NonNullable<OperationObject['parameters']>[number]): Parameter[] {
  if (!('in' in parameter) || parameter.in === 'cookie') return [];
  const { name, in: place, required = false, schema = {} } = parameter;
  return [{ name, place, required, schema }];
}

function answersOf(status: string, response: Response) {
  const content: Record<string, { schema?: Schema }> = 'content' in response ? (response.content ?? {}) : {};
  return Object.entries(content).map(([contentType, { schema }]) => ({ status, contentType, schema }));
}
