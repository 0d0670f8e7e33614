/** What every caller needs to know before the first call, in the order it is needed. */
import type { Child, FC } from 'hono/jsx';
import { behaviours } from '../../issuers/index.ts';

export const guideSections = [
  { id: 'keys', title: 'Keys' },
  { id: 'signatures', title: 'Signed requests' },
  { id: 'money', title: 'Money and time' },
  { id: 'idempotency', title: 'Safe repeats' },
  { id: 'errors', title: 'Errors' },
  { id: 'waiting', title: 'Waiting for a payment' },
  { id: 'lists', title: 'Lists' },
  { id: 'callbacks-guide', title: 'Callbacks and their signatures' },
  { id: 'partners-guide', title: 'Issuers and acquirers outside' },
] as const;

type SectionId = (typeof guideSections)[number]['id'];

export const Guide: FC<{ url: string }> = ({ url }) => {
  // A section without a text does not compile.
  const texts: Record<SectionId, Child> = {
    keys: <Keys url={url} />,
    signatures: <Signatures url={url} />,
    money: <Money />,
    idempotency: <Idempotency />,
    errors: <Errors />,
    waiting: <Waiting />,
    lists: <Lists />,
    'callbacks-guide': <Callbacks url={url} />,
    'partners-guide': <Partners url={url} />,
  };
  return (
    <>
      {guideSections.map(({ id, title }) => (
        <section id={id} class="prose">
          <h2>{title}</h2>
          {texts[id]}
        </section>
      ))}
    </>
  );
};

const Code: FC<{ text: string }> = ({ text }) => (
  <pre tabindex={0}>
    <code>{text}</code>
  </pre>
);

const Keys: FC<{ url: string }> = ({ url }) => (
  <>
    <p>
      Send your key as a bearer token. A key belongs to an issuer, an acquirer, a merchant or a person of the
      centre, and opens what its owner may see; each call names the roles it is for. Keys are made with{' '}
      <a href="#post-v1-centre-keys">POST /v1/centre/keys</a>, shown once, and can be revoked.
    </p>
    <Code
      text={`curl ${url}/v1/merchants/mch_1hq3v8k2m0abcdefgh01 \\\n  -H "Authorization: Bearer $TOLOM_KEY"`}
    />
  </>
);

const Signatures: FC<{ url: string }> = ({ url }) => (
  <>
    <p>
      Issuers and acquirers sign their requests instead of sending a key: HTTP Message Signatures (RFC 9421)
      with Ed25519. Register a public key with{' '}
      <a href="#post-v1-participants-participant-signing-keys">POST …/signing-keys</a>; its id is the{' '}
      <code>keyid</code>. Several keys may be good at once: register the new one, switch over, then let the
      old one end. With <code>require_signature</code> bearer keys are refused.
    </p>
    <Code
      text={`POST /v1/accounts/acc_…/payments
Content-Digest: sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:
Idempotency-Key: 3f0c…
Signature-Input: sig=("@method" "@target-uri" "content-digest" "idempotency-key")
  ;created=1763713800;expires=1763713860;nonce="81s6u9SJ5B-cKNAhuRo2GQ";keyid="sgk_…"
Signature: sig=:…:`}
    />
    <ul>
      <li>
        <code>@target-uri</code> is the public address: <code>{url}</code>, the path and the query as they are
        sent, whatever a proxy on the way makes of them.
      </li>
      <li>
        <code>content-digest</code> (RFC 9530, sha-256 or sha-512) and <code>idempotency-key</code> are
        covered whenever the request has a body or the header. More may be covered; no component takes
        parameters.
      </li>
      <li>
        <code>expires</code> is at most 300 seconds after <code>created</code>. Clocks may differ by 30
        seconds.
      </li>
      <li>
        <code>nonce</code> has 16 to 128 characters and is good once for whatever changes something. Sign
        every attempt anew; the same <code>Idempotency-Key</code> makes a repeat safe. Reads may be repeated
        as they are.
      </li>
    </ul>
    <p>
      Every way in which a signature falls short has its own <code>code</code>, and <code>explanation</code>{' '}
      says what is missing; <Refusal code="signature.wrong" /> shows the text that should have been signed.
    </p>
  </>
);

const Money: FC = () => (
  <>
    <p>
      Amounts are integers in minor units: <code>{'{ "amount": 12550, "currency": "KGS" }'}</code> is 125.50
      som. Currencies are ISO 4217 codes, and theirs is the number of decimals: 12550 JPY is 12,550 yen. A
      fraction, a negative amount or an unknown currency is refused with the field’s name.
    </p>
    <p>
      Times are RFC 3339 in UTC with milliseconds. Ids are a short prefix and characters that sort by age.
    </p>
  </>
);

