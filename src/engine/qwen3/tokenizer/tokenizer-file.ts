import { z } from 'zod';
import { readJson } from '../checkpoint/read-file.ts';
import { TOKENIZER_LIMIT } from '../checkpoint/tokenizer-limit.ts';
import { WORD_PATTERN } from './words.ts';

const id = z.int().nonnegative();

/** An added token is found in the raw text, wherever it stands, as all those of Qwen3 are. */
const addedToken = z.object({
  id,
  content: z.string().min(1),
  single_word: z.literal(false),
  lstrip: z.literal(false),
  rstrip: z.literal(false),
  normalized: z.literal(false),
});

const byteLevel = z.object({
  type: z.literal('ByteLevel'),
  add_prefix_space: z.literal(false),
  use_regex: z.literal(false),
});

const split = z.object({
  type: z.literal('Split'),
  pattern: z.object({ Regex: z.literal(WORD_PATTERN) }),
  behavior: z.literal('Isolated'),
  invert: z.literal(false),
});

const template = z.object({
  type: z.literal('TemplateProcessing'),
  single: z.tuple([
    z.object({ Sequence: z.object({ id: z.literal('A') }) }),
    z.object({ SpecialToken: z.object({ id: z.string() }) }),
  ]),
});
const processor = z.union([template, z.object({ type: z.literal('ByteLevel') })]);

const none = z.union([z.literal(''), z.null()]).optional();

/** The parts of `tokenizer.json` that decide over ids; anything that would change them in another way is refused. */
const tokenizerFile = z.object({
  normalizer: z.object({ type: z.literal('NFC') }),
  pre_tokenizer: z.object({
    type: z.literal('Sequence'),
    pretokenizers: z.tuple([split, byteLevel]),
  }),
  post_processor: z.union([
    z.object({ type: z.literal('Sequence'), processors: z.array(processor) }),
    processor,
  ]),
  added_tokens: z.array(addedToken),
  model: z.object({
    type: z.literal('BPE'),
    dropout: z.null().optional(),
    continuing_subword_prefix: none,
    end_of_word_suffix: none,
    byte_fallback: z.literal(false).optional(),
    ignore_merges: z.literal(false).optional(),
    // The 150,000 entries of each are checked where they are put to use, since a schema would double the load time.
    vocab: z.custom<Record<string, unknown>>((value) => typeof value === 'object' && value !== null),
    merges: z.custom<unknown[]>(Array.isArray),
  }),
});

/** What the published tokenizers of Qwen3 differ in. */
export interface TokenizerFile {
  /** Vocabulary and merges as the file has them; older files write a merge `a b`, newer ones `["a", "b"]`. */
  readonly model: { readonly vocab: Readonly<Record<string, unknown>>; readonly merges: readonly unknown[] };
  readonly addedTokens: readonly { readonly id: number; readonly content: string }[];
  /** The token after every text. */
  readonly end: string;
}

/**
 * Reads a folder's `tokenizer.json`. Throws where it is not of Qwen3's kind; a file without a template, as rerankers
 * may have it, ends its texts like the others.
 */
export async function readTokenizerFile(folder: string): Promise<TokenizerFile> {
  const file = tokenizerFile.parse(await readJson(folder, 'tokenizer.json', TOKENIZER_LIMIT));
  const { post_processor: post } = file;
  const processors = post.type === 'Sequence' ? post.processors : [post];
  const ends = processors.flatMap((each) =>
    each.type === 'TemplateProcessing' ? [each.single[1].SpecialToken.id] : [],
  );
  return {
    model: file.model,
    addedTokens: file.added_tokens,
    end: ends[0] ?? '<|endoftext|>',
  };
}
