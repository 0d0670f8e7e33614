/** Pages of the centre's desk as browsers without script use them: looked at, and forms sent. */
import { type Browser, site } from './people.ts';
import { type Answer, type Call, call } from './switch.ts';

type Visitor = Pick<Browser, 'cookie'>;

export const pagesOf = (call: Call) => ({
  look: (path: string, { cookie }: Visitor, headers: Record<string, string> = {}): Promise<Answer> =>
    call('GET', path, { headers: { cookie, ...headers } }),
  send: (
    path: string,
    fields: Record<string, string>,
    { cookie }: Visitor,
    headers: Record<string, string> = { origin: site },
  ): Promise<Answer> =>
    call('POST', path, {
      body: String(new URLSearchParams(fields)),
      headers: { cookie, ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    }),
});
export const { look, send } = pagesOf(call);

export const placeOf = (answer: Answer): string => answer.headers.get('location') ?? '';
