/** Guides: the shortest way from nothing to a working integration, one section per reader. */
import type { Child, FC } from 'hono/jsx';
import { Page } from '../layout.tsx';

export const Guides: FC<{ url: string }> = ({ url }) => (
  <Page title="Guides" here="/docs/guides">
    <div class="prose guides">
      <h1>Guides</h1>
      <p class="lead">
        How to be paid, how to pay, and what to check before real money moves. Details of every call are in
        the <a href="/docs">reference</a>.
      </p>
      <FirstPayment url={url} />
      <Register />
      <Wallet />
      <Callbacks />
      <GoingLive />
    </div>
  </Page>
);

const Guide: FC<{ id: string; title: string; children?: Child }> = ({ id, title, children }) => (
  <section id={id}>
    <h2>{title}</h2>
    {children}
  </section>
);

const Code: FC<{ text: string }> = ({ text }) => (
  <pre tabindex={0}>
    <code>{text}</code>
  </pre>
);

const FirstPayment: FC<{ url: string }> = ({ url }) => (
  <Guide id="first-payment" title="First payment in five minutes">
    <p>
      A switch started with <code>npm start</code> has a sandbox: its keys, accounts and merchants are in{' '}
      <code>.tolom/sandbox.json</code>. Take a merchant’s key and ask to be paid 125.50 som:
    </p>
    <Code
      text={`curl ${url}/v1/merchants/$MERCHANT/orders \\
  -H "Authorization: Bearer $MERCHANT_KEY" \\
  --json '{ "amount": 12550, "currency": "KGS" }'`}
    />
    <p>
      The answer has <code>qr.payload</code>, the text of the QR code, and <code>link</code>, a page that
      shows it. Now pay it as a wallet, with an issuer’s key and one of its accounts:
    </p>
    <Code
      text={`curl ${url}/v1/accounts/$ACCOUNT/payments \\
  -H "Authorization: Bearer $ISSUER_KEY" \\
  -H "Idempotency-Key: $(uuidgen)" \\
  --json '{ "payload": "…" }'`}
    />
    <p>
      <code>"status": "completed"</code>: the money has moved, the order is paid, and both parties are told.
    </p>
  </Guide>
);

const Register: FC = () => (
  <Guide id="register" title="A register">
    <p>
      <code>examples/register</code> has a whole register in JavaScript, Python and PHP, each one file without
      a library. With <code>tolom/client</code> it is:
    </p>
    <Code
      text={`import { clientOf, registerOf } from 'tolom/client';

const till = registerOf(clientOf({ url, credentials: { key } }), merchant);
const order = await till.createOrder({ amount: 12550, currency: 'KGS', reference: 'sale-1042' });
show(order.qr.payload);
const ended = await till.waitForOrder(order.id); // paid, cancelled or expired
if (ended.status === 'paid') print(ended.payment);`}
    />
    <ul>
      <li>
        Give every till a key of its own, with the role <code>cashier</code> and its <code>till</code>: it
        sells there, and sees, cancels and gives back what was made there. A <code>manager</code>’s key with a
        till is kept to that till’s store, one without sees all stores; an <code>owner</code>’s also reads the
        balance and makes keys. What is not a caller’s to see is answered like what does not exist.
      </li>
      <li>
        Keep your own number of the sale in <code>reference</code>: the list of orders finds it when an answer
        was lost.
      </li>
      <li>
        When the buyer leaves, cancel the order. <code>order.already_paid</code> means that they paid after
        all.
      </li>
      <li>
        For a printed code make one with <code>POST …/codes</code>: for a store, a till or an event, with or
        without an amount. A <code>sticker</code> stands at a till for years: set what it shows with{' '}
        <code>POST …/codes/{'{code}'}/order</code> for each sale. Both print from <code>images.pdf_url</code>.
      </li>
      <li>
        Give back with <code>till.refund(payment, {'{ amount }'})</code>; more than is left of the payment is
        refused.
      </li>
      <li>
        A payer who shows a code: send what you scanned with the amount to{' '}
        <a href="/docs#post-v1-merchants-merchant-presented-payments">presented-payments</a>; one who reads
        out a password: to <a href="/docs#post-v1-merchants-merchant-password-payments">password-payments</a>.
        Repeat a lost answer with the same key, also when the code has expired meanwhile; after a refusal ask
        for a new code. While the payment <code>requires_confirmation</code>, wait for it with{' '}
        <code>?wait=25</code>.
      </li>
    </ul>
  </Guide>
);

