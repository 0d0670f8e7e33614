/** Orders that the switch did not sign, or not now: a partner refuses each, and nothing of it happens. */
import { type Movement, orderJson, pathOf } from '../../src/issuers/index.ts';
import type { RequestSigner } from '../../src/signing/index.ts';
import { newKitKey } from './kit-key.ts';
import type { Reply, Request, Wish } from './line.ts';
import type { Orders } from './orders.ts';
import type { Check } from './report.ts';

/** What is forged: the path of an order, its body, and how the switch would sign it. */
interface Original {
  readonly path: string;
  /** The body of another order: the same with one unit more. */
  readonly more: string;
  signed(wish?: Wish): Promise<Request>;
}

const tenMinutesS = 600;

export function forgeryChecks(orders: Orders, movement: Movement): Check[] {
  const { line } = orders;
  const forged = async (forge: (original: Original) => Promise<Request>): Promise<string | undefined> => {
    const order = await orders.begin(movement);
    const path = `${pathOf[movement]}/${order.id}`;
    const text = JSON.stringify(orderJson(order));
    const more = JSON.stringify(orderJson({ ...order, amountMinor: order.amountMinor + 1 }));
    const signed = (wish: Wish = {}) => line.signed('PUT', path, { text, ...wish });
    const problem = refused(await line.send(await forge({ path, more, signed })));
    const { state, words } = await orders.status(movement, order);
    // What was taken is undone with the rest.
    if (state !== 'absent') await orders.reverse(movement, order);
    return problem ?? (state === 'absent' ? undefined : `refused it, and asked how it went, ${words}`);
  };
  const verify = 'Verify the signature (RFC 9421) before you read the body, and answer 401.';
  const digest = 'Work out content-digest over the body as it came, and see that the signature covers it.';
  const clock = 'Refuse what expired more than 30 seconds ago, or was created more than 30 seconds ahead.';
  const check = (name: string, advice: string, forge: (original: Original) => Promise<Request>): Check => ({
    name: `refuses ${name}`,
    advice,
    judge: () => forged(forge),
  });
  return [
    check('an order that is not signed', verify, async ({ signed }) =>
      without(await signed(), 'signature', 'signature-input'),
    ),
    check('an order signed by somebody else', verify, async ({ signed }) =>
      signed({ signer: await stranger(keyIdOf(await signed())) }),
    ),
    check('an order signed with a key it does not know', verify, async ({ signed }) =>
      signed({ signer: await stranger() }),
    ),
    check('a changed body', digest, async ({ signed, more }) => ({
      ...(await signed()),
      text: more,
    })),
    check('a changed body with a digest of its own', digest, async ({ signed, more }) => {
      const changed = await signed({ text: more });
      const { signature = '', 'signature-input': input = '' } = (await signed()).headers;
      return { ...changed, headers: { ...changed.headers, signature, 'signature-input': input } };
    }),
    check('a body without content-digest', digest, ({ signed }) => signed({ digest: 'missing' })),
    check('a content-digest that is not signed', digest, ({ signed }) => signed({ digest: 'uncovered' })),
    check('a signature for another address', verify, ({ signed, path }) =>
      signed({ signedPath: `${path}/reversal` }),
    ),
    check('an order signed ten minutes ago', clock, ({ signed }) => signed({ agoS: tenMinutesS })),
    check('an order signed ten minutes ahead', clock, ({ signed }) => signed({ agoS: -tenMinutesS })),
    {
      name: 'refuses the same signed order a second time',
      advice: 'Remember each nonce until its signature has expired: the switch signs anew when it repeats.',
      async judge() {
        const order = await orders.begin(movement);
        const text = JSON.stringify(orderJson(order));
        const request = await line.signed('PUT', `${pathOf[movement]}/${order.id}`, { text });
        const { status } = await line.send(request);
        const problem = refused(await line.send(request));
        await orders.reverse(movement, order);
        return status === 200 ? problem : `the first time it answered ${status}, where 200 was right`;
      },
    },
  ];
}

const without = (request: Request, ...names: readonly string[]): Request => ({
  ...request,
  headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !names.includes(name))),
});

const keyIdOf = ({ headers }: Request): string =>
  /keyid="([^"]*)"/.exec(headers['signature-input'] ?? '')?.[1] ?? '';

/** Somebody with a key of their own, under their own id or another's. */
async function stranger(keyId?: string): Promise<RequestSigner> {
  const { signer } = await newKitKey();
  return { ...signer, keyId: keyId ?? signer.keyId };
}

function refused({ status, tookMs }: Reply): string | undefined {
  if (status === null) return `gave no answer in ${tookMs} ms`;
  return status >= 400 && status <= 499 ? undefined : `answered ${status}, where 401 was right`;
}
