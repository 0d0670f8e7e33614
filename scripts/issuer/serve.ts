/**
 * The partner's side of the Tolom issuer protocol, and of ISO 20022 under `/iso20022`, around any adapter: checks
 * that the switch signed a request, carries it out, signs the answer. Web requests and responses, so that it runs
 * wherever those do.
 */
import {
  type Adapter,
  answerJson,
  type Movement,
  movements,
  orderIn,
  pathOf,
  protocol,
  questionIn,
  reportMessage,
  resolutionMessage,
} from '../../src/issuers/index.ts';
import { ok } from '../../src/kernel/index.ts';
import { contentDigest, type RequestSigner, signAnswer } from '../../src/signing/index.ts';
import type { Verify } from './verifier.ts';

export interface ServeParts {
  readonly adapter: Adapter;
  /** With the id under which the switch knows the public key. */
  readonly signer: RequestSigner;
  /** Whether a request is the switch's. */
  readonly verify: Verify;
}

// Below whatever address the partner has given itself.
const routeForm = /\/(debits|refunds|credits)\/([a-z]{3}_[0-9a-z]{24})(\/reversal)?$/;

/** Throws what the adapter throws: then the partner has nothing to say. */
export async function serve(parts: ServeParts, request: Request): Promise<Response> {
  const bytes = new Uint8Array(await request.arrayBuffer());
  const { method, url, headers: sent } = request;
  const received = { method, url, headers: sent, body: async () => ok(bytes) };
  const verified = await parts.verify(received);
  const sentText = new TextDecoder().decode(bytes);
  const { status, type, text } = verified.ok
    ? await answered(parts.adapter, request, sentText)
    : json(401, { error: verified.refusal });
  const headers = new Headers({ 'content-type': type, 'content-digest': await contentDigest(text) });
  const signature = await signAnswer({ status, headers, request: received }, parts.signer, Date.now());
  for (const [name, value] of Object.entries(signature)) headers.set(name, value);
  return new Response(text, { status, headers });
}

interface Said {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const json = (status: number, body: unknown): Said => ({
  status,
  type: 'application/json',
  text: JSON.stringify(body),
});

async function answered(adapter: Adapter, request: Request, sent: string): Promise<Said> {
  const { pathname } = new URL(request.url);
  if (pathname.endsWith('/iso20022')) return answeredInXml(adapter, request, sent);
  const [, path, id, undo] = routeForm.exec(pathname) ?? [];
  const movement = movements.find((it): it is Movement => pathOf[it] === path);
  if (movement === undefined || id === undefined) return json(404, { error: 'no such route' });
  if (request.method === 'GET') {
    const asked = { id, amountMinor: 0, currency: '', account: '', atMs: 0 };
    const answer = answerJson(await adapter.status(movement, asked, request.signal));
    return answer ? json(200, answer) : json(404, { error: 'never heard of it' });
  }
  const order = protocol.order.safeParse(JSON.parse(sent));
  if (!order.success || order.data.id !== id) return json(422, { error: 'not an order' });
  const carryOut = undo === undefined ? adapter.perform : adapter.reverse;
  return json(200, answerJson(await carryOut(movement, orderIn(order.data), request.signal)));
}

// How both are called in messages.
const parties = { switchId: 'TOLOM', partnerId: 'SANDBOX' };

/** The same as a bank would have it: a message in, a message out. */
async function answeredInXml(adapter: Adapter, request: Request, sent: string): Promise<Said> {
  const { asks, movement, order } = questionIn(sent);
  const answer = await adapter[asks](movement, order, request.signal);
  const text =
    asks === 'reverse'
      ? resolutionMessage(parties, movement, order, answer)
      : reportMessage(movement, order, answer);
  return { status: 200, type: 'application/xml', text };
}
