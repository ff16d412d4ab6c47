import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../src/engine/qwen3/checkpoint/open-checkpoint.ts';
import { KbError } from '../../../src/errors.ts';
import {
  editJson,
  editSafetensors,
  type Header,
  type HeaderTensor,
  headerBytes,
} from '../../support/qwen3/edit-safetensors.ts';
import { type CheckpointShape, writeRandomCheckpoint } from '../../support/qwen3/random-checkpoint.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const written = new Map<string, Promise<string>>();

/** A folder with nothing wrong in it, written once. */
function sound(options: Partial<CheckpointShape>): Promise<string> {
  const key = JSON.stringify(options);
  const folder =
    written.get(key) ??
    mkdtemp(join(tmpdir(), 'meaning-radar-')).then(async (made) => {
      await writeRandomCheckpoint(made, { layers: 1, ...options });
      return made;
    });
  written.set(key, folder);
  return folder;
}

afterAll(async () => {
  for (const folder of written.values()) await rm(await folder, { recursive: true });
});

/** What a damaged checkpoint's owner is told. */
async function complaint(
  damage: (folder: string) => Promise<unknown>,
  options: Partial<CheckpointShape> = {},
): Promise<string> {
  const folder = await temporaryFolder();
  await cp(await sound(options), folder, { recursive: true });
  await damage(folder);
  const error: unknown = await openCheckpoint(folder).then(
    () => new Error('it was opened'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof KbError)) throw error;
  expect(error.code).toBe('model');
  for (const language of ['en', 'zh'] as const)
    expect(error.sentence(language)).not.toMatch(/\{(?!en\})\w+\}|undefined/);
  expect(error.sentence('zh')).toMatch(/^无法使用模型 \S+：.*。$/);
  return error.message;
}

const weights = (folder: string) => join(folder, 'model.safetensors');
const header = (edit: (header: Header) => void) => (folder: string) =>
  editSafetensors(weights(folder), (parts) => {
    edit(parts.header);
  });
const config = (fields: Record<string, unknown>) => (folder: string) =>
  editJson(join(folder, 'config.json'), fields);

/** A tensor of the header, for a test to change. */
function tensor(from: Header, name: string): HeaderTensor {
  const found = from[name];
  if (!found) throw new Error(`no ${name}`);
  return found;
}

