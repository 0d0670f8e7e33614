/** How a wallet app is opened with a code: what the pay page offers a payer whose wallet is on the same phone. */
import { z } from '@hono/zod-openapi';
import { because, type Directory } from '../directory/index.ts';
import { idSchema, type Shell, textSchema } from '../http/index.ts';
import { ok, refuse } from '../kernel/index.ts';
import { participantJson, participantSchema } from './model.ts';

const place = '{payload}';
const linkLengthMax = 500;
// What a browser would run or read by itself; an app's own scheme it only hands on.
const browsersOwn =
  /^(http|javascript|data|vbscript|file|blob|filesystem|about|view-source|intent|ws|wss|ftp):/i;

const newWalletLink = z
  .strictObject({
    wallet_link: z
      .string()
      .max(linkLengthMax)
      .refine((link) => link.split(place).length === 2, `must have ${place} once, where the code goes`)
      .refine((link) => isAppLink(link.replace(place, 'code')), 'not https, nor the scheme of an app')
      .nullable()
      .openapi({ example: 'https://wallet.example/pay?qr={payload}', description: 'null: none' }),
    reason: textSchema(500).optional(),
  })
  .openapi('NewWalletLink');

export function walletLinkRoutes(shell: Shell, directory: Directory): void {
  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/participants/{participant}/wallet-link',
      guarded: 'participant.wallet_link',
      tag: 'Onboarding',
      summary: 'Say how a participant’s wallet app is opened with a code',
      description:
        'The pay page offers it to payers on a phone. The code takes the place of `{payload}`, percent-encoded.',
      access: ['staff:admin', 'staff:officer'],
      params: z.object({ participant: idSchema('participant') }),
      body: newWalletLink,
      answers: participantSchema,
    },
    async ({ params, body, act }) => {
      const change = { walletLink: body.wallet_link };
      const row = await directory.changeParticipant(because(act, body.reason), params.participant, change);
      return row ? ok(participantJson(row)) : refuse('participant.not_found');
    },
  );
}

const isAppLink = (link: string): boolean =>
  URL.canParse(link) && !browsersOwn.test(link) && /^[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]+$/i.test(link);
