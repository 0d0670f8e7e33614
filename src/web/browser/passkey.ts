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

/** Shows a button where passkeys are to be had, and says beside it when it did not work. */
export function offer(id: string, act: (button: HTMLButtonElement) => Promise<void>): void {
  const button = document.getElementById(id) as HTMLButtonElement | null;
  const trouble = document.getElementById(`${id}-trouble`);
  if (!button || !trouble || !('PublicKeyCredential' in globalThis)) return;
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
