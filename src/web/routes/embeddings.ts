import { createRoute, z } from '@hono/zod-openapi';
import { detectLanguage } from '../../language.ts';
import type { AddRoute, EngineParts } from '../app-env.ts';
import { embedInBatches } from '../embed-in-batches.ts';
import { requestLanguage } from '../request-language.ts';
import { shortenVector } from '../shorten-vector.ts';
import { toBase64 } from '../vector-base64.ts';
import { answer, errors, jsonBody, KEYED, WORKING } from './responses.ts';

/** As many as OpenAI takes. */
const MAX_INPUTS = 2048;

const isTokens = (input: unknown): boolean =>
  Array.isArray(input) && (typeof input[0] === 'number' || isTokens(input[0]));

const inputSchema = z.union([z.string(), z.array(z.string()).min(1).max(MAX_INPUTS)], {
  error: ({ input }) => {
    if (input === undefined) return 'missing';
    return isTokens(input) ? 'tokenIds' : 'inputText';
  },
});

const createEmbeddingsRoute = (dimensions: number) =>
  createRoute({
    method: 'post',
    path: '/v1/embeddings',
    summary: 'Texts to vectors, as OpenAI does it',
    description:
      'Fields that are not listed, such as `user`, are ignored. A question, and a text that comes alone, go before longer lists of lines that wait.',
    security: KEYED,
    request: jsonBody(
      z
        .object({
          input: inputSchema,
          model: z.string().nullish().openapi({ description: 'Taken whatever it says' }),
          encoding_format: z.enum(['float', 'base64']).nullish().openapi({
            description: 'Default `float`; `base64` is little-endian float32',
          }),
          dimensions: z
            .int()
            .min(1)
            .max(dimensions)
            .nullish()
            .openapi({ description: 'Keeps the first values and makes the vector one of unit length again' }),
          input_type: z.enum(['query', 'document', 'passage']).nullish().openapi({
            description: "`query` adds the model's instruction for questions; default: a line as it is",
          }),
        })
        .openapi('EmbeddingsRequest'),
    ),
    responses: {
      ...answer(
        'One vector a text, in their order',
        z
          .object({
            object: z.literal('list'),
            data: z.array(
              z.object({
                object: z.literal('embedding'),
                index: z.int().min(0),
                embedding: z.union([z.array(z.number()), z.string()]),
              }),
            ),
            model: z.string(),
            usage: z.object({ prompt_tokens: z.int(), total_tokens: z.int() }),
          })
          .openapi('EmbeddingsAnswer'),
      ),
      ...errors(...WORKING),
    },
  });

/** `POST /v1/embeddings` */
export const addEmbeddings: AddRoute<Pick<EngineParts, 'embedder'>> = (app, { embedder }) => {
  app.openapi(createEmbeddingsRoute(embedder.dimensions), async (c) => {
    const { input, encoding_format, dimensions, input_type } = c.req.valid('json');
    const texts = typeof input === 'string' ? [input] : input;
    c.set('language', detectLanguage(texts.join('\n'), requestLanguage(c)));
    const as = input_type === 'query' ? 'query' : 'line';
    const { vectors, tokens } = await embedInBatches(embedder, texts, {
      as,
      // Behind one text there is most likely a person; a list that is no question can wait for one.
      priority: as === 'query' || texts.length === 1 ? 'question' : 'import',
      signal: c.req.raw.signal,
    });
    const data = vectors.map((vector, index) => {
      const values = shortenVector(vector, dimensions ?? embedder.dimensions);
      const embedding = encoding_format === 'base64' ? toBase64(values) : [...values];
      return { object: 'embedding' as const, index, embedding };
    });
    const usage = { prompt_tokens: tokens, total_tokens: tokens };
    return c.json({ object: 'list' as const, data, model: embedder.model, usage }, 200);
  });
};
