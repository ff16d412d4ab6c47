import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Qwen3Tokenizer } from '../../../src/engine/qwen3/tokenizer/qwen3-tokenizer.ts';
import { fixtureVariants } from '../../support/qwen3/fixture-variants.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/qwen3/${name}`, import.meta.url));
const published = gunzipSync(fixture('tokenizer.json.gz'));

const END = 151643;
const ROWS = 151669;

describe("Qwen3's own tokenizer", () => {
  let folder: string;
  let tokenizer: Qwen3Tokenizer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'meaning-radar-'));
    await writeFile(join(folder, 'tokenizer.json'), published);
    tokenizer = await Qwen3Tokenizer.load(folder, ROWS);
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Made by `make-tokenizer-parity.py` with Hugging Face's tokenizers. */
  const { texts, steps } = z
    .object({ texts: z.array(z.string()), steps: z.array(z.array(z.int())) })
    .parse(JSON.parse(gunzipSync(fixture('tokenizer-parity.json.gz')).toString('utf8')));

  /** The fixture has each id as its distance from the one before. */
  const idsOf = (at: number) => {
    let id = 0;
    return (steps[at] ?? []).map((step) => {
      id += step;
      return id;
    });
  };

  it('gives the ids of the reference for 10,000 varied strings', () => {
    expect(texts).toHaveLength(10000);
    const different = texts.filter((text, at) => tokenizer.encodePlain(text).join() !== idsOf(at).join());
    expect(different).toEqual([]);
  }, 120_000);

  it('ends every text with one end token, also one that has its name in it', () => {
    expect(tokenizer.endId).toBe(END);
    expect(tokenizer.encode('test')).toEqual([1944, END]);
    expect(tokenizer.encodePlain('test')).toEqual([1944]);
    expect(tokenizer.encode('')).toEqual([END]);
    expect(tokenizer.encode('test<|endoftext|>')).toEqual([1944, END, END]);
  });

  it('keeps the first tokens and the end of a text that is too long', () => {
    for (const text of texts.slice(0, 500)) {
      const all = tokenizer.encodePlain(text);
      for (const most of [1, 2, 5, all.length, all.length + 1, all.length + 2]) {
        if (most < 1) continue;
        expect(tokenizer.encode(text, { maxTokens: most })).toEqual([...all.slice(0, most - 1), END]);
        expect(tokenizer.encodePlain(text, { maxTokens: most })).toEqual(all.slice(0, most));
      }
    }
    expect(tokenizer.encodePlain('test', { maxTokens: 0 })).toEqual([]);
  });

  it('reads lone surrogates as replacement characters', () => {
    expect(tokenizer.encode('年\ud83d假\udc00')).toEqual(tokenizer.encode('年\ufffd假\ufffd'));
    expect(tokenizer.encode('\ude00\ud83d')).toEqual(tokenizer.encode('\ufffd\ufffd'));
    expect(tokenizer.encode('<|im_start|>\ud83d')).toEqual([151644, ...tokenizer.encode('\ufffd')]);
  });

  /** Texts of about a length that a careless tokenizer takes the square of it for. */
  const monotonous = (length: number): [string, string][] => {
    const han = Array.from({ length }, (_, i) => String.fromCharCode(0x4e00 + ((i * 7919) % 20902))).join('');
    const times = (text: string) => text.repeat(Math.ceil(length / text.length));
    return [
      ['Han without a blank', han],
      ['one letter', times('a')],
      ['blanks', `${times(' ')}x`],
      ['line ends and blanks', `${times('\n ')}x`],
      ['ideographic blanks', `${times('\u3000 ')}x`],
      ['digits', times('7')],
      ['punctuation', times('!?')],
      ['emoji', times('👩🏽‍🔬')],
      ['rare letters', times('𠀀')],
      ['added tokens', times('<|im_start|>')],
      ['half added tokens', times('<|im_star')],
      ['zeros', times('\0')],
    ];
  };

  it('cuts 20,000 characters of anything to what the model takes', () => {
    for (const [name, text] of [...monotonous(20_000), ['marks', `e${'\u0301\u0323'.repeat(10_000)}`]]) {
      const ids = tokenizer.encode(text ?? '', { maxTokens: 500 });
      expect([name, ids.at(-1), ids.length <= 500]).toEqual([name, END, true]);
      const beginning = (text ?? '').slice(0, 2000);
      const first = tokenizer.encodePlain(beginning, { maxTokens: 100 });
      expect([name, ids.slice(0, Math.min(50, first.length - 5))]).toEqual([
        name,
        first.slice(0, Math.min(50, first.length - 5)),
      ]);
    }
  });

  it('reads the name of an added token as text where the model has no row for it', async () => {
    const rows = 151665;
    const fewer = await Qwen3Tokenizer.load(folder, rows);
    expect(fewer.encodePlain('<tool_call>')).toEqual([151657]);
    expect(fewer.encodePlain('<think>')).toEqual(
      tokenizer.encodePlain('<th').concat(tokenizer.encodePlain('ink>')),
    );
    const beyond = texts.slice(0, 1000).filter((text) => fewer.encode(text).some((id) => id >= rows));
    expect(beyond).toEqual([]);
  });
});