const Idempotency: FC = () => (
  <>
    <p>
      Every call that moves money takes an <code>Idempotency-Key</code> header, a text of your own, new for
      each purpose. When a reply is lost, send the same request with the same key:
    </p>
    <ul>
      <li>
        same key, same request: the stored answer, with <code>Idempotency-Replayed: true</code>; nothing moves
        twice
      </li>
      <li>
        same key, another request: 422 <Refusal code="idempotency.key_reused" />
      </li>
      <li>
        the first one still runs: 409 <Refusal code="idempotency.in_flight" />; ask again in a moment
      </li>
    </ul>
    <p>
      Or look it up: lists of orders and payments take your own <code>reference</code>.
    </p>
  </>
);

const Refusal: FC<{ code: string }> = ({ code }) => (
  <a href={`/docs/refusals#${code}`}>
    <code>{code}</code>
  </a>
);

const Errors: FC = () => (
  <>
    <p>
      A refused call answers <code>application/problem+json</code>. Act on <code>code</code>, which never
      changes; show people <code>detail</code>, which follows <code>Accept-Language</code> (en, ky, ru, th,
      km, zh). <code>retryable</code> says whether the same request may succeed later, <code>actor</code> who
      has to do something first, <code>violations</code> which fields are wrong. All codes are in the{' '}
      <a href="/docs/refusals">table of refusals</a>.
    </p>
    <Code
      text={`HTTP/1.1 422
Content-Type: application/problem+json

{
  "type": "/docs/refusals#request.invalid",
  "title": "A field is missing or has a wrong value. …",
  "status": 422,
  "code": "request.invalid",
  "reason": "FF01",
  "actor": "issuer",
  "retryable": false,
  "violations": [{ "pointer": "/amount", "code": "too_small", "message": "…" }],
  "request_id": "req_…"
}`}
    />
    <p>
      A <em>declined payment</em> is not an error: the call succeeds, and the payment has{' '}
      <code>"status": "declined"</code> and a <code>refusal</code> with the same codes.
    </p>
  </>
);

const Waiting: FC = () => (
  <p>
    A register makes an order, shows its code, and asks for the order with <code>?wait=25</code>: the answer
    comes the moment it is paid, cancelled or expired, or after 25 seconds as it stands. A payment that is{' '}
    <code>processing</code> names <code>next_poll_after</code>; it always reaches a final status. Whoever asks
    for one thing more than once a second, or calls more often than its key may, is answered 429{' '}
    <Refusal code="rate.exceeded" /> and told with <code>Retry-After</code> when to come back.
  </p>
);

const Lists: FC = () => (
  <p>
    Lists are newest first: <code>{'{ "data": […], "next_cursor": "…" }'}</code>. Ask for the next page with{' '}
    <code>?cursor=</code> and the <code>next_cursor</code> you were given; it is <code>null</code> on the last
    page. <code>limit</code> is 20 unless given and at most 100.
  </p>
);

const Callbacks: FC<{ url: string }> = ({ url }) => (
  <>
    <p>
      Register an address with <a href="#post-v1-callback-endpoints">POST /v1/callback-endpoints</a> and the
      switch posts events to it: <code>order.paid</code>, <code>order.expired</code>,{' '}
      <code>order.cancelled</code>, <code>payment.requires_confirmation</code> (to the payer’s participant
      only), <code>payment.completed</code>, <code>payment.declined</code>, <code>payment.cancelled</code>,{' '}
      <code>payment.expired</code>, <code>refund.completed</code>, <code>refund.declined</code>, or those of
      them you name in <code>types</code>. The body is{' '}
      <code>{'{ "type", "timestamp", "data", "owner", "sequence", "api_version" }'}</code> with the whole
      object in <code>data</code>. Events may arrive in any order: of two about one object, the one with the
      larger <code>sequence</code> is the later. Up to ten endpoints listen side by side.
    </p>
    <p>
      Callbacks follow <a href="https://www.standardwebhooks.com/">Standard Webhooks</a>, so its libraries
      verify them. <code>webhook-signature</code> holds two signatures of <code>id.timestamp.body</code>:{' '}
      <code>v1</code>, HMAC-SHA256 with the secret you were shown once, and <code>v1a</code>, Ed25519 with the
      public key at <a href="/.well-known/jwks.json">{url}/.well-known/jwks.json</a>. Check one of them over
      the body as it came, before reading it:
    </p>
    <Code
      text={`import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.TOLOM_CALLBACK_SECRET); // whsec_…

app.post('/callbacks', async (request) => {
  // Throws when the signature is wrong or the callback is older than five minutes.
  const event = webhook.verify(await request.text(), Object.fromEntries(request.headers));
  if (await isNew(request.headers.get('webhook-id'))) await handle(event);
  return new Response(null, { status: 204 });
});`}
    />
    <p>
      Answer any 2xx within five seconds, and do the work afterwards. Otherwise it is sent again after 1 s, 15
      s, 30 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, a little later each time by chance, with
      the same <code>webhook-id</code> and fifteen seconds for the answer. The same event may also arrive
      twice: remember the ids you have handled. <code>Retry-After</code> is honoured, redirects are not
      followed, 410 disables the endpoint, and so do five days without a single success; your other endpoints
      then hear <code>callback_endpoint.disabled</code>.
    </p>
    <p>
      <a href="#post-v1-callback-endpoints-endpoint-pause">Pause</a> an endpoint during your own maintenance:
      its events wait. <a href="#post-v1-callback-endpoints-endpoint-rotate-secret">Rotate</a> its secret
      without a gap: for a day, or as long as you say, the header carries a <code>v1</code> signature by the
      new and by the old one. <a href="#post-v1-callback-endpoints-endpoint-ping">Ping</a> it to see what it
      answers. When signatures do not verify,{' '}
      <a href="#post-v1-callback-endpoints-endpoint-explain-signature">send what you received</a> and be told
      which part differs from what was sent.
    </p>
    <p>
      From your first endpoint on, what you were told stands in <a href="#get-v1-events">GET /v1/events</a>{' '}
      for at least 30 days, with every attempt and what you answered; what is still to come, or was given up,
      in <a href="#get-v1-callback-deliveries">GET /v1/callback-deliveries</a>. Have{' '}
      <a href="#post-v1-events-event-resend">one event</a> or{' '}
      <a href="#post-v1-callback-resends">all since a time</a> sent again, or{' '}
      <a href="#post-v1-callback-deliveries-retry">what was given up</a>.
    </p>
  </>
);

