import { z } from 'zod';
import { checkFile } from './check-file.ts';
import type { Manifest } from './manifest.ts';
import { readJson } from './read-json.ts';

/** The part of a Hugging Face `tokenizer.json` that is read; anything that would change the pieces is refused. */
const tokenizerFile = z.object({
  normalizer: z.null(),
  pre_tokenizer: z.object({
    type: z.literal('Metaspace'),
    prepend_scheme: z.literal('never'),
    split: z.literal(true),
  }),
  post_processor: z.null(),
  added_tokens: z.array(z.unknown()).max(0),
  model: z.object({
    type: z.literal('Unigram'),
    unk_id: z.int(),
    byte_fallback: z.literal(false).optional(),
    // Its pairs are covered by the file's checksum; checking 45,000 of them one by one would double the load time.
    vocab: z.custom<[piece: string, score: number][]>(Array.isArray),
  }),
});

/** What texts are normalised and split by; plain data, so that it can be sent to a worker. */
export interface Vocabulary {
  /** Pieces by id. */
  readonly pieces: string[];
  /** Their log probabilities. */
  readonly scores: Float64Array;
  readonly unkId: number;
  /** `simplify.json`'s pairs of traditional and simplified characters. */
  readonly simplify: string;
}

/**
 * Reads `tokenizer.json` and `simplify.json`. Here and not in the worker, whose start would wait for zod to be loaded
 * a second time. Rejects with `model` where a file is missing, damaged or of another kind.
 */
export async function readVocabulary(folder: string, manifest: Manifest): Promise<Vocabulary> {
  const read = <T>(name: 'tokenizer.json' | 'simplify.json', schema: z.ZodType<T>): Promise<T> =>
    readJson(folder, name, schema, (bytes) => checkFile(folder, manifest, name, bytes));
  const [{ model }, simplify] = await Promise.all([
    read('tokenizer.json', tokenizerFile),
    read('simplify.json', z.string()),
  ]);
  return {
    pieces: model.vocab.map(([piece]) => piece),
    scores: Float64Array.from(model.vocab, ([, score]) => score),
    unkId: model.unk_id,
    simplify,
  };
}