describe('a damaged weight file', () => {
  const Q = 'layers.0.self_attn.q_proj.weight';
  it.each<[string, (folder: string) => Promise<unknown>, string | RegExp]>([
    ['empty', (at) => truncate(weights(at), 0), 'model.safetensors is cut short at 0 bytes'],
    ['ended in the length', (at) => truncate(weights(at), 5), 'cut short at 5 bytes'],
    ['ended in the header', (at) => truncate(weights(at), 300), 'cut short at 300 bytes'],
    [
      'ended in the data',
      (at) => truncate(weights(at), 150_000),
      /cut short: "layers.0.*" ends \d+ bytes after the end/,
    ],
    [
      'with a header of 2^63 bytes',
      (at) => writeFile(weights(at), headerBytes('{}', 2n ** 63n)),
      'announces a header of 9223372036854775808 bytes; 100000000 is the limit',
    ],
    [
      'with a header beyond its end',
      (at) => writeFile(weights(at), headerBytes('{}', 90_000_000n)),
      'cut short at 10 bytes',
    ],
    [
      'that is another file',
      (at) => writeFile(weights(at), 'version https://git-lfs.github.com'),
      'announces a header',
    ],
    [
      'with a header that is not JSON',
      (at) => writeFile(weights(at), headerBytes('{"a":')),
      'is not valid JSON',
    ],
    ['with a header that is a list', (at) => writeFile(weights(at), headerBytes('[]')), 'is not valid JSON'],
    [
      'with a header nested a million times',
      (at) => writeFile(weights(at), headerBytes('['.repeat(1_000_000))),
      'is not valid JSON',
    ],
    [
      'with a header that is not UTF-8',
      (at) => writeFile(weights(at), Buffer.concat([headerBytes('', 2n), Buffer.from([0xff, 0xfe])])),
      'is not valid JSON',
    ],
    [
      'with an empty header',
      (at) => writeFile(weights(at), headerBytes('{}')),
      '13 of its tensors are missing: "embed_tokens.weight", "layers.0.input_layernorm.weight", "layers.0.self_attn.q_proj.weight", …',
    ],
    [
      'with no offsets',
      header((all) => Reflect.deleteProperty(tensor(all, Q), 'data_offsets')),
      `describes "${Q}" wrongly`,
    ],
    [
      'with a negative size',
      header((all) => tensor(all, Q).shape.splice(0, 1, -64)),
      `describes "${Q}" wrongly`,
    ],
    [
      'with a broken size',
      header((all) => tensor(all, Q).shape.splice(0, 1, 0.5)),
      `describes "${Q}" wrongly`,
    ],
    [
      'with reversed offsets',
      header((all) => tensor(all, Q).data_offsets.reverse()),
      `"${Q}" ends before it begins`,
    ],
    [
      'with overlapping tensors',
      header((all) => {
        tensor(all, 'norm.weight').data_offsets = [...tensor(all, Q).data_offsets];
      }),
      /"(norm\.weight|layers\.0\.self_attn\.q_proj\.weight)" and .* overlap/,
    ],
    [
      'with a hole',
      header((all) => Reflect.deleteProperty(all, Q)),
      /6144 bytes before ".*" belong to nothing/,
    ],
    [
      'with an offset beyond its end',
      header((all) => {
        tensor(all, 'norm.weight').data_offsets[1] = 2 ** 52;
      }),
      /"norm.weight" ends \d+ bytes after the end of the file/,
    ],
    [
      'with bytes after the end',
      async (at) => writeFile(weights(at), '12345', { flag: 'a' }),
      'has 5 bytes after its last tensor',
    ],
    [
      'with a shape that takes other bytes',
      header((all) => tensor(all, Q).shape.splice(0, 1, 32)),
      `"${Q}" has 6144 bytes, but "BF16" in the shape [32,48] takes 3072`,
    ],
    [
      'with a shape beyond all numbers',
      header((all) => {
        tensor(all, Q).shape = Array(8).fill(2 ** 53 - 1);
      }),
      /takes 8\.\d+e\+127/,
    ],
    [
      'of another shape',
      header((all) => {
        tensor(all, Q).shape = [48, 64];
      }),
      `"${Q}" has the shape [48,64]; config.json asks for [64,48]`,
    ],
    [
      'in a type that nobody knows',
      header((all) => {
        tensor(all, Q).dtype = 'F4';
      }),
      `"${Q}" in model.safetensors is stored as "F4"`,
    ],
    [
      'in whole numbers',
      header((all) => {
        Object.assign(tensor(all, Q), { dtype: 'I16' });
      }),
      'is stored as "I16"; take the same model in BF16, F16 or F32, not quantised',
    ],
    [
      'in eight bits, with scales beside it',
      header((all) => {
        const { data_offsets, shape } = tensor(all, Q);
        const [from = 0, to = 0] = data_offsets;
        all[Q] = { dtype: 'F8_E4M3', shape, data_offsets: [from, from + 3072] };
        all[`${Q}_scale_inv`] = { dtype: 'BF16', shape: [1536], data_offsets: [from + 3072, to] };
      }),
      'is stored as "F8_E4M3"',
    ],
    [
      'with a bias that the engine would not add',
      (at) =>
        editSafetensors(weights(at), (parts) => {
          const end = parts.data.length;
          const bias = { dtype: 'BF16', shape: [64], data_offsets: [end, end + 128] };
          parts.header['layers.0.self_attn.q_proj.bias'] = bias;
          parts.data = Buffer.concat([parts.data, Buffer.alloc(128)]);
        }),
      '1 of its tensors do not belong to a Qwen3 model of this config: "layers.0.self_attn.q_proj.bias"',
    ],
    [
      'with a tensor under both names',
      header((all) => {
        const norm = tensor(all, 'norm.weight');
        const end = norm.data_offsets[1] ?? 0;
        all['model.norm.weight'] = { dtype: 'F32', shape: [0], data_offsets: [end, end] };
      }),
      '"norm.weight" is there twice',
    ],
    [
      'that is a folder',
      (at) => rm(weights(at)).then(() => mkdir(weights(at))),
      'model.safetensors is not a file',
    ],
    [
      'that is a pipe',
      (at) => rm(weights(at)).then(() => execFileSync('mkfifo', [weights(at)])),
      'model.safetensors is not a file',
    ],
    [
      'that is missing',
      (at) => rm(weights(at)),
      'neither model.safetensors nor model.safetensors.index.json',
    ],
    [
      'that links to itself',
      (at) => rm(weights(at)).then(() => symlink('model.safetensors', weights(at))),
      'model.safetensors cannot be read (ELOOP)',
    ],
  ])('%s', async (_, damage, expected) => {
    expect(await complaint(damage)).toMatch(expected);
  });

  it('keeps a hostile name out of the lines around it', async () => {
    const name = `x\n{en}\u001b[31m${'y'.repeat(5000)}`;
    const sentence = await complaint(header((all) => Object.assign(all, { [name]: null })));
    expect(sentence).toContain('"x\\n{en}\\u001b[31myyy');
    expect(sentence.length).toBeLessThan(400);
  });

  it('names the tensors of a layer that the config does not have', async () => {
    expect(await complaint(config({ num_hidden_layers: 1 }), { layers: 2 })).toContain(
      '11 of its tensors do not belong to a Qwen3 model of this config: "layers.1.',
    );
  });
});

