/** The Tolom issuer protocol as an OpenAPI document of its own: what a partner serves, and the switch calls. */
import { OpenAPIHono, z } from '@hono/zod-openapi';
import { type Movement, movements, pathOf, protocol } from '../issuers/index.ts';

const meanings: Record<Movement, string> = {
  debit: 'take money from a payer',
  refund: 'give a payer back what a payment took, or a part of it',
  credit: 'give money to a merchant',
};

const transferParams = z.object({
  transfer: z.string().openapi({ example: 'pay_1m80c5577000000asjjnxa6a', description: 'The order’s id' }),
});

export function protocolDocument(): object {
  const { openAPIRegistry: registry, getOpenAPI31Document } = new OpenAPIHono();
  registry.registerComponent('securitySchemes', 'signature', {
    type: 'apiKey',
    in: 'header',
    name: 'Signature',
    description:
      'HTTP Message Signatures (RFC 9421), Ed25519. Requests are signed by the switch, whose keys are at ' +
      '`/.well-known/jwks.json`: over `@method`, `@target-uri` and, where there is a body, `content-digest`. ' +
      'Each has a `nonce` that is good once for whatever is PUT. What is not signed, not now, or not by the ' +
      'switch is answered 401, and nothing of it happens. ' +
      'Answers are signed by the partner with a registered signing key: over `@status`, `content-digest`, and ' +
      'of the request `"@method";req`, `"@target-uri";req` and `"signature";req`, with `created` and `keyid`.',
  });
  const json = (schema: z.ZodType) => ({ content: { 'application/json': { schema } } });
  const answer = registry.register('Answer', protocol.answer);
  const order = registry.register('Order', protocol.order);
  const shared = { security: [{ signature: [] }] };
  for (const movement of movements) {
    const path = `/${pathOf[movement]}/{transfer}`;
    const operation = { ...shared, tags: [pathOf[movement]] };
    const body = { params: transferParams, body: { required: true, ...json(order) } };
    const done = {
      200: { description: 'What is certain, or pending', ...json(answer) },
      401: { description: 'The switch did not sign it' },
    };
    registry.registerPath({
      ...operation,
      operationId: movement,
      method: 'put',
      path,
      summary: `Carry out: ${meanings[movement]}`,
      description:
        'Once, however often it comes; a repeat is answered as the first was, and one with other contents moves ' +
        'nothing. One that comes after its own reversal is refused. No answer in time means that nothing is known: it will be asked about.',
      request: body,
      responses: done,
    });
    registry.registerPath({
      ...operation,
      operationId: `${movement}Status`,
      method: 'get',
      path,
      summary: 'How it went',
      request: { params: transferParams },
      responses: { ...done, 404: { description: 'Never heard of it' } },
    });
    registry.registerPath({
      ...operation,
      operationId: `${movement}Reversal`,
      method: 'put',
      path: `${path}/reversal`,
      summary: 'Undo it, and never do it from now on, also if it has not come yet',
      description:
        'Asked again until it is acknowledged with `reversed`. `stands` says that it cannot be undone any more; ' +
        'not of debits, which can always be given back.',
      request: body,
      responses: done,
    });
  }
  return getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Tolom issuer protocol',
      version: '1',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      description:
        'What a wallet, a bank or an acquirer serves so that the switch can debit its payers or credit its ' +
        'merchants. Amounts are integer minor units. `reason` is a code of the switch’s table of refusals, or ' +
        'of ISO 20022.',
    },
    servers: [{ url: 'https://partner.example/tolom' }],
  });
}
