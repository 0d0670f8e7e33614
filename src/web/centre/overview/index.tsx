/** Whether anything is wrong, at a glance. */
import { Hono } from 'hono';
import type { VisitEnv } from '../../../http/index.ts';
import { Head } from '../../desk/parts.tsx';
import { Card, Facts } from '../../kit/index.ts';
import type { At } from '../desk.tsx';
import { roles } from '../roles.ts';
import { centreTexts } from '../texts.ts';

export function overviewPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  app.get(
    '/',
    at(roles, (desk) => {
      const say = centreTexts(desk.language);
      return desk.page(
        say('overview'),
        <>
          <Head title={say('overview')} />
          <Card>
            <Facts rows={[[say('centre'), `${desk.person.name}, ${desk.person.role}`]]} />
          </Card>
        </>,
      );
    }),
  );
  return app;
}
