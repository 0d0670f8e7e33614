/**
 * The partner's side of the Tolom issuer protocol, around any adapter: checks that the switch signed a request,
 * carries it out, signs the answer. Web requests and responses, so that it runs wherever those do.
 */
import {
  type Adapter,
  answerJson,
  type Movement,
  movements,
  orderIn,
  pathOf,
  protocol,
} from '../../src/issuers/index.ts';
import { ok } from '../../src/kernel/index.ts';
import { contentDigest, type RequestSigner, signAnswer, verifyRequest } from '../../src/signing/index.ts';

export interface ServeParts {
  readonly adapter: Adapter;
  /** With the id under which the switch knows the public key. */
  readonly signer: RequestSigner;
  /** The switch's public keys: `/.well-known/jwks.json`. */
  readonly keyOf: (id: string) => Promise<CryptoKey | undefined>;
}

// Below whatever address the partner has given itself.
const routeForm = /\/(debits|refunds|credits)\/([a-z]{3}_[0-9a-z]{24})(\/reversal)?$/;

/** Throws what the adapter throws: then the partner has nothing to say. */
export async function serve(parts: ServeParts, request: Request): Promise<Response> {
  const bytes = new Uint8Array(await request.arrayBuffer());
  const { method, url, headers: sent } = request;
  const received = { method, url, headers: sent, body: async () => ok(bytes) };
  const verified = await verifyRequest(received, parts.keyOf, Date.now());
  const { status, body } = verified.ok
    ? await answered(parts.adapter, request, bytes)
    : { status: 401, body: { error: verified.refusal } };
  const text = JSON.stringify(body);
  const headers = new Headers({
    'content-type': 'application/json',
    'content-digest': await contentDigest(text),
  });
  const signature = await signAnswer({ status, headers, request: received }, parts.signer, Date.now());
  for (const [name, value] of Object.entries(signature)) headers.set(name, value);
  return new Response(text, { status, headers });
}

async function answered({ perform, status, reverse }: Adapter, request: Request, bytes: Uint8Array) {
  const [, path, id, undo] = routeForm.exec(new URL(request.url).pathname) ?? [];
  const movement = movements.find((it): it is Movement => pathOf[it] === path);
  if (movement === undefined || id === undefined) return { status: 404, body: { error: 'no such route' } };
  if (request.method === 'GET') {
    const asked = { id, amountMinor: 0, currency: '', account: '', atMs: 0 };
    const answer = answerJson(await status(movement, asked, request.signal));
    return answer ? { status: 200, body: answer } : { status: 404, body: { error: 'never heard of it' } };
  }
  const order = protocol.order.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
  if (!order.success || order.data.id !== id) return { status: 422, body: { error: 'not an order' } };
  const carryOut = undo === undefined ? perform : reverse;
  return { status: 200, body: answerJson(await carryOut(movement, orderIn(order.data), request.signal)) };
}