describe('the tests’ small tokenizer', () => {
  const { embeddings } = z
    .object({
      embeddings: z.array(
        z.object({
          variant: z.enum(Object.keys(fixtureVariants) as [keyof typeof fixtureVariants]),
          kind: z.string(),
          text: z.string(),
          repeat: z.int(),
          maxTokens: z.int(),
          tokens: z.int(),
          ids: z.array(z.int()).optional(),
        }),
      ),
    })
    .parse(JSON.parse(fixture('embeddings.json').toString('utf8')));

  it('gives the ids that the reference embedded, with and without rows for all added tokens', async () => {
    const folder = await smallTokenizer();
    const whole = await Qwen3Tokenizer.load(folder, 1526);
    const fewer = await Qwen3Tokenizer.load(folder, 1522);
    for (const { variant, kind, text, repeat, maxTokens, tokens, ids } of embeddings) {
      if (kind !== 'line') continue;
      const encoded = (variant === 'bf16-few-rows' ? fewer : whole).encode(text.repeat(repeat), {
        maxTokens,
      });
      expect([text, encoded.length]).toEqual([text, tokens]);
      if (ids) expect(encoded).toEqual(ids);
    }
  });

  it('reads merges as older files write them', async () => {
    const older = await smallTokenizer((file) => {
      file.model.merges = file.model.merges.map((merge) => [merge].flat().join(' '));
    });
    const text = '年假有几天？ How many days?';
    const [a, b] = [
      await Qwen3Tokenizer.load(older, 1526),
      await Qwen3Tokenizer.load(await smallTokenizer(), 1526),
    ];
    expect(a.encode(text)).toEqual(b.encode(text));
  });

  it('ends texts where the file has no template, as files of rerankers', async () => {
    const folder = await smallTokenizer((file) => {
      file.post_processor = {
        type: 'ByteLevel',
        add_prefix_space: false,
        trim_offsets: false,
        use_regex: false,
      };
    });
    expect((await Qwen3Tokenizer.load(folder, 1526)).encode('no')).toEqual([455, 1500]);
  });

  it.each<[string, (file: TokenizerJson) => void, string]>([
    ['of another kind', (file) => Object.assign(file.model, { type: 'Unigram' }), 'model.type'],
    [
      'with another pattern',
      (file) => Object.assign(file.pre_tokenizer.pretokenizers[0] ?? {}, { pattern: { Regex: '\\w+' } }),
      'pre_tokenizer',
    ],
    [
      'with another normal form',
      (file) => Object.assign(file.normalizer, { type: 'NFKC' }),
      'normalizer.type',
    ],
    [
      'with fallbacks that change the ids',
      (file) => Object.assign(file.model, { byte_fallback: true }),
      'model.byte_fallback',
    ],
    [
      'with an added token that takes blanks along',
      (file) => Object.assign(file.added_tokens[0] ?? {}, { lstrip: true }),
      'added_tokens.0.lstrip',
    ],
    ['without its vocabulary', (file) => Object.assign(file.model, { vocab: null }), 'model.vocab'],
    ['with an id that is no number', (file) => Object.assign(file.model.vocab, { a: 'b' }), 'the id of "a"'],
    [
      'with a byte missing',
      (file) => Reflect.deleteProperty(file.model.vocab, 'Ġ'),
      'byte 32 is not in the vocabulary',
    ],
    [
      'with a merge of nothing known',
      (file) => file.model.merges.push(['foo', 'bar']),
      'is not in the vocabulary',
    ],
    ['with a merge of three', (file) => file.model.merges.push(['a', 'b', 'c']), 'is not a pair'],
    ['with a merge of numbers', (file) => file.model.merges.push([1, 2]), 'is not a pair'],
    ['without the end token', (file) => file.added_tokens.shift(), 'no row for <|endoftext|>'],
    [
      'of a larger model',
      (file) => Object.assign(file.model.vocab, { zzz: 999999 }),
      '"zzz" has the id 999999, the model 1526 rows',
    ],
  ])('refuses a file %s', async (_, damage, reason) => {
    await expect(Qwen3Tokenizer.load(await smallTokenizer(damage), 1526)).rejects.toMatchObject({
      code: 'model',
      message: expect.stringMatching(/tokenizer\.json cannot be used \(.*\); fetch the model again\.$/),
      values: { detail: { en: expect.stringContaining(reason), zh: expect.stringContaining(reason) } },
    });
  });

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, 5000), 'tokenizer.json is not valid JSON'],
    ['empty', () => Buffer.alloc(0), 'tokenizer.json is not valid JSON'],
    ['a list', () => Buffer.from('[]'), 'tokenizer.json cannot be used'],
    ['half a character', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from([0xe5])]), 'is not valid JSON'],
  ])('refuses a file that is %s', async (_, damage, sentence) => {
    const folder = await smallTokenizer();
    const file = join(folder, 'tokenizer.json');
    await writeFile(file, damage(await readFile(file)));
    await expect(Qwen3Tokenizer.load(folder, 1526)).rejects.toMatchObject({
      code: 'model',
      message: expect.stringContaining(sentence),
    });
  });

  it('says so where there is no file', async () => {
    await expect(Qwen3Tokenizer.load(await temporaryFolder(), 1526)).rejects.toMatchObject({
      message: expect.stringContaining('tokenizer.json is missing'),
    });
  });
});

/** The parts of the file that the tests change. */
interface TokenizerJson {
  normalizer: object;
  pre_tokenizer: { pretokenizers: object[] };
  post_processor: object;
  added_tokens: object[];
  model: { vocab: object; merges: unknown[] };
}

async function smallTokenizer(change?: (file: TokenizerJson) => void): Promise<string> {
  const folder = await temporaryFolder();
  const file: TokenizerJson = JSON.parse(fixture('tokenizer-small.json').toString('utf8'));
  change?.(file);
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(file));
  return folder;
}
