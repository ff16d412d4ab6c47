import { z } from '@hono/zod-openapi';
import { isBlank } from '../../engine/check-texts.ts';

/** As many as Cohere advises. */
const MAX_DOCUMENTS = 1000;
const MAX_INSTRUCTION = 1000;

const text = z.string().refine((value) => !isBlank(value), 'blank');

const document = z.union([text, z.object({ text })], { error: () => 'documentText' });

/** What clients of Cohere, Jina and text-embeddings-inference send: which of them it is shows in the list's name. */
export const rerankRequest = z
  .object({
    query: z.string(),
    documents: z.array(document).min(1).max(MAX_DOCUMENTS).optional().openapi({
      description: 'Cohere and Jina: texts, or objects with a `text`',
    }),
    texts: z.array(text).min(1).max(MAX_DOCUMENTS).optional().openapi({
      description: 'text-embeddings-inference: the answer is then a bare list',
    }),
    model: z.string().nullish().openapi({ description: 'Taken whatever it says' }),
    top_n: z
      .int()
      .min(1)
      .nullish()
      .openapi({ description: 'With `documents`: results at most. Default: all' }),
    return_documents: z.boolean().nullish().openapi({
      description: 'With `documents`: whether the results carry their texts. Default, as with Jina: true',
    }),
    return_text: z.boolean().nullish().openapi({
      description: 'With `texts`: whether the results carry their texts. Default: false',
    }),
    raw_scores: z.boolean().nullish().openapi({
      description: 'With `texts`: logits instead of probabilities. Default: false',
    }),
    instruction: z.string().max(MAX_INSTRUCTION).nullish().openapi({
      description: "What makes a document right, in English. Default: the model's own sentence",
    }),
  })
  .refine(({ documents, texts }) => (documents === undefined) !== (texts === undefined), 'documentsOrTexts')
  .openapi('RerankRequest', { oneOf: [{ required: ['documents'] }, { required: ['texts'] }] });

const score = z.number().openapi({ description: 'The probability that the document answers the query' });

/** An object for `documents`, a bare list for `texts`. */
export const rerankAnswer = z.union([
  z
    .object({
      model: z.string(),
      results: z.array(
        z.object({
          index: z.int().min(0).openapi({ description: 'The place in the request' }),
          relevance_score: score.min(0).max(1),
          document: z.object({ text: z.string() }).optional(),
        }),
      ),
      usage: z.object({ prompt_tokens: z.int(), total_tokens: z.int() }),
      meta: z.object({ tokens: z.object({ input_tokens: z.int() }) }),
    })
    .openapi('RerankAnswer'),
  z
    .array(z.object({ index: z.int().min(0), score: z.number(), text: z.string().optional() }))
    .openapi('RerankRanks'),
]);
