import { createRoute, z } from '@hono/zod-openapi';
import type { Embedder } from '../../engine/embedder.ts';
import type { AddRoute, EngineParts } from '../app-env.ts';
import { answer, errors, GUARDED, KEYED } from './responses.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/models',
  summary: 'The models, as OpenAI lists them',
  security: KEYED,
  responses: {
    ...answer(
      'The model that embeds; then the reranker, where there is one',
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
              fingerprint: z.string().optional().openapi({
                description: 'Changes whenever the vectors would change; the model that embeds has one',
              }),
            }),
          ),
        })
        .openapi('Models'),
    ),
    ...errors(...GUARDED),
  },
});

/** `GET /v1/models`; the model that embeds comes first, since a client that names none takes the first. */
export const addModels: AddRoute<Pick<EngineParts, 'embedder' | 'reranker' | 'startedAt'>> = (app, parts) => {
  const { embedder, reranker, startedAt } = parts;
  const entry = ({ model, limits }: Pick<Embedder, 'model' | 'limits'>) => ({
    id: model,
    object: 'model' as const,
    created: Math.floor(startedAt.getTime() / 1000),
    owned_by: 'meaning-radar' as const,
    max_model_len: limits.maxTokens,
  });
  app.openapi(route, (c) =>
    c.json(
      {
        object: 'list' as const,
        data: [
          { ...entry(embedder), fingerprint: embedder.fingerprint },
          ...(reranker ? [entry(reranker)] : []),
        ],
      },
      200,
    ),
  );
};
