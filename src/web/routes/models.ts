import { createRoute, z } from '@hono/zod-openapi';
import type { AddRoute } from '../app-env.ts';
import { answer, errors, GUARDED, KEYED } from './responses.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/models',
  summary: 'The model that embeds, as OpenAI lists models',
  security: KEYED,
  responses: {
    ...answer(
      'One model',
      z
        .object({
          object: z.literal('list'),
          data: z.array(
            z.object({
              id: z.string(),
              object: z.literal('model'),
              created: z.int().openapi({ description: 'When the service started, in seconds since 1970' }),
              owned_by: z.literal('meaning-radar'),
              max_model_len: z.int().openapi({ description: 'Tokens of a text that the model reads' }),
              fingerprint: z.string().openapi({ description: 'Changes whenever the vectors would change' }),
            }),
          ),
        })
        .openapi('Models'),
    ),
    ...errors(...GUARDED),
  },
});

/** `GET /v1/models` */
export const addModels: AddRoute = (app, { embedder, startedAt }) => {
  app.openapi(route, (c) =>
    c.json(
      {
        object: 'list' as const,
        data: [
          {
            id: embedder.model,
            object: 'model' as const,
            created: Math.floor(startedAt.getTime() / 1000),
            owned_by: 'meaning-radar' as const,
            max_model_len: embedder.limits.maxTokens,
            fingerprint: embedder.fingerprint,
          },
        ],
      },
      200,
    ),
  );
};
