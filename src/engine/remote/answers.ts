import { z } from 'zod';

/** The part of `GET /v1/models` that is used. */
export const modelsAnswer = z.object({
  data: z.array(
    z.object({
      id: z.string().min(1),
      owned_by: z.string().nullish(),
      /** Tokens the model reads, as vLLM and this project's engine tell it. */
      max_model_len: z.int().positive().nullish(),
      /** This project's engine tells which vectors it makes. */
      fingerprint: z.string().nullish(),
    }),
  ),
});

export type ModelEntry = z.output<typeof modelsAnswer>['data'][number];

/** The part of `POST /v1/embeddings` that is used. Numbers are checked when they become a vector. */
export const embeddingsAnswer = z.object({
  data: z.array(
    z.object({
      index: z.int().nonnegative(),
      embedding: z.union([z.string(), z.array(z.number().nullable())]),
    }),
  ),
  usage: z
    .object({ prompt_tokens: z.int().nonnegative().nullish(), total_tokens: z.int().nonnegative().nullish() })
    .nullish(),
});

export type EmbeddingsAnswer = z.output<typeof embeddingsAnswer>;

/** Where servers put the sentence of an error: OpenAI's shape, FastAPI's, TEI's, or a bare one. */
export const errorAnswer = z.union([
  z.object({ error: z.object({ message: z.string() }) }).transform((body) => body.error.message),
  z.object({ error: z.string() }).transform((body) => body.error),
  z.object({ message: z.string() }).transform((body) => body.message),
  z.object({ detail: z.string() }).transform((body) => body.detail),
]);