describe('damaged shards', () => {
  const shards = { shards: 2, prefix: 'model.' } as const;
  const second = 'model-00002-of-00002.safetensors';
  const index = (weightMap: unknown) => (folder: string) =>
    editJson(join(folder, 'model.safetensors.index.json'), { weight_map: weightMap });

  it.each<[string, (folder: string) => Promise<unknown>, string]>([
    ['one is missing', (at) => rm(join(at, second)), `${second}, which the index names, is missing`],
    ['one is cut short', (at) => truncate(join(at, second), 20_000), `${second} is cut short`],
    [
      'the index is not JSON',
      (at) => writeFile(join(at, 'model.safetensors.index.json'), '{'),
      'is not valid JSON',
    ],
    ['the index lists nothing', index({}), 'does not list which file holds which tensor'],
    ['the index lists numbers', index({ a: 1 }), 'does not list which file holds which tensor'],
    [
      'the index names a path',
      index({ a: '../other/model.safetensors' }),
      'names the file "../other/model.safetensors"',
    ],
    ['the index names an absolute path', index({ a: '/etc/passwd' }), 'names the file "/etc/passwd"'],
    [
      'the index names a path of Windows',
      index({ a: 'c:\\a.safetensors' }),
      'names the file "c:\\\\a.safetensors"',
    ],
    [
      'the index is of another checkpoint',
      index({ 'model.other.weight': second }),
      `the index says that ${second} holds "model.other.weight", but it does not`,
    ],
    [
      'two hold the same tensor',
      (at) =>
        editSafetensors(join(at, second), ({ header: all, data }) => {
          const end = data.length;
          all['model.embed_tokens.weight'] = { dtype: 'F32', shape: [0], data_offsets: [end, end] };
        }),
      `"embed_tokens.weight" is there twice, in model-00001-of-00002.safetensors and in ${second}`,
    ],
  ])('%s', async (_, damage, expected) => {
    expect(await complaint(damage, shards)).toContain(expected);
  });

  it('some tensors were lost with their file', async () => {
    const lose = async (folder: string) => {
      const map = JSON.parse(await readFile(join(folder, 'model.safetensors.index.json'), 'utf8')).weight_map;
      const kept = Object.entries(map).filter(([, file]) => file !== second);
      await index(Object.fromEntries(kept))(folder);
    };
    expect(await complaint(lose, shards)).toMatch(/\d+ of its tensors are missing: "/);
  });
});

describe('a config that is damaged or of another model', () => {
  it.each<[string, (folder: string) => Promise<unknown>, string]>([
    ['missing', (at) => rm(join(at, 'config.json')), 'config.json is missing'],
    ['not JSON', (at) => writeFile(join(at, 'config.json'), '<html>'), 'config.json is not valid JSON'],
    ['not an object', (at) => writeFile(join(at, 'config.json'), '3'), 'config.json is not valid JSON'],
    ['far too long', (at) => truncate(join(at, 'config.json'), 2_000_000), 'config.json has 2000000 bytes'],
    ['of a Llama', config({ model_type: 'llama' }), 'says model_type "llama"; only Qwen3'],
    ['of a mixture of experts', config({ model_type: 'qwen3_moe' }), 'says model_type "qwen3_moe"'],
    [
      'of a classifier',
      config({ architectures: ['Qwen3ForSequenceClassification'] }),
      'architecture "Qwen3ForSequenceClassification"',
    ],
    ['with no type', config({ model_type: undefined }), 'does not say model_type'],
    [
      'with scaled positions',
      config({ rope_scaling: { rope_type: 'yarn', factor: 4 } }),
      'rope_scaling {"rope_type":"yarn","factor":4}, which this engine does not compute',
    ],
    [
      'with scaled positions, newer',
      config({ rope_parameters: { rope_type: 'yarn', rope_theta: 1e6 } }),
      'says rope_parameters {"rope_type":"yarn"',
    ],
    ['with a sliding window', config({ use_sliding_window: true }), 'says use_sliding_window true'],
    [
      'with a sliding layer',
      config({ layer_types: ['sliding_attention'] }),
      'says layer_types "sliding_attention"',
    ],
    ['with biases', config({ attention_bias: true }), 'says attention_bias true'],
    ['with another activation', config({ hidden_act: 'gelu' }), 'says hidden_act "gelu"'],
    ['without the causal mask', config({ is_causal: false }), 'says is_causal false'],
    [
      'quantised',
      config({ quantization_config: { quant_method: 'fp8' } }),
      'its weights are quantised ("fp8"); take the same model in bfloat16',
    ],
    [
      'with heads that do not divide',
      config({ num_key_value_heads: 3 }),
      'says 4 heads, which 3 key-value heads do not divide',
    ],
    ['with an odd head', config({ head_dim: 15 }), 'says head_dim 15; an even number'],
    ['with no layers', config({ num_hidden_layers: 0 }), 'says num_hidden_layers 0, which cannot be right'],
    [
      'with a billion layers',
      config({ num_hidden_layers: 1e9 }),
      'says num_hidden_layers 1000000000, which cannot be right',
    ],
    [
      'with a word for a number',
      config({ hidden_size: '48' }),
      'says hidden_size "48", which cannot be right',
    ],
    ['with a size missing', config({ intermediate_size: undefined }), 'does not say intermediate_size'],
    ['with half a row', config({ vocab_size: 1526.5 }), 'says vocab_size 1526.5'],
    [
      'of another size',
      config({ hidden_size: 64 }),
      '"embed_tokens.weight" has the shape [1526,48]; config.json asks for [1526,64]',
    ],
  ])('%s', async (_, damage, expected) => {
    expect(await complaint(damage)).toContain(expected);
  });
});

describe('a folder', () => {
  it('that is not there', async () => {
    await expect(openCheckpoint('/nowhere/at/all')).rejects.toMatchObject({
      code: 'model',
      message: 'The model /nowhere/at/all cannot be used: there is no such folder.',
    });
  });

  it('without a tokenizer', async () => {
    expect(await complaint((at) => rm(join(at, 'tokenizer.json')))).toContain('tokenizer.json is missing');
  });
});
