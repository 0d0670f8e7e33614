/**
 * One declaration per endpoint: path, who may call it, what goes in and out. From it come the route, the
 * checks in their order (key → role → form → values), the OpenAPI entry and the security tests' list.
 */
import type { OpenAPIHono, z } from '@hono/zod-openapi';

import type { Context } from 'hono';
import type { Act, GuardedAction, Principal, Who } from '../directory/index.ts';

import type { Language, RefusalCode, Refused, Result } from '../kernel/index.ts';
import type { VisitEnv } from './visit.ts';

export type ObjectSchema = z.ZodObject<z.ZodRawShape>;
/** An endpoint of any shape. */
export type AnyEndpoint = Endpoint<ObjectSchema | undefined, ObjectSchema | undefined, z.ZodType | undefined>;

export interface Endpoint<Params, Query, Body> {
  readonly method: 'get' | 'post' | 'delete';
  /** OpenAPI form, e.g. `/v1/accounts/{account}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** Who may call it; `public` needs no key. */
  readonly access: readonly Who[] | 'public';
  /** Of a merchant it is about all there is: nobody may call it who is kept to a store. */
  readonly whole?: true;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** Asked for again and again by those who wait: once a second for each thing. */
  readonly polled?: boolean;
  /** What somebody is refused with who tries codes or passwords: so many a second of one key, then it has to wait. */
  readonly guesses?: readonly RefusalCode[];
  /**
   * Where what staff do is written down: `change` where the handler changes the directory, whose changes carry
   * their record, or records what may be kept of the request; otherwise the request itself is recorded before the
   * handler sees it.
   */
  readonly audit?: 'change';
  /** What staff do here is asked for by one person and approved by another: the name of what is asked for. */
  readonly guarded?: GuardedAction;
  /** `required` on everything that moves money. */
  readonly idempotency?: 'required' | 'optional';
  /** What the handler itself may refuse with; what every request passes, and what its path names, adds its own. */
  readonly refusals?: readonly RefusalCode[];
  /** Shape of the answer in JSON; absent when there is none. */
  readonly answers?: z.ZodType;
  readonly status?: 200 | 201;
  /** Types of the files it may be instead. */
  readonly contentTypes?: readonly string[];
  /** Types of a body that is no JSON: the handler reads it itself, from the request. */
  readonly uploads?: readonly string[];
}

/** What a handler is given: checked, typed, and nothing of HTTP it does not need. */
export interface EndpointInput<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Principal;
  /** What the caller does, for the audit log. */
  readonly act: Act;
  readonly language: Language;
  /** The caller's key and the digest of the request; undefined when no key was sent. */
  readonly idempotency: { readonly key: string; readonly request: string } | undefined;
  readonly request: Request;
}

/** A success, and whether it is the stored answer of an earlier request. */
export interface Given<Value> {
  readonly ok: true;
  readonly value: Value;
  readonly replayed?: boolean;
  /** Whole `Set-Cookie` header. */
  readonly cookie?: string;
}

export const answer = <Value>(value: Value, replayed: boolean): Given<Value> => ({
  ok: true,
  value,
  replayed,
});

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
export type Outcome<Answers> = Given<Answers> | Refused | Response;

export type DeclaredEndpoint = Pick<
  AnyEndpoint,
  'method' | 'path' | 'access' | 'audit' | 'guarded' | 'summary'
> & {
  /** Every refusal it can answer. */
  readonly refusals: readonly RefusalCode[];
};

/** A guarded request that somebody else has to approve first, checked as far as its schemas go. */
export interface Asked {
  readonly action: GuardedAction;
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Whether it can be asked for at all, and if so its body, with what it left open. */
  readonly settled: () => Promise<Result<unknown>>;
  readonly caller: Principal;
  readonly act: Act;
  readonly idempotencyKey: string | undefined;
}

/** Keeps what staff ask for until another person has approved it. */
export interface Guard {
  /** Whether this caller's act has to wait for somebody else. */
  waits(action: GuardedAction, caller: Principal): Promise<boolean>;
  /** Keeps it, and answers with its approval. */
  propose(asked: Asked): Promise<Outcome<unknown>>;
}

/** What was approved, as it is carried out. */
export interface Approved {
  readonly approval: string;
  readonly maker: Principal;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly idempotencyKey: string | undefined;
}

export interface Shell {
  /** For what is no endpoint: pages, files. */
  readonly app: OpenAPIHono<VisitEnv>;
  /** Every declared endpoint, in order: for the documents and the security tests. */
  readonly endpoints: DeclaredEndpoint[];
  endpoint<
    Params extends ObjectSchema | undefined = undefined,
    Query extends ObjectSchema | undefined = undefined,
    Body extends z.ZodType | undefined = undefined,
  >(
    declaration: Endpoint<Params, Query, Body>,
    handle: (input: EndpointInput<Output<Params>, Output<Query>, Output<Body>>) => Promise<Outcome<unknown>>,
    /** Of a guarded one, before it waits: refuses what could not be done, and settles what was left open. */
    settle?: (
      input: EndpointInput<Output<Params>, Output<Query>, Output<Body>>,
    ) => Promise<Result<Output<Body>>>,
  ): void;
  /** Does what was approved, as its maker's act, and answers as the maker would have been answered. */
  carryOut(approved: Approved): Promise<Response>;
  /** Says how an address where nothing is looks to somebody with a browser; programs are answered as ever. */
  missing(page: (c: Context<VisitEnv>) => Response | Promise<Response>): void;
  /** Answers a request to the switch. */
  fetch(request: Request, context: ExecutionContext): Promise<Response>;
}
