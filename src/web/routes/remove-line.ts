import { createRoute, z } from '@hono/zod-openapi';
import { KbError } from '../../errors.ts';
import type { AddRoute } from '../app-env.ts';
import { requestLanguage } from '../request-language.ts';
import { HTTP_AUTHOR } from './http-author.ts';
import { answer, errors, GUARDED, KEYED } from './responses.ts';

const route = createRoute({
  method: 'delete',
  path: '/lines/{id}',
  summary: 'Remove a line',
  security: KEYED,
  request: {
    params: z.object({
      id: z
        .string()
        .max(100)
        .openapi({ description: 'The id, or an unambiguous beginning of at least four characters' }),
    }),
  },
  responses: {
    ...answer(
      'The line that was removed',
      z.object({ removed: z.object({ id: z.string(), text: z.string() }) }).openapi('RemoveAnswer'),
    ),
    ...errors(400, ...GUARDED, 404, 503),
  },
});

/** `DELETE /lines/:id` */
export const addRemoveLine: AddRoute = (app, { assistant }) => {
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param');
    const result = await assistant.run(
      { kind: 'remove', id },
      { by: HTTP_AUTHOR, language: requestLanguage(c), signal: c.req.raw.signal },
    );
    if (result.kind === 'failed') throw result.error;
    if (result.kind !== 'removed') throw new KbError('internal');
    return c.json({ removed: { id: result.line.id, text: result.line.text } }, 200);
  });
};
