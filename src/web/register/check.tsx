/** Is the receipt on the buyer's phone genuine? Told by the device itself, with the centre's public keys. */
import type { FC } from 'hono/jsx';
import { Icon, Scanner } from '../kit/index.ts';
import type { Desk } from './desk.tsx';
import { dataOf, RegisterShell } from './shell.tsx';
import { registerTexts } from './texts/index.ts';

export const CheckPage: FC<{ desk: Desk }> = ({ desk }) => {
  const say = registerTexts(desk.clerk.language);
  return (
    <RegisterShell desk={desk} title={say('checkReceipt')} islands={['kit-scan', 'register-check']}>
      <div class="register" data-check {...dataOf(desk.clerk)}>
        <h1>{say('checkReceipt')}</h1>
        <p class="soft">{say('checkHint')}</p>
        <div class="verdict" role="alert" data-verdict hidden>
          <Icon name="done" class="verdict-good" />
          <Icon name="stop" class="verdict-bad" />
          <Icon name="alert" class="verdict-wait" />
          <p class="verdict-word" data-word />
          <p class="paid-amount" data-amount />
          <p class="verdict-sale" data-time />
          <p class="verdict-sale" data-reference />
          <p data-why />
        </div>
        <Scanner action="/register/check" name="receipt" event />
      </div>
    </RegisterShell>
  );
};
