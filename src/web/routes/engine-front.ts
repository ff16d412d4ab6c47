import { createRoute, z } from '@hono/zod-openapi';
import type { AddRoute, EngineParts } from '../app-env.ts';
import { answer, errors } from './responses.ts';

const route = createRoute({
  method: 'get',
  path: '/',
  summary: 'What this is',
  responses: {
    ...answer(
      'The service and its models',
      z
        .object({
          service: z.literal('meaning-radar engine'),
          model: z.string(),
          dimensions: z.int(),
          reranker: z.string().nullable(),
          documentation: z.string().openapi({ description: 'The path of the description of all routes' }),
        })
        .openapi('Engine'),
    ),
    ...errors(403, 503),
  },
});

/** `GET /` of an engine: open without the key, for whoever opens the address to see what answers there. */
export const addEngineFront: AddRoute<Pick<EngineParts, 'embedder' | 'reranker'>> = (app, parts) => {
  const { embedder, reranker } = parts;
  app.openapi(route, (c) =>
    c.json(
      {
        service: 'meaning-radar engine' as const,
        model: embedder.model,
        dimensions: embedder.dimensions,
        reranker: reranker?.model ?? null,
        documentation: '/openapi.json',
      },
      200,
    ),
  );
};
