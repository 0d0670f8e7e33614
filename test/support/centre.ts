/** People of the centre: with a browser, whose acts another person has to approve, and a key, whose acts nobody has to. */
import type { Who } from '../../src/directory/index.ts';
import { type Browser, browserWith, cookieOf, freshEmail, goodPassword } from './people.ts';
import { type Answer, adminKey, type Call, call as here } from './switch.ts';

export interface Clerk {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly key: string;
  readonly browser: Browser;
}

type StaffRole = Extract<Who, `staff:${string}`> extends `staff:${infer Role}` ? Role : never;

export async function newClerk(role: StaffRole = 'admin', call: Call = here): Promise<Clerk> {
  const email = freshEmail();
  const name = `A ${role}`;
  const made = async (path: string, body: unknown) => {
    const answer = await call('POST', path, { key: adminKey, body });
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  };
  const { id } = (await made('/v1/centre/operators', { email, name, role })).body;
  const { api_key: key } = (await made('/v1/centre/keys', { owner: id })).body;
  const token = String((await made(`/v1/centre/operators/${id}/invite`, {})).body.link)
    .split('/')
    .at(-1);
  const accepted = await made(`/v1/invitations/${token}/accept`, { name, password: goodPassword });
  return { id, email, name, key, browser: browserWith(cookieOf(accepted)) };
}

/** Asks for something, which then waits. */
export async function proposed(maker: Clerk, path: string, body: unknown): Promise<string> {
  const answer = await maker.browser.post(path, body);
  if (answer.status !== 202) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.id;
}

const path = '/v1/centre/approvals';
export const approve = (by: Clerk, id: string, reason?: string): Promise<Answer> =>
  by.browser.post(`${path}/${id}/approve`, reason === undefined ? {} : { reason });
export const reject = (by: Clerk, id: string, reason = 'not now'): Promise<Answer> =>
  by.browser.post(`${path}/${id}/reject`, { reason });
export const withdraw = (by: Clerk, id: string): Promise<Answer> => by.browser.post(`${path}/${id}/withdraw`);
export const collect = (by: Clerk, id: string): Promise<Answer> => by.browser.post(`${path}/${id}/collect`);
export const seen = async (by: Clerk, id: string) => (await by.browser.get(`${path}/${id}`)).body;
