/** Adds a passkey of this device; the page then lists it. */
import { addPasskey, offer } from '../browser/passkey.ts';

offer('add-passkey', async ({ dataset }) => {
  await addPasskey(dataset.device ?? '');
  location.assign('/me?done=passkey');
});
