/**
 * Why a signature does not verify. Compares what a receiver got with what was sent, byte by byte, and tries
 * the mistakes receivers make. Says which part differs, never what would have been right.
 */
import { fromBase64, sameSecret, toBase64, toHex, utf8 } from '../kernel/index.ts';
import type { LoggedEvent } from './model.ts';

/** What a receiver says it got. */
export interface Received {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  /** The signature it worked out itself. */
  readonly computed: string | undefined;
}

export interface SignatureFacts {
  readonly received: Received;
  /** The event of that id, as it was sent; undefined when there is none. */
  readonly event: LoggedEvent | undefined;
  /** The endpoint's secrets that may have signed, newest first. */
  readonly secrets: readonly string[];
  /** The secrets of the owner's other endpoints, by their ids. */
  readonly others: ReadonlyMap<string, string>;
  /** Whether one of our own `v1a` signatures is right for a text. */
  readonly verifiesOurs: (
    text: Uint8Array<ArrayBuffer>,
    signature: Uint8Array<ArrayBuffer>,
  ) => Promise<boolean>;
  readonly nowMs: number;
}

export interface Finding {
  readonly code: string;
  readonly message: string;
}

// What receivers allow between the timestamp and their clock.
const toleranceS = 300;

/** What is wrong, the most likely cause first; nothing when it verifies. */
export async function explainSignature(facts: SignatureFacts): Promise<Finding[]> {
  const { received } = facts;
  const missing = (['id', 'timestamp', 'signature'] as const).filter((part) => !received[part]);
  if (missing.length > 0) {
    return missing.map((part) => ({
      code: 'header_missing',
      message: `There is no webhook-${part} header. Does a proxy or framework drop or rename it?`,
    }));
  }
  const findings = [
    ...idFindings(facts),
    ...timestampFindings(facts),
    ...bodyFindings(facts),
    ...(await signatureFindings(facts)),
  ];
  return [...findings, ...(await computedFindings(facts, findings.length > 0))];
}

function idFindings({ received, event }: SignatureFacts): Finding[] {
  if (event) return [];
  const trimmed = received.id !== received.id?.trim() ? ' It has blanks around it.' : '';
  return [
    {
      code: 'id_unknown',
      message: `No event with this webhook-id was sent to you in the last 30 days.${trimmed}`,
    },
  ];
}

function timestampFindings({ received, event, nowMs }: SignatureFacts): Finding[] {
  const text = received.timestamp ?? '';
  if (!/^\d{1,15}$/.test(text)) {
    return [{ code: 'timestamp_form', message: 'webhook-timestamp is not a whole number of seconds.' }];
  }
  const sent = (event?.attempts ?? []).map(({ atMs }) => Math.floor(atMs / 1_000));
  if (event && !sent.includes(Number(text))) {
    const inMs = sent.some((second) => Math.abs(second - Number(text) / 1_000) < 1);
    return [
      {
        code: 'timestamp_changed',
        message: inMs
          ? 'webhook-timestamp is in milliseconds; it was sent in seconds.'
          : 'No attempt of this event carried this webhook-timestamp. Use the header of the same request.',
      },
    ];
  }
  const ageS = Math.round(nowMs / 1_000 - Number(text));
  if (Math.abs(ageS) <= toleranceS) return [];
  return [
    {
      code: 'timestamp_old',
      message:
        `The timestamp is ${Math.abs(ageS)} seconds ${ageS > 0 ? 'old' : 'ahead'}; libraries take ${toleranceS}. ` +
        'If you checked it when it came, your clock is wrong.',
    },
  ];
}

/** How the bytes differ from those that were sent. */
function bodyFindings({ received: { body }, event }: SignatureFacts): Finding[] {
  if (!event) return [];
  const sent = utf8(event.body);
  if (sameBytes(sent, body)) return [];
  const at = sent.findIndex((byte, index) => byte !== body[index]);
  const place = `From byte ${at < 0 ? sent.length : at} on; ${sent.length} bytes were sent, you have ${body.length}.`;
  return [
    { code: 'body_changed', message: `${howChanged(sent, body)} ${place} Verify the body as it came.` },
  ];
}

function howChanged(sent: Uint8Array, body: Uint8Array): string {
  const [before, after] = [
    new TextDecoder().decode(sent),
    new TextDecoder('utf-8', { ignoreBOM: true, fatal: false }).decode(body),
  ];
  if (after.length === 0) return 'Your body is empty: it was read before, and can be read once only.';
  if (after.startsWith('\uFEFF')) return 'Your body begins with a byte order mark.';
  if (after.trim() === before) return 'Your body has blanks or line ends around it that were not sent.';
  if (after === JSON.stringify(before))
    return 'Your body is the text once more in quotes: it was encoded twice.';
  if (isLatin1Of(before, body)) return 'Your body was decoded as Latin-1 and encoded again: keep its bytes.';
  if (sameJson(before, after))
    return 'Your body is the same JSON written anew: it was parsed and printed again.';
  if (before.startsWith(after)) return 'Your body is cut off.';
  return 'Your body is not what was sent.';
}

const isLatin1Of = (sent: string, body: Uint8Array): boolean => {
  const bytes = utf8(sent);
  let mistaken = '';
  for (const byte of bytes) mistaken += String.fromCharCode(byte);
  return mistaken !== sent && sameBytes(utf8(mistaken), body);
};

function sameJson(left: string, right: string): boolean {
  try {
    return JSON.stringify(sorted(JSON.parse(left))) === JSON.stringify(sorted(JSON.parse(right)));
  } catch {
    return false;
  }
}

