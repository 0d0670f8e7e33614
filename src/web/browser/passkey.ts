/** For islands: what `navigator.credentials` does, with the API before and after it. */
import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser';

async function asked<Value>(path: string, body?: unknown): Promise<Value> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return (await answer.json()) as Value;
}

/** Signs in with a passkey of this device; throws when the person or the switch says no. */
export async function signInWithPasskey(): Promise<void> {
  const options = await asked<PublicKeyCredentialRequestOptionsJSON>('/v1/sessions/passkey-options');
  await asked('/v1/sessions/passkey', { response: await startAuthentication({ optionsJSON: options }) });
}

export async function addPasskey(label: string): Promise<void> {
  const options = await asked<PublicKeyCredentialCreationOptionsJSON>('/v1/me/passkeys/options');
  const response = await startRegistration({ optionsJSON: options });
  await asked('/v1/me/passkeys', { label, response });
}

// Passkeys belong to a name; these addresses have one.
const ownNumbers = ['127.0.0.1', '[::1]'];
const isNumber = (host: string): boolean => /^[\d.]+$|^\[/.test(host);

/** Opened by number there are no passkeys: of this very machine, the way to the same page by name. */
function offerName(id: string): void {
  const elsewhere = document.getElementById(`${id}-elsewhere`);
  const link = elsewhere?.querySelector('a');
  if (!elsewhere || !link || !ownNumbers.includes(location.hostname)) return;
  const there = new URL(location.href);
  there.hostname = 'localhost';
  link.href = there.href;
  elsewhere.hidden = false;
}

/** Shows a button where passkeys are to be had, and says beside it when it did not work. */
export function offer(id: string, act: (button: HTMLButtonElement) => Promise<void>): void {
  const button = document.getElementById(id) as HTMLButtonElement | null;
  const trouble = document.getElementById(`${id}-trouble`);
  if (!button || !trouble || !('PublicKeyCredential' in globalThis)) return;
  if (isNumber(location.hostname)) {
    offerName(id);
    return;
  }
  button.hidden = false;
  button.addEventListener('click', async () => {
    button.disabled = true;
    trouble.hidden = true;
    try {
      await act(button);
    } catch {
      trouble.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
}
