import { createRoute, z } from '@hono/zod-openapi';
import type { AddRoute } from '../app-env.ts';
import { answer, errors, GUARDED, KEYED } from './responses.ts';

const route = createRoute({
  method: 'get',
  path: '/lines',
  summary: 'All lines, newest first',
  security: KEYED,
  request: {
    query: z.object({
      page: z.coerce.number().int().min(1).default(1),
      pageSize: z.coerce.number().int().min(1).max(100).default(20),
    }),
  },
  responses: {
    ...answer(
      'One page of lines; a page past the end is the last page',
      z
        .object({
          lines: z.array(
            z.object({
              id: z.string(),
              text: z.string(),
              source: z.string(),
              addedBy: z.string(),
              addedAt: z.iso.datetime(),
            }),
          ),
          page: z.int().min(1),
          pages: z.int().min(0),
          total: z.int().min(0),
        })
        .openapi('LinesPage'),
    ),
    ...errors(400, ...GUARDED, 503),
  },
});

/** `GET /lines` */
export const addListLines: AddRoute = (app, { store }) => {
  app.openapi(route, async (c) => {
    const { items, page, pages, total } = await store.lines.list(c.req.valid('query'));
    const lines = items.map(({ id, text, source, addedBy, addedAt }) => ({
      id,
      text,
      source,
      addedBy,
      addedAt: addedAt.toISOString(),
    }));
    return c.json({ lines, page, pages, total }, 200);
  });
};
