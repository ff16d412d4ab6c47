import { Tokenizer } from '@huggingface/tokenizers';
import { KbError } from '../../../errors.ts';
import { unusable } from '../checkpoint/unusable.ts';
import { checkModel } from './check-model.ts';
import { compose } from './compose.ts';
import { readTokenizerFile, type TokenizerFile } from './tokenizer-file.ts';
import { JAVASCRIPT_PATTERN, words } from './words.ts';

export interface EncodeOptions {
  /** Most ids to return, the end token included; the text's last ones are left out. Without it, all. */
  readonly maxTokens?: number;
}

/** Tokens by which a long text is cut too far behind, so that the cut does not change the tokens that are kept. */
const SLACK = 256;
/** Characters that are encoded at once, before it is seen whether the tokens are enough. */
const PART = 4096;

/**
 * Text to token ids, as Hugging Face's tokenizer does it for Qwen3: added tokens (`<|im_start|>`, `<think>` …) found
 * in the text as it is, the rest composed (NFC), split into words and encoded as byte pairs. The library does the last;
 * composing and splitting are done here, since Node's Unicode tables and patterns differ from the reference's, and so
 * that a text is not encoded farther than it is read.
 *
 * As there, the name of an added token inside a person's text becomes that token. Where the model has no row for one
 * (the 4B and 8B models end before `<think>`), its name is read as plain text, so that no id is ever out of range.
 * Lone surrogates are read as U+FFFD.
 */
export class Qwen3Tokenizer {
  /** The id after every text, whose hidden state is the embedding. */
  readonly endId: number;
  readonly #added: ReadonlyMap<string, number>;
  readonly #addedPattern: RegExp | undefined;
  readonly #pairs: Tokenizer;
  readonly #longest: number;

  private constructor(file: TokenizerFile, rows: number) {
    const added = file.addedTokens.filter(({ id }) => id < rows);
    this.#added = new Map(added.map(({ content, id }) => [content, id]));
    this.#addedPattern = anyOf([...this.#added.keys()]);
    this.#longest = checkModel(file.model, rows);
    const end = this.#added.get(file.end);
    if (end === undefined) throw new Error(`the model has no row for ${file.end}`);
    this.endId = end;
    this.#pairs = new Tokenizer(bytePairs(file), {});
  }

  /**
   * Loads a checkpoint folder's `tokenizer.json`. Rejects with `model` where it is missing, damaged, not of Qwen3's kind,
   * or of another model than the weights.
   *
   * @param rows Rows of the model's embedding table.
   */
  static async load(folder: string, rows: number): Promise<Qwen3Tokenizer> {
    try {
      return new Qwen3Tokenizer(await readTokenizerFile(folder), rows);
    } catch (error) {
      if (error instanceof KbError) throw error;
      throw unusable(folder, 'tokenizer', { reason: reasonOf(error) }, error);
    }
  }

  /** The ids of a text and the end token. */
  encode(text: string, { maxTokens = Number.POSITIVE_INFINITY }: EncodeOptions = {}): number[] {
    const ids = this.encodePlain(text, { maxTokens: maxTokens - 1 });
    ids.push(this.endId);
    return ids;
  }

  /** The ids of a text alone, for a part of a prompt. */
  encodePlain(text: string, { maxTokens = Number.POSITIVE_INFINITY }: EncodeOptions = {}): number[] {
    const within = text.slice(0, (maxTokens + SLACK) * this.#longest);
    const ids: number[] = [];
    for (const section of this.#addedPattern ? within.split(this.#addedPattern) : [within]) {
      const added = this.#added.get(section);
      if (added !== undefined) ids.push(added);
      else if (section !== '') this.#encodeSection(section, ids, maxTokens);
      if (ids.length >= maxTokens) break;
    }
    return ids.length > maxTokens ? ids.slice(0, Math.max(0, maxTokens)) : ids;
  }

  #encodeSection(section: string, into: number[], maxTokens: number): void {
    let part = '';
    for (const word of words(compose(section))) {
      part += word;
      if (part.length < PART) continue;
      this.#encodePart(part, into);
      if (into.length >= maxTokens) return;
      part = '';
    }
    this.#encodePart(part, into);
  }

  #encodePart(part: string, into: number[]): void {
    for (const id of this.#pairs.encode(part).ids) into.push(id);
  }
}

/** A tokenizer file for the library of which only words and their encoding are left. */
function bytePairs({ model }: TokenizerFile): object {
  return {
    model,
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: JAVASCRIPT_PATTERN }, behavior: 'Isolated', invert: false },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
      ],
    },
    post_processor: null,
    decoder: null,
    added_tokens: [],
  };
}

/** A pattern whose matches stay in the parts of a split; the longest of those that begin at one place wins. */
function anyOf(contents: readonly string[]): RegExp | undefined {
  if (contents.length === 0) return undefined;
  const longestFirst = [...contents].sort((a, b) => b.length - a.length);
  const escaped = longestFirst.map((content) => content.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(`(${escaped.join('|')})`);
}

/** A short reason: the first complaint about the file's form, or the message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!('issues' in error) || !Array.isArray(error.issues)) return error.message;
  const path: unknown = error.issues[0]?.path;
  return Array.isArray(path) && path.length > 0 ? path.join('.') : 'form';
}
