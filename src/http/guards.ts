/**
 * Headers that guard whoever reads an answer. The API's answers are data: they carry what matters for data,
 * set in one go, for each header costs as much as a few hundred bytes of JSON. Whatever else is answered may be
 * opened in a browser and carries all of them.
 */
const always = {
  'strict-transport-security': 'max-age=15552000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

export const dataGuards = {
  ...always,
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

const pageGuards = Object.entries({
  ...always,
  'cross-origin-opener-policy': 'same-origin',
  // Pictures of QR codes are shown on merchants' own pages.
  'cross-origin-resource-policy': 'cross-origin',
  'origin-agent-cluster': '?1',
  // Nothing to other hosts; without any, browsers would hide from us that a form is our own.
  'referrer-policy': 'same-origin',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
});

/** Dresses an answer that was made without them. */
export function guard(headers: Headers, requestId: string): void {
  headers.set('x-request-id', requestId);
  for (const [name, value] of pageGuards) headers.set(name, value);
}