const Partners: FC<{ url: string }> = ({ url }) => (
  <>
    <p>
      An issuer may keep its payers’ accounts itself: it registers each with{' '}
      <a href="#post-v1-accounts">POST /v1/accounts</a> and its own <code>reference</code>. A payment from one
      is held on the issuer’s position in the switch, asked of the issuer, and credited when the issuer has
      debited its payer. A merchant of another scheme is credited by its acquirer in the same way, turned
      round, where the routing table has a way for the scanned code. Both serve the{' '}
      <a href={`${url}/issuer-protocol.json`}>Tolom issuer protocol</a>: three movements (debit, refund,
      credit), each with three questions (carry it out, how did it go, undo it). Banks may speak ISO 20022
      instead: a debit or credit is a pacs.008, a refund a pacs.004, how it went a pacs.028, all answered with
      a pacs.002; a camt.056 is answered with a camt.029. Each is posted alone and signed in the same way.
    </p>
    <ul>
      <li>
        Every question names the transfer and may come again: carry an order out once, and undo it once. An
        order that comes after its own reversal must be refused.
      </li>
      <li>
        No answer in time is neither yes nor no: the payment is <code>processing</code>. The switch asks how
        it went, less and less often, for about half a minute; then it asks to undo the order until that is
        acknowledged, and later looks once more whether it was approved after all.
      </li>
      <li>
        Sign every answer (RFC 9421, Ed25519), over <code>@status</code>, <code>content-digest</code>,{' '}
        <code>"@method";req</code>, <code>"@target-uri";req</code> and <code>"signature";req</code>, with a
        key registered for your participant. An answer without a good signature is no answer.
      </li>
      <li>
        A position may fall below zero as far as its net debit cap; then payments are declined with{' '}
        <Refusal code="position.cap_reached" />. At 75 and 90 percent of it <code>position.alert</code> tells
        you.
      </li>
      <li>
        While a partner does not answer at all, new payments are refused at once, with{' '}
        <Refusal code="issuer.unavailable" /> or <Refusal code="acquirer.unavailable" />, and nothing is held.
      </li>
    </ul>
    <p>
      In the sandbox a partner can be had without a server: connect the adapter <code>sandbox</code>. It
      approves everything except these amounts, in minor units of any currency:
    </p>
    <table>
      <thead>
        <tr>
          <th scope="col">Amount</th>
          <th scope="col">What it shows</th>
        </tr>
      </thead>
      <tbody>
        {behaviours.map(({ amountMinor, shows }) => (
          <tr>
            <td>{amountMinor}</td>
            <td>{shows}</td>
          </tr>
        ))}
      </tbody>
    </table>
    <p>
      <code>npm run issuer</code> serves the same over the protocol, as a process of its own. Your own server
      is judged by <code>npm run conform -- --issuer URL</code>, which takes the switch’s place: repeats,
      copies at the same moment, late orders, lost answers, forgeries and replays. <code>--jwks</code> prints
      the key to trust meanwhile.
    </p>
  </>
);
