/** Signs in with a passkey, then goes where the form would have led. */
import { offer, signInWithPasskey } from '../browser/passkey.ts';

offer('passkey', async () => {
  await signInWithPasskey();
  location.reload();
});
