import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Tokenizer } from '@huggingface/tokenizers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BuiltinModel } from '../../../src/engine/builtin/builtin-model.ts';
import { type Manifest, readManifest } from '../../../src/engine/builtin/manifest.ts';
import { normalize, simplifyTable } from '../../../src/engine/builtin/normalize.ts';
import { readVocabulary } from '../../../src/engine/builtin/vocabulary.ts';
import { cosine } from '../embedder.contract.ts';

const folder = fileURLToPath(new URL('../../../models/builtin', import.meta.url));
const json = (path: string | URL): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** Made by `training/fixtures.py` from the same files with Python's tokenizers and ONNX Runtime. */
const fixture = z
  .object({
    reference: z.string(),
    sha256: z.record(z.string(), z.string()),
    cases: z.array(
      z.object({
        text: z.string(),
        normalized: z.string(),
        ids: z.array(z.int()),
        terms: z.array(z.int()),
        /** Every 64th value: some of each part. */
        embedding: z.array(z.number()),
        cosine: z.number(),
      }),
    ),
  })
  .parse(json(new URL('../../fixtures/builtin-model.json', import.meta.url)));

describe('the builtin model agrees with its training code', () => {
  const simplify = simplifyTable(String(json(`${folder}/simplify.json`)));
  let manifest: Manifest;
  let model: BuiltinModel;
  beforeAll(async () => {
    manifest = await readManifest(folder);
    model = await BuiltinModel.load({ folder, manifest, vocabulary: await readVocabulary(folder, manifest) });
  });
  afterAll(() => model.release());

  it('has a fixture of the very files that ship', () => {
    expect(fixture.sha256).toEqual(manifest.sha256);
    expect(fixture.cases.length).toBeGreaterThan(100);
  });

  it('normalises to the same texts', () => {
    for (const { text, normalized } of fixture.cases) {
      expect([text, normalize(text, simplify)]).toEqual([text, normalized]);
    }
  });

  it('splits into the same pieces and finds the same terms', () => {
    for (const { text, ids, terms } of fixture.cases) {
      expect([text, model.tokenize(text)]).toEqual([text, { pieces: ids, terms }]);
    }
  });

  it('embeds to the same vectors, alone and all in one batch', async () => {
    const width = manifest.dimensions;
    const texts = [fixture.reference, ...fixture.cases.map(({ text }) => text)];
    const { vectors } = await model.embed({ texts });
    const row = (i: number) => vectors.subarray(i * width, (i + 1) * width);
    for (const [i, { text, embedding, cosine: expected }] of fixture.cases.entries()) {
      const alone = (await model.embed({ texts: [text] })).vectors;
      for (const vector of [row(i + 1), alone]) {
        embedding.forEach((value, at) => {
          expect(vector[at * 64]).toBeCloseTo(value, 3);
        });
        expect(cosine(vector, row(0))).toBeCloseTo(expected, 3);
      }
    }
  });

  it('reads the names of special tokens as plain text', () => {
    const ids = model.tokenize('<pad> <unk>').pieces;
    expect(ids).not.toContain(manifest.padId);
    expect(ids).not.toContain(manifest.unkId);
  });

  it('splits as the Hugging Face tokenizer does, also what no vocabulary has', () => {
    const reference = new Tokenizer(json(`${folder}/tokenizer.json`) as object, {});
    const texts = [
      ...fixture.cases.map(({ text }) => text),
      '\u{1f9ff}\u{1f9ff}年假\u{2f81a}',
      'a b  c',
      'x\u{10ffff}y',
      'İıſ ꙮ ﷽',
    ];
    for (const text of texts) {
      const expected = reference.encode(normalize(text, simplify)).ids;
      const ids = expected.length === 0 ? [manifest.unkId] : expected.slice(0, manifest.maxTokens);
      expect([text, model.tokenize(text).pieces]).toEqual([text, ids]);
    }
  });
});
