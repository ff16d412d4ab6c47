import { webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Manifest } from './manifest.ts';
import { type SimplifyTable, simplifyTable } from './normalize.ts';
import { Unigram } from './unigram.ts';

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

export interface ModelFiles {
  /** The ONNX graph with its weights, not checked yet: {@link ModelFiles.checked} runs beside what is built of it. */
  readonly graph: Uint8Array;
  /** Rejects where a file is not the one that `model.json` describes. Nothing may be answered before. */
  readonly checked: Promise<void>;
  readonly tokenizer: Unigram;
  readonly simplify: SimplifyTable;
}

/**
 * Reads a model's files and checks each against its SHA-256: a half-written or exchanged file must not answer questions.
 * The hashing of 24 MB happens on another core, while the caller builds the session.
 */
export async function readModelFiles(folder: string, manifest: Manifest): Promise<ModelFiles> {
  const read = (name: FileName) => readFile(join(folder, name));
  const [graph, tokenizer, simplify] = await Promise.all([
    read('model.onnx'),
    read('tokenizer.json'),
    read('simplify.json'),
  ]);
  // The small ones first, since a broken JSON would throw before its checksum could tell why.
  await Promise.all([
    check(folder, manifest, 'tokenizer.json', tokenizer),
    check(folder, manifest, 'simplify.json', simplify),
  ]);
  const checked = check(folder, manifest, 'model.onnx', graph);
  // Whoever awaits it gets the rejection; until then it is not an unhandled one.
  checked.catch(() => {});
  const { model } = tokenizerFile.parse(JSON.parse(tokenizer.toString('utf8')));
  return {
    graph,
    checked,
    tokenizer: new Unigram(model.vocab, model.unk_id, [manifest.padId]),
    simplify: simplifyTable(z.string().parse(JSON.parse(simplify.toString('utf8')))),
  };
}

/** The graph alone, checked. Rejects as {@link readModelFiles} does. */
export async function readGraph(folder: string, manifest: Manifest): Promise<Uint8Array> {
  const graph = await readFile(join(folder, 'model.onnx'));
  await check(folder, manifest, 'model.onnx', graph);
  return graph;
}

type FileName = keyof Manifest['sha256'];

async function check(folder: string, manifest: Manifest, name: FileName, bytes: Uint8Array): Promise<void> {
  const digest = await webcrypto.subtle.digest('SHA-256', bytes);
  if (Buffer.from(digest).toString('hex') === manifest.sha256[name]) return;
  throw new Error(
    `${join(folder, name)} is damaged or not the file that model.json describes; fetch it again`,
  );
}