const Wallet: FC = () => (
  <Guide id="wallet" title="A wallet">
    <p>
      Scan, show, pay. What the payer is shown comes from <code>scan</code>, never from the code itself:
    </p>
    <Code
      text={`import { clientOf, signerOf, walletOf } from 'tolom/client';

const phone = walletOf(clientOf({ url, credentials: await signerOf(keyId, privateJwk) }));
const scan = await phone.scan(text); // merchant, amount, whether it can be paid
const payment = await phone.pay(account, { scan: scan.scan, amount }, { idempotencyKey });
const ended = await phone.settled(payment); // completed, or declined with a refusal`}
    />
    <ul>
      <li>
        Make the <code>idempotencyKey</code> before you call, and keep it until there is an answer: after{' '}
        <code>NoAnswer</code> the same call with the same key is answered, not made twice.
      </li>
      <li>
        Send the payer’s <code>account</code> with each scan: at a till’s sticker the order is theirs for a
        minute, and they may look again while others wait with <code>order.being_paid</code>.
      </li>
      <li>
        Show <code>refusal.detail</code> to people, in their language; decide by <code>refusal.code</code>.
      </li>
      <li>
        To be scanned yourself, ask for a <a href="/docs#post-v1-accounts-account-codes">code</a> and show it
        as a barcode and as a QR code; ask again before its minute is over. It is good once.
      </li>
    </ul>
    <p>
      Some payments wait for the payer: <code>requires_confirmation</code>, above a limit or because of how
      they were made. Nothing is held, and after five minutes it is over. Show what is paid and to whom, have
      the device sign it behind its PIN, and send the signature:
    </p>
    <Code
      text={`import { deviceKeyOf } from 'tolom/client';

const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']); // once, in the device
const { id } = await client.call('POST /v1/accounts/{account}/device-keys',
  { params: { account }, body: await deviceKeyOf(url, account, pair) });

if (payment.status === 'requires_confirmation' && (await payerAgrees(payment)))
  payment = await phone.confirm(payment, { keyId: id, privateKey: pair.privateKey });`}
    />
    <p>
      Money and orders may be gone by then: a confirmed payment can still be declined. Five wrong signatures
      end it. Revoke the key of a lost phone with <code>DELETE …/device-keys/{'{deviceKey}'}</code>.
    </p>
    <p>
      How requests are signed: <a href="/docs#signatures">Signed requests</a>. An issuer that keeps its
      payers’ accounts itself is asked for every debit:{' '}
      <a href="/docs#partners-guide">Issuers and acquirers outside</a>.
    </p>
  </Guide>
);

const Callbacks: FC = () => (
  <Guide id="callbacks" title="Callbacks">
    <p>Do not ask again and again: be told. Verify before you read, answer at once, work afterwards.</p>
    <Code
      text={`import { verifyCallback } from 'tolom/client';

const event = await verifyCallback({ headers, body }, { secrets: [secret] }); // throws: answer 400
if (await isNew(event.id)) await enqueue(event);
return new Response(null, { status: 204 });`}
    />
    <p>Then let the conformance kit try your endpoint with everything that goes wrong in real life:</p>
    <Code text="npm run conform -- --register https://shop.example.kg/callbacks --secret whsec_…" />
    <p>
      What is sent, when it is sent again, and both kinds of signature:{' '}
      <a href="/docs#callbacks-guide">Callbacks and their signatures</a>.
    </p>
  </Guide>
);

const GoingLive: FC = () => (
  <Guide id="going-live" title="Going live">
    <ol>
      <li>Your endpoint passes the conformance kit, over https.</li>
      <li>Every call that moves money has an idempotency key that survives a restart of your program.</li>
      <li>
        You act on <code>retryable</code>, honour <code>Retry-After</code>, and treat a lost answer as
        unknown, not as failed.
      </li>
      <li>Events that come twice, late or out of order change nothing the second time.</li>
      <li>
        Keys are not in your source code, each till has its own, and you have tried{' '}
        <a href="/docs#delete-v1-centre-keys-key">revoking</a> one. Issuers and acquirers sign their requests.
      </li>
      <li>Nothing in your program names the sandbox: the address and the key are configuration.</li>
      <li>
        The first real payment is a small one, given back the same day and found in both your books and ours.
      </li>
    </ol>
  </Guide>
);
