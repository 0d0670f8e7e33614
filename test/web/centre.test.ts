/** The centre's desk as a whole: for its people, and for nobody else. */
import { beforeAll, describe, expect, it } from 'vitest';
import { languages } from '../../src/kernel/index.ts';
import { type Browser, newBusiness, newStaffPerson } from '../support/people.ts';
import { call, migrate } from '../support/switch.ts';

beforeAll(migrate);

const page = (path: string, { cookie }: Pick<Browser, 'cookie'>) =>
  call('GET', path, { headers: { cookie } });

describe('the desk of the centre', () => {
  it('sends whoever has not signed in to do so, and back', async () => {
    const answer = await call('GET', '/centre?lang=ru');
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`/sign-in?next=${encodeURIComponent('/centre?lang=ru')}`);
  });

  it('is not for people of merchants, whatever their role', async () => {
    const { owner } = await newBusiness();
    expect(await page('/centre', owner)).toMatchObject({
      status: 403,
      body: expect.stringContaining('These pages are for people of the processing centre'),
    });
  });

  it.each(['admin', 'officer', 'analyst', 'support'])('lets an %s in, in every language', async (role) => {
    const person = await newStaffPerson(role);
    for (const language of languages) {
      const answer = await page(`/centre?lang=${language}`, person);
      expect(answer).toMatchObject({ status: 200, body: expect.stringContaining(`lang="${language}"`) });
    }
  });
});
