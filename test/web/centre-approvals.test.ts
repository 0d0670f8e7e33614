/** Approvals in pages: who wants what and why, before → after, one decision on a page, by another person. */
import { beforeAll, describe, expect, test } from 'vitest';
import { guardedActions } from '../../src/directory/index.ts';
import { languages } from '../../src/kernel/index.ts';
import { actionTexts } from '../../src/web/centre/approvals/texts.ts';
import { type Clerk, newClerk, proposed, seen } from '../support/centre.ts';
import { look, placeOf, send } from '../support/pages.ts';
import { get, migrate } from '../support/switch.ts';
import { newIssuer, newPayer } from '../support/town.ts';

let maker: Clerk;
let checker: Clerk;
let analyst: Clerk;
beforeAll(async () => {
  await migrate();
  [maker, checker, analyst] = [await newClerk('admin'), await newClerk('admin'), await newClerk('analyst')];
});

const home = '/centre/approvals';
const why = { reason: 'lost <b>its</b> licence' };
const suspension = async () => {
  const { id: participant } = await newIssuer('Нарын банк');
  return { participant, id: await proposed(maker, `/v1/centre/participants/${participant}/suspend`, why) };
};

test('every action has its words', () => {
  expect(Object.keys(actionTexts.messages.en).sort()).toEqual(Object.keys(guardedActions).sort());
});

describe('the inbox', () => {
  test('says that nothing waits, and leads to the oldest when something does, in every language', async () => {
    expect((await look(home, checker.browser)).body).toContain('Nothing waits for a decision.');
    const { id } = await suspension();
    await suspension();
    const list = await look(home, checker.browser);
    expect(list.body).toMatch(new RegExp(`href="${home}/${id}"[^>]*>Take the oldest`));
    expect(list.body).toContain('Waiting (2)');
    expect(list.body).toContain('<span class="count">2</span>');
    expect(list.body).toContain('Нарын банк');
    expect(list.body).toContain('lost &lt;b&gt;its&lt;/b&gt; licence');
    for (const language of languages) {
      for (const path of [home, `${home}?show=mine`, `${home}?show=all`, `${home}/${id}`]) {
        const page = await look(`${path}${path.includes('?') ? '&' : '?'}lang=${language}`, maker.browser);
        expect(page.status, path).toBe(200);
        expect(page.body).not.toMatch(/undefined|\[object/);
      }
    }
  });

  test('is for the centre’s people; analysts read it and decide nothing', async () => {
    const { id } = await suspension();
    expect(placeOf(await get(home))).toBe(`/sign-in?next=${encodeURIComponent(home)}`);
    const page = await look(`${home}/${id}`, analyst.browser);
    expect(page.status).toBe(200);
    expect(page.body).not.toContain('/approve"');
    expect((await send(`${home}/${id}/approve`, {}, analyst.browser)).status).toBe(403);
    expect((await send(`${home}/${id}/approve`, {}, checker.browser, {})).status).toBe(403);
    expect((await look(`${home}/apr_1hq3v8k2m0abcdefgh01`, checker.browser)).status).toBe(404);
  });
});

describe('an approval', () => {
  test('shows before and after, and is approved by another person', async () => {
    const { id, participant } = await suspension();
    const own = await look(`${home}/${id}`, maker.browser);
    expect(own.body).toContain('You asked for this. Another person has to decide.');
    expect(own.body).not.toContain('/approve"');
    const page = await look(`${home}/${id}`, checker.browser);
    expect(page.body).toContain('Suspend a participant');
    expect(page.body).toMatch(/<code>status<\/code>.*active.*suspended/);
    const done = await send(`${home}/${id}/approve`, { reason: 'seen' }, checker.browser);
    expect(placeOf(done)).toBe(`${home}?done=carriedOut`);
    expect((await look(placeOf(done), checker.browser)).body).toContain('Approved, and done.');
    const { data } = (await get('/v1/centre/participants?limit=100', maker.key)).body;
    expect(data.find((row: { id: string }) => row.id === participant).status).toBe('suspended');
  });

  test('is rejected only with a reason, which keeps what was typed and stands in the history', async () => {
    const { id } = await suspension();
    const mute = await send(`${home}/${id}/reject`, { reason: ' ' }, checker.browser);
    expect(mute.status).toBe(422);
    expect(mute.body).toContain('This is missing or too short.');
    const done = await send(`${home}/${id}/reject`, { reason: 'no such letter' }, checker.browser);
    expect(placeOf(done)).toBe(`${home}?done=rejected`);
    expect((await look(`${home}/${id}`, maker.browser)).body).toContain('no such letter');
    expect((await seen(maker, id)).status).toBe('rejected');
  });

  test('is taken back by whoever asked', async () => {
    const { id } = await suspension();
    const done = await send(`${home}/${id}/withdraw`, {}, maker.browser);
    expect(placeOf(done)).toBe(`${home}?done=withdrawn`);
  });

  test('that could not be done says why', async () => {
    const { account } = await newPayer(await newIssuer(), 500);
    const id = await proposed(maker, `/v1/centre/accounts/${account}/close`, why);
    const answer = await send(`${home}/${id}/approve`, {}, checker.browser);
    expect(placeOf(answer)).toBe(`${home}/${id}`);
    const page = await look(placeOf(answer), checker.browser);
    expect(page.body).toContain('It was approved, and could not be done:');
    expect(page.body).toContain('account.not_empty');
  });

  test('of a key is collected by whoever asked, who sees it once', async () => {
    const id = await proposed(maker, '/v1/centre/keys', { owner: (await newIssuer()).id });
    const approved = await send(`${home}/${id}/approve`, {}, checker.browser);
    expect(placeOf(approved)).toBe(`${home}?done=waitsForMaker`);
    expect((await look(home, maker.browser)).body).toContain('1 of yours is approved: collect it');
    expect((await look(`${home}/${id}`, checker.browser)).body).not.toContain('/collect"');
    const collected = await send(`${home}/${id}/collect`, {}, maker.browser);
    expect(collected.body).toMatch(/tolom_par_[0-9a-z]{32}/);
    expect((await look(`${home}/${id}`, maker.browser)).body).not.toMatch(/tolom_par_[0-9a-z]{32}/);
    expect((await send(`${home}/${id}/collect`, {}, maker.browser)).status).toBe(409);
  });
});
