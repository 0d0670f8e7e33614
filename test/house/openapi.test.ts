/** The API's description as other people's tools read it. */
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { expect, test } from 'vitest';
import { documentOf } from '../../scripts/openapi/document.ts';
import { protocolDocument } from '../../src/partners/document.ts';

test.each<[string, () => object | Promise<object>]>([
  ['the API', () => documentOf('https://switch.example')],
  ['the issuer protocol', protocolDocument],
])(
  '%s passes the recommended rules of Redocly’s linter, which also checks every example',
  async (_, make) => {
    const document = await make();
    const problems = await lintFromString({
      source: JSON.stringify(document),
      absoluteRef: '/openapi.json',
      config: await createConfig({ extends: ['recommended'] }),
    });
    const said = problems.map(
      ({ ruleId, message, location }) => `${ruleId} at ${location[0]?.pointer}: ${message}`,
    );
    expect(said).toEqual([]);
  },
);

test('the linter would say it', async () => {
  const document = await documentOf('https://switch.example');
  document.paths['/v1/scans'].post.requestBody.content['application/json'].example.payload = 7;
  const problems = await lintFromString({
    source: JSON.stringify(document),
    absoluteRef: '/openapi.json',
    config: await createConfig({ extends: ['recommended'] }),
  });
  expect(problems.map(({ ruleId }) => ruleId)).toEqual(['no-invalid-media-type-examples']);
});
