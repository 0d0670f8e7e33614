/** What an endpoint has to do with callbacks: take every genuine one, and no other. */
import { callbackSigner, newCallbackSecret } from '../../src/signing/index.ts';
import { orderPaid, paymentCompleted, unheardOf } from './events.ts';
import type { Check } from './report.ts';
import { type Answer, type Callback, patienceMs, type Sender } from './sender.ts';

// As many as the switch sends at once to all endpoints of one batch.
const atOnce = 25;
const largeBytes = 60_000;
// The switch asks again after a second, fifteen, thirty…; the kit has less time.
const againMs = [200, 500, 1_000];

export function registerChecks(sender: Sender): Check[] {
  return [...genuineChecks(sender), ...forgedChecks(sender)];
}

function genuineChecks(sender: Sender): Check[] {
  const { signed, send, drip, newId } = sender;
  const sending = async (body: string) => accepted(await deliver(sender, await signed(body)));
  return [
    {
      name: 'takes a genuine callback',
      advice: 'Verify over the body as it came, byte by byte, and answer 2xx; is it the right secret?',
      judge: () => sending(orderPaid()),
    },
    {
      name: 'takes the same callback a second time',
      advice:
        'Callbacks come at least once: remember webhook-id, do nothing the second time, and answer 2xx.',
      async judge() {
        const id = newId();
        for (let time = 1; time <= 2; time++) {
          const problem = accepted(await deliver(sender, await signed(orderPaid(), { id })));
          if (problem) return `the ${time === 1 ? 'first' : 'second'} time it ${problem}`;
        }
        return undefined;
      },
    },
    {
      name: 'takes two copies that arrive at the same moment',
      advice: 'Let the database decide who is first (a unique webhook-id), and answer 2xx to both.',
      async judge() {
        const id = newId();
        const copies = await Promise.all([1, 2].map(() => signed(orderPaid(), { id })));
        return firstProblem(await Promise.all(copies.map((copy) => deliver(sender, copy))));
      },
    },
    {
      name: 'takes events out of order',
      advice:
        'Events overtake each other: compare `sequence`, keep the newest state, and answer 2xx to the older.',
      async judge() {
        for (const body of [orderPaid({ sequence: 9 }), paymentCompleted({ sequence: 8 })]) {
          const problem = await sending(body);
          if (problem) return problem;
        }
        return undefined;
      },
    },
    {
      name: 'takes an event of a type it does not know',
      advice: 'New types come with time: pass over them and answer 2xx.',
      judge: () => sending(unheardOf()),
    },
    {
      name: 'takes fields it does not know',
      advice: 'New fields come with time: do not refuse objects that have more than you know.',
      judge: () => sending(orderPaid({ data: { loyalty: { points: [1, 2, 3] } } })),
    },
    {
      name: `takes a body of ${largeBytes / 1_000} KB`,
      advice: 'Raise the limit on bodies to 128 KB at least.',
      judge: () => sending(orderPaid({ data: { note: 'ү'.repeat(largeBytes / 2) } })),
    },
    {
      name: 'takes a body that arrives slowly',
      advice: 'Read the body to its end before you verify, and give a slow connection ten seconds.',
      judge: async () => accepted(await drip(await signed(orderPaid()))),
    },
    {
      name: 'takes several signatures while a secret is changed',
      advice:
        'webhook-signature is a list separated by spaces: one good signature is enough, unknown ones are passed over.',
      async judge() {
        const callback = await signed(orderPaid());
        const stranger = await signed(callback.body, { secret: newCallbackSecret() });
        const others = signatureOf(stranger)
          .split(' ')
          .filter((part) => part.startsWith('v1,'));
        return accepted(
          await deliver(
            sender,
            withSignature(callback, ['v9,bmV3', ...others, signatureOf(callback)].join(' ')),
          ),
        );
      },
    },
    {
      name: `answers ${atOnce} at once within ${patienceMs / 1_000} seconds`,
      advice: 'Store the event and answer; do the work afterwards.',
      async judge() {
        const callbacks = await Promise.all(Array.from({ length: atOnce }, () => signed(orderPaid())));
        return firstProblem(await Promise.all(callbacks.map(send)));
      },
    },
  ];
}

