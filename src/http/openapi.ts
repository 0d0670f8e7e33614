/** The API's own description, OpenAPI 3.1, generated from the declarations. */
import type { Shell } from './endpoint.ts';

export function openApiDocument(shell: Shell, url: string): object {
  shell.app.openAPIRegistry.registerComponent('securitySchemes', 'key', {
    type: 'http',
    scheme: 'bearer',
    description: 'A key of a participant, a merchant or a person of the centre.',
  });
  shell.app.openAPIRegistry.registerComponent('securitySchemes', 'signature', {
    type: 'apiKey',
    in: 'header',
    name: 'Signature',
    description:
      'HTTP Message Signatures (RFC 9421), Ed25519, by a registered signing key of a participant: covers ' +
      '`@method`, `@target-uri`, and `content-digest` and `idempotency-key` where the request has them; carries ' +
      '`created`, `expires`, `nonce` and `keyid`.',
  });
  return shell.app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Tolom',
      version: '1',
      license: { name: 'Apache-2.0' },
      description:
        'A QR payment switch. Amounts are integer minor units, times are RFC 3339 UTC, errors are problem+json.',
    },
    servers: [{ url }],
  });
}
