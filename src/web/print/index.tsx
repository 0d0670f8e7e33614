/**
 * What is printed. Sheets with a code: an A6 table tent and an A4 poster, in the merchant's language or another; whoever
 * may see a code's picture may print it, and that is everybody who knows its id. And statements of account.
 */
import { Hono } from 'hono';
import type { CodeRow, Directory, MerchantRow } from '../../directory/index.ts';
import type { VisitEnv } from '../../http/index.ts';
import { isId, type Language, languages } from '../../kernel/index.ts';
import type { Api } from '../api.ts';
import { languageFor } from '../language.ts';
import { show } from '../respond.tsx';
import { NoSheetPage, SheetPage } from './page.tsx';
import { statementPages } from './statement/index.tsx';
import { sheets } from './style.ts';

export function printPages({ directory }: { readonly directory: Directory }, api: Api): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  app.route('/statements', statementPages(api));
  app.get('/codes/:code', async (c) => {
    const printed = await printedOf(directory, c.req.param('code'));
    if (!printed || printed.code.status === 'revoked') {
      const language = languageFor(c);
      const page = <NoSheetPage language={language} revoked={printed !== undefined} />;
      return show(c, page, { language, status: 404, cache: 'never' });
    }
    const { merchant, code } = printed;
    const language = spoken(c.req.query('language')) ?? spoken(merchant.language) ?? languageFor(c);
    const sheet = sheets.find((one) => one === c.req.query('sheet')) ?? 'a6';
    const page = <SheetPage merchant={merchant} code={code} sheet={sheet} language={language} />;
    return show(c, page, { language, cache: 'never' });
  });
  return app;
}

async function printedOf(
  directory: Directory,
  id: string,
): Promise<{ merchant: MerchantRow; code: CodeRow } | undefined> {
  const code = isId('code', id) ? await directory.cachedCode(id) : undefined;
  const merchant = code && (await directory.cachedMerchant(code.merchant));
  return merchant && { merchant, code };
}

const spoken = (name: string | undefined): Language | undefined => languages.find((one) => one === name);