const sorted = (value: unknown): unknown =>
  value === null || typeof value !== 'object'
    ? value
    : Array.isArray(value)
      ? value.map(sorted)
      : Object.fromEntries(
          Object.entries(value)
            .sort(([left], [right]) => (left < right ? -1 : 1))
            .map(([name, inner]) => [name, sorted(inner)]),
        );

/** Whether the header holds a signature that is right for what was received, and if not, for whom. */
async function signatureFindings(facts: SignatureFacts): Promise<Finding[]> {
  const { received, secrets, others } = facts;
  const parts = (received.signature ?? '').trim().split(/ +/);
  const read = parts.map((part) => /^(v1a?),([\w+/]+=*)$/.exec(part));
  if (read.some((part) => part === null)) {
    return [
      {
        code: 'signature_form',
        message: 'webhook-signature is not of the form “v1,… v1a,…”, parts set apart by blanks.',
      },
    ];
  }
  const text = signedText(received, received.body);
  for (const [, version, encoded] of read.filter((part) => part !== null)) {
    if (version === 'v1a') {
      const bytes = fromBase64(encoded ?? '');
      if (bytes && (await facts.verifiesOurs(text, bytes))) return [];
    } else {
      for (const secret of secrets) if (await isMac(encoded ?? '', secret, text)) return [];
    }
  }
  // Not right for what came: is it right for what was sent, with this or another secret?
  const sent = facts.event ? signedText(received, utf8(facts.event.body)) : text;
  for (const [, version, encoded] of read.filter((part) => part !== null)) {
    if (version !== 'v1') continue;
    for (const secret of secrets) {
      // The body alone is to blame, and was.
      if (await isMac(encoded ?? '', secret, sent)) return [];
    }
    for (const [endpoint, secret] of others) {
      if (await isMac(encoded ?? '', secret, sent)) {
        return [
          {
            code: 'other_endpoint',
            message: `The signature is that of endpoint ${endpoint}: use its secret, or check the address.`,
          },
        ];
      }
    }
  }
  return [
    {
      code: 'signature_unknown',
      message:
        'No signature in the header was made by us for this id, timestamp and secret: one of the headers is ' +
        'of another request or was changed, or the secret was rotated away since.',
    },
  ];
}

const names: readonly (readonly [string, (secret: string) => Uint8Array<ArrayBuffer> | undefined])[] = [
  ['right', (secret) => fromBase64(secret.slice('whsec_'.length))],
  ['the secret as text, not decoded from base64', (secret) => utf8(secret.slice('whsec_'.length))],
  ['the secret with its prefix whsec_', (secret) => utf8(secret)],
];

/** Which mistake leads to the signature the receiver worked out. */
async function computedFindings(facts: SignatureFacts, explained: boolean): Promise<Finding[]> {
  const { received, secrets } = facts;
  if (received.computed === undefined) return [];
  const theirs = received.computed.trim().replace(/^v1[,=]/, '');
  const { body, id, timestamp } = received;
  const inMs = `${timestamp}000`;
  const texts: readonly (readonly [string, Uint8Array<ArrayBuffer>])[] = [
    ['', signedText(received, body)],
    ['the body alone', body],
    ['timestamp.body, without the id', joined(`${timestamp}.`, body)],
    ['id.body, without the timestamp', joined(`${id}.`, body)],
    ['timestamp.id.body, in the wrong order', joined(`${timestamp}.${id}.`, body)],
    ['the timestamp in milliseconds', joined(`${id}.${inMs}.`, body)],
    ['id, timestamp and body without the points', joined(`${id}${timestamp}`, body)],
  ];
  for (const [place, secret] of secrets.entries()) {
    for (const [keyMistake, keyOf] of names) {
      const key = keyOf(secret);
      if (!key) continue;
      for (const [textMistake, text] of texts) {
        const mac = await hmac(key, text);
        const form = await formOf(theirs, mac);
        if (form === undefined) continue;
        const mistakes = [
          ...(keyMistake === 'right' ? [] : [`the key is ${keyMistake}`]),
          ...(textMistake === '' ? [] : [`what you sign is ${textMistake}`]),
          ...(form === 'base64' ? [] : [`you write it as ${form} instead of base64`]),
          ...(place === 0 ? [] : ['you use the secret before the last rotation']),
        ];
        if (mistakes.length > 0) {
          return [{ code: 'computed_wrong', message: `Your signature shows why: ${mistakes.join('; ')}.` }];
        }
        if (explained) return [];
        return [
          {
            code: 'computed_right',
            message: 'Your signature is right: compare it with each part of the header.',
          },
        ];
      }
    }
  }
  return [
    {
      code: 'computed_unknown',
      message: 'Your signature follows from none of the endpoint’s secrets: is it this endpoint’s?',
    },
  ];
}

async function formOf(theirs: string, mac: Uint8Array): Promise<string | undefined> {
  const base64 = toBase64(mac);
  if (await sameSecret(theirs, base64)) return 'base64';
  if (await sameSecret(theirs.toLowerCase(), toHex(mac))) return 'hexadecimal';
  const url = base64.replaceAll('+', '-').replaceAll('/', '_');
  if (await sameSecret(theirs.replace(/=+$/, ''), url.replace(/=+$/, ''))) return 'base64url';
  return undefined;
}

const signedText = ({ id, timestamp }: Received, body: Uint8Array) => joined(`${id}.${timestamp}.`, body);

const joined = (start: string, body: Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array([...utf8(start), ...body]);

const sameBytes = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && left.every((byte, index) => byte === right[index]);

async function isMac(encoded: string, secret: string, text: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const key = fromBase64(secret.slice('whsec_'.length));
  return key !== undefined && sameSecret(encoded, toBase64(await hmac(key, text)));
}

async function hmac(bytes: Uint8Array<ArrayBuffer>, text: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, text));
}
