import { createRoute, z } from '@hono/zod-openapi';
import type { AddRoute, EngineParts } from '../app-env.ts';

const body = z
  .object({
    ready: z.boolean(),
    parts: z
      .record(z.string(), z.object({ ready: z.boolean(), detail: z.string() }))
      .openapi({ description: 'The model, and what is set up: reranker, store, bots' }),
  })
  .openapi('Readiness');

const json = (description: string) => ({ description, content: { 'application/json': { schema: body } } });

const route = createRoute({
  method: 'get',
  path: '/readyz',
  summary: 'Ready to answer',
  responses: { 200: json('Every part works'), 503: json('A part does not work') },
});

/** `GET /readyz` */
export const addReadyz: AddRoute<Pick<EngineParts, 'readiness'>> = (app, { readiness }) => {
  app.openapi(route, async (c) => {
    const state = await readiness.check();
    return c.json(state, state.ready ? 200 : 503);
  });
};