function forgedChecks(sender: Sender): Check[] {
  const { signed, send } = sender;
  const refusing = async (callback: Promise<Callback>) => refused(await send(await callback));
  const changed = (change: (callback: Callback) => Callback) => refusing(signed(orderPaid()).then(change));
  const header = (name: string, value?: string) =>
    changed(({ headers: { [name]: _, ...headers }, body }) => ({
      headers: { ...headers, ...(value !== undefined && { [name]: value }) },
      body,
    }));
  const verify = 'Verify `webhook-id.webhook-timestamp.body` before you read the body, and answer 400.';
  return [
    {
      name: 'refuses one signed by somebody else',
      advice: verify,
      async judge() {
        const secret = newCallbackSecret();
        return refusing(signed(orderPaid(), { secret, signer: await callbackSigner(secret) }));
      },
    },
    {
      name: 'refuses a changed body',
      advice: verify,
      judge: () => changed(({ headers, body }) => ({ headers, body: body.replace('12550', '12551') })),
    },
    {
      name: 'refuses another webhook-id',
      advice: verify,
      judge: () => header('webhook-id', sender.newId()),
    },
    {
      name: 'refuses another webhook-timestamp',
      advice: verify,
      judge: () =>
        changed(({ headers, body }) => ({
          headers: { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 1) },
          body,
        })),
    },
    ...['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => ({
      name: `refuses one without ${name}`,
      advice: 'All three headers are always there; without one, answer 400.',
      judge: () => header(name),
    })),
    {
      name: 'refuses signatures of no known version',
      advice: 'Only v1 (and v1a, if you check it) count: what you do not know proves nothing.',
      judge: () => changed((it) => withSignature(it, signatureOf(it).replaceAll(/v1a?,/g, 'v0,'))),
    },
    {
      name: 'refuses a signature that is cut short',
      advice: 'Compare whole signatures, in constant time, and none that is empty.',
      judge: () => changed((it) => withSignature(it, signatureOf(it).replaceAll(/,(.{8})\S*/g, ',$1'))),
    },
    {
      name: 'refuses a replay that was signed ten minutes ago',
      advice: 'Refuse what is more than five minutes old, by webhook-timestamp.',
      judge: () => refusing(signed(orderPaid(), { agoS: 600 })),
    },
    {
      name: 'refuses one from ten minutes ahead',
      advice: 'Refuse what is more than five minutes ahead of your clock.',
      judge: () => refusing(signed(orderPaid(), { agoS: -600 })),
    },
    {
      name: 'takes the genuine one after a forgery of the same event',
      advice:
        'Remember a webhook-id only after its signature was found good; else strangers can silence events.',
      async judge() {
        const genuine = await signed(orderPaid());
        await send({ ...genuine, body: genuine.body.replace('12550', '1') });
        return accepted(await deliver(sender, genuine));
      },
    },
  ];
}

/** As the switch does: what fails is sent again, under the same id. */
async function deliver(sender: Sender, first: Callback): Promise<Answer> {
  let answer = await sender.send(first);
  for (const pauseMs of againMs) {
    if (!isPassing(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    answer = await sender.send(first);
  }
  return answer;
}

/** Whether there may be a better answer in a moment. */
const isPassing = ({ status, tookMs }: Answer): boolean =>
  status === null ? tookMs < patienceMs : status >= 500 || status === 429;

const signatureOf = ({ headers }: Callback): string => headers['webhook-signature'] ?? '';
const withSignature = ({ headers, body }: Callback, signature: string): Callback => ({
  headers: { ...headers, 'webhook-signature': signature },
  body,
});

function accepted({ status, tookMs }: Answer): string | undefined {
  if (status === null) return `gave no answer in ${tookMs} ms`;
  if (status < 200 || status > 299) return `answered ${status}, where 2xx was right`;
  return tookMs > patienceMs ? `answered ${status} after ${tookMs} ms, which is too late` : undefined;
}

function refused({ status, tookMs }: Answer): string | undefined {
  if (status === null) return `gave no answer in ${tookMs} ms`;
  return status >= 400 && status <= 499 ? undefined : `answered ${status}, where 400 was right`;
}

const firstProblem = (answers: readonly Answer[]): string | undefined =>
  answers.map(accepted).find((problem) => problem !== undefined);
