import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkCuda } from '../../src/cli/doctor/cuda-findings.ts';
import { type ExamineOptions, examineMachine, examineModels } from '../../src/cli/doctor/examine.ts';
import { readGraphics } from '../../src/cli/doctor/read-graphics.ts';
import { setUpCuda } from '../../src/cli/doctor/setup-cuda.ts';
import { renderMachine, renderModels } from '../../src/cli/render/doctor.ts';
import { createStyle } from '../../src/cli/render/style.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { Embedder } from '../../src/engine/embedder.ts';
import { CUDA_LIBRARIES } from '../../src/engine/qwen3/load/installed-devices.ts';
import type { RunProgram } from '../../src/engine/qwen3/load/missing-libraries.ts';
import type { Reranker } from '../../src/engine/reranker.ts';
import { startFakeEngine } from '../engine/remote/fake-engine.ts';
import { writeRandomCheckpoint } from '../support/qwen3/random-checkpoint.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { fakeIo } from './fake-io.ts';

const finding = z.strictObject({ code: z.string(), message: z.string() });
const timing = z.strictObject({ texts: z.int(), tokens: z.int().positive(), ms: z.number().positive() });
const report = z.strictObject({
  system: z.strictObject({
    version: z.string(),
    node: z.string(),
    platform: z.string(),
    processor: z.string(),
    cores: z.int(),
    memory: z.strictObject({ total: z.int(), free: z.int() }),
  }),
  runtime: z.strictObject({
    version: z.string(),
    providers: z.array(z.strictObject({ name: z.string(), installed: z.boolean() })),
  }),
  graphics: z.strictObject({
    nvidia: z.array(z.object({ name: z.string(), driver: z.string(), memory: z.number() })),
    vulkan: z.array(z.strictObject({ name: z.string(), software: z.boolean() })).optional(),
  }),
  settings: z.record(z.string(), z.string()),
  model: z
    .strictObject({
      name: z.string(),
      dimensions: z.int(),
      engine: z.string().optional(),
      device: z.string().optional(),
      precision: z.string().optional(),
      passedOver: z.array(z.unknown()),
      folder: z.string().optional(),
      size: z.int().optional(),
      loadMs: z.number(),
      residentMemory: z.int(),
      question: timing,
      lines: timing,
    })
    .optional(),
  reranker: z
    .strictObject({ name: z.string(), device: z.string().optional(), loadMs: z.number(), documents: timing })
    .optional(),
  problems: z.array(finding),
  hints: z.array(finding),
});

async function doctor(env: Record<string, string>, ...args: string[]) {
  const io = fakeIo({ env: { LANG: 'en_US', ...env } });
  const code = await runCli(['doctor', ...args], io);
  const { text: out } = io.stdout;
  return { code, out, err: io.stderr.text, json: () => report.parse(JSON.parse(out)) };
}

describe('kb doctor', () => {
  it('tells the machine, the settings, the builtin model and its speed', async () => {
    const { code, out, err } = await doctor({});
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`Node.js        ${process.versions.node} on ${process.platform}/${process.arch}\n`);
    expect(out).toMatch(/\nONNX Runtime {3}\d+\.\d+\.\d+: cpu/);
    expect(out).toMatch(/\nKB_MODEL {7}builtin\n/);
    expect(out).toMatch(/\nModel {10}builtin, \d+ dimensions\nRuns on {8}cpu\n/);
    expect(out).toMatch(/\nA question {5}[\d.]+ m?s for \d+ tokens, median of five\n/);
    expect(out).toMatch(/\n32 lines {7}[\d.]+ m?s for \d+ tokens, [\d,]+ lines a second\n/);
    expect(out).toMatch(/\nEverything that is configured works\.\n$/);
  });

  it('gives one document with --json, without a secret', async () => {
    const env = { KB_API_KEY: 'a-secret-key', SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };
    const { code, out, json } = await doctor(env, '--json');
    expect(code).toBe(0);
    expect(json()).toMatchObject({
      settings: { KB_MODEL: 'builtin', KB_DEVICE: 'auto' },
      model: { name: 'builtin', device: 'cpu', question: { texts: 1 }, lines: { texts: 32 } },
      problems: [],
    });
    expect(out).not.toMatch(/secret|xoxb|xapp/);
  });

  it('says why the model cannot be opened, with all the rest', async () => {
    const home = await temporaryFolder();
    const env = {
      KB_MODEL: 'Qwen/Qwen3-Embedding-0.6B',
      KB_MODEL_HOME: home,
      HF_ENDPOINT: 'http://127.0.0.1:9',
    };
    const { code, out } = await doctor({ ...env, HF_HUB_CACHE: home });
    expect(code).toBe(1);
    expect(out).toMatch(/\nONNX Runtime {3}\d/);
    expect(out).toContain('\nModel          cannot be used, see below\n');
    expect(out).toMatch(
      /\n! The model Qwen\/Qwen3-Embedding-0\.6B is not on this machine yet.*kb model pull/,
    );
    expect(out).not.toContain('Everything');
  });

  it('opens a checkpoint, and says where it is, how large, and what it runs on', async () => {
    const root = await temporaryFolder();
    const folder = join(root, 'tiny');
    await writeRandomCheckpoint(folder);
    const env = { KB_MODEL: folder, KB_RERANKER: folder, KB_MODEL_HOME: root, KB_DEVICE: 'cpu' };
    const { code, json } = await doctor(env, '--json');
    expect(json()).toMatchObject({
      model: { name: 'tiny', device: 'cpu', precision: 'int8', folder, passedOver: [] },
      reranker: { name: 'tiny', device: 'cpu', documents: { texts: 8 } },
      problems: [],
    });
    expect(json().model?.size).toBeGreaterThan(100_000);
    expect(code).toBe(0);
    const refused = await doctor({ ...env, KB_DEVICE: 'cuda', LANG: 'zh_CN.UTF-8' });
    expect(refused.code).toBe(1);
    expect(refused.out).toMatch(/\n! 无法使用模型 tiny：无法在 cuda 上运行（.*）。`kb doctor`/);
  });

  it('times a remote engine, and shows its address without a password', async () => {
    await using engine = await startFakeEngine();
    const { code, out } = await doctor({
      KB_ENGINE_URL: engine.url.replace('http://', 'http://user:pass-word@'),
      KB_ENGINE_KEY: 'engine-key-1',
    });
    expect(code).toBe(0);
    expect(out).toMatch(/\nEngine {9}http:\/\/127\.0\.0\.1:\d+/);
    expect(out).toMatch(/\nLoad {11}[\d.]+ m?s to the first answer\n/);
    expect(out).not.toMatch(/pass-word|engine-key-1/);
  });

  it('speaks Chinese to a Chinese locale', async () => {
    const { out } = await doctor({ LANG: 'zh_CN.UTF-8' });
    expect(out).toMatch(/\n模型 {11}builtin，\d+ 维\n/);
    expect(out).toMatch(/\n所配置的一切均可正常使用。\n$/);
  });

  it('is in the help', async () => {
    const io = fakeIo({ env: {} });
    expect(await runCli(['--help'], io)).toBe(0);
    expect(io.stdout.text).toMatch(/\n +doctor +check this machine/);
  });
});

/** Programs by name with what they print; others are not installed. */
const programs =
  (outputs: Readonly<Record<string, string>>): RunProgram =>
  async (program) => {
    const output = outputs[program];
    if (output === undefined) throw new Error(`spawn ${program} ENOENT`);
    return output;
  };

const SMI = 'NVIDIA L4, 550.54.15, 23034, 8.9\n';
const VULKAN = `Devices:
========
GPU0:
\tapiVersion         = 1.3.277
\tdeviceType         = PHYSICAL_DEVICE_TYPE_DISCRETE_GPU
\tdeviceName         = NVIDIA L4
GPU1:
\tdeviceType         = PHYSICAL_DEVICE_TYPE_CPU
\tdeviceName         = llvmpipe (LLVM 15.0.6, 256 bits)
`;
const LDD = (major: number, missing: readonly string[] = []) =>
  ['libcublasLt.so', 'libcublas.so', 'libcudart.so', 'libcudnn.so']
    .map((name) => (name === 'libcudnn.so' ? 'libcudnn.so.9' : `${name}.${major}`))
    .concat('libcuda.so.1')
    .map((name) => `\t${name} => ${missing.includes(name) ? 'not found' : `/usr/lib/${name} (0x0)`}`)
    .join('\n');

/** A native folder with CUDA libraries or without, and nothing under the roots. */
async function surroundings(outputs: Readonly<Record<string, string>>, installed = true) {
  const folder = await temporaryFolder();
  if (installed) for (const name of CUDA_LIBRARIES) await writeFile(join(folder, name), '');
  return { platform: 'linux/x64', folder, run: programs(outputs), roots: [await temporaryFolder()] };
}

describe('the check of graphics', () => {
  it('reads the programs of NVIDIA and Vulkan', async () => {
    expect(await readGraphics(programs({ 'nvidia-smi': SMI, vulkaninfo: VULKAN }))).toEqual({
      nvidia: [
        { name: 'NVIDIA L4', driver: '550.54.15', memory: 23034 * 1024 ** 2, computeCapability: '8.9' },
      ],
      vulkan: [
        { name: 'NVIDIA L4', software: false },
        { name: 'llvmpipe (LLVM 15.0.6, 256 bits)', software: true },
      ],
    });
  });

  it('finds nothing where there are none, or where they say something else', async () => {
    expect(await readGraphics(programs({}))).toEqual({ nvidia: [] });
    const confused = {
      'nvidia-smi': 'NVIDIA-SMI has failed, because it could not, communicate\n',
      vulkaninfo: '',
    };
    expect(await readGraphics(programs(confused))).toEqual({ nvidia: [], vulkan: [] });
  });

  it('asks an old driver again without what it does not know', async () => {
    const run: RunProgram = async (_, args) => {
      if (args.join().includes('compute_cap')) throw new Error('Field "compute_cap" is not a valid field');
      return 'Tesla T4, 470.57.02, 15109\n';
    };
    expect((await readGraphics(run)).nvidia).toEqual([
      { name: 'Tesla T4', driver: '470.57.02', memory: 15109 * 1024 ** 2 },
    ]);
  });
});

describe('the check of CUDA', () => {
  const codes = async (...given: Parameters<typeof surroundings>) =>
    (await checkCuda(await surroundings(...given), 'en')).findings.map(({ code }) => code);

  it('finds nothing to do where all is there', async () => {
    const state = await checkCuda(await surroundings({ 'nvidia-smi': SMI, ldd: LDD(12) }), 'en');
    expect(state).toMatchObject({ cuda: 12, findings: [], gpus: [{ name: 'NVIDIA L4' }] });
  });

  it.each([
    ['nothing is there', {}, false, ['noNvidia', 'cudaNotInstalled']],
    ['the libraries are not installed', { 'nvidia-smi': SMI }, false, ['cudaNotInstalled']],
    ['there is no GPU', { ldd: LDD(12, ['libcuda.so.1']) }, true, ['noNvidia']],
    ['ldd is missing', { 'nvidia-smi': SMI }, true, ['noLdd']],
    ['the driver is too old for this CUDA', { 'nvidia-smi': SMI, ldd: LDD(13) }, true, ['oldDriver']],
    [
      'libraries are missing',
      { 'nvidia-smi': SMI, ldd: LDD(12, ['libcublas.so.12', 'libcudart.so.12', 'libcudnn.so.9']) },
      true,
      ['libraryMissing', 'libraryMissing'],
    ],
    [
      'the driver is half there',
      { 'nvidia-smi': SMI, ldd: LDD(12, ['libcuda.so.1']) },
      true,
      ['driverLibrary'],
    ],
  ] as const)('says so where %s', async (_, outputs, installed, expected) => {
    expect(await codes(outputs, installed)).toEqual(expected);
  });

  it('names the packages, the versions, and a folder that the loader does not know', async () => {
    const given = await surroundings({
      'nvidia-smi': SMI,
      ldd: LDD(13, ['libcublas.so.13', 'libcudnn.so.9']),
    });
    const lib = join(given.roots[0] ?? '', 'cuda-13.0', 'lib64');
    await mkdir(lib, { recursive: true });
    await writeFile(join(lib, 'libcublas.so.13'), '');
    const { findings } = await checkCuda(given, 'en');
    expect(findings.map(({ message }) => message)).toEqual([
      'The NVIDIA driver is 550.54.15, but CUDA 13 needs 580.65.06 or newer; update the driver.',
      `libcublas.so.13 is in ${lib}, where nobody looks: add that folder to LD_LIBRARY_PATH.`,
      "libcudnn.so.9 cannot be found; NVIDIA's package cudnn9-cuda-13 brings it (developer.nvidia.com/cuda-downloads).",
    ]);
    const chinese = await checkCuda(given, 'zh');
    expect(chinese.findings[0]?.message).toBe(
      'NVIDIA 驱动为 550.54.15，但 CUDA 13 需要 580.65.06 或更高版本，请更新驱动。',
    );
  });

  it('says where CUDA does not exist at all', async () => {
    const given = { ...(await surroundings({})), platform: 'darwin/arm64' };
    expect((await checkCuda(given, 'en')).findings).toEqual([
      { code: 'cudaPlatform', message: expect.stringContaining('this is darwin/arm64; KB_DEVICE=webgpu') },
    ]);
  });
});

describe('npm run setup:cuda', () => {
  async function setUp(
    given: Awaited<ReturnType<typeof surroundings>>,
    fetchLibraries: () => Promise<void> = async () => {},
  ) {
    const printed: string[] = [];
    const options = { language: 'en', version: '1.30.0', fetchLibraries } as const;
    const code = await setUpCuda({ ...given, ...options, print: (line) => printed.push(line) });
    return { code, printed };
  }

  it('fetches what is missing, and checks the rest', async () => {
    const given = await surroundings({ 'nvidia-smi': SMI, ldd: LDD(12) }, false);
    const { code, printed } = await setUp(given, async () => {
      for (const name of CUDA_LIBRARIES) await writeFile(join(given.folder, name), '');
    });
    expect(printed).toEqual([
      "Fetching onnxruntime 1.30.0's CUDA libraries from NuGet, some 300 MB …",
      `They are in ${given.folder}.`,
      'NVIDIA L4, 24.2 GB, driver 550.54.15, compute capability 8.9',
      'Everything that CUDA 12 needs is there. `KB_DEVICE=cuda kb doctor` tries it.',
    ]);
    expect(code).toBe(0);
  });

  it('does not fetch what is there, and fails where something else is missing', async () => {
    const given = await surroundings({ 'nvidia-smi': SMI, ldd: LDD(12, ['libcublas.so.12']) });
    const { code, printed } = await setUp(given, () => Promise.reject(new Error('fetched again')));
    expect(code).toBe(1);
    expect(printed[0]).toBe(`onnxruntime's CUDA libraries are in ${given.folder}.`);
    expect(printed.slice(-2)).toEqual([
      "! libcublas.so.12 cannot be found; NVIDIA's package cuda-libraries-12-9 brings it (developer.nvidia.com/cuda-downloads).",
      'Missing: 1. Once it is there, run `npm run setup:cuda` again.',
    ]);
  });

  it('says in one sentence that a download failed, and how else to get the files', async () => {
    const given = await surroundings({}, false);
    const failure = new Error(
      'Command failed: node install.js\nnode:internal/process/promises:391\n    triggerUncaughtException(err, true);\n    ^\n\nError: getaddrinfo ENOTFOUND api.nuget.org\n    at GetAddrInfoReqWrap\n',
    );
    const { code, printed } = await setUp(given, () => Promise.reject(failure));
    expect(code).toBe(1);
    expect(printed[1]).toBe(
      "onnxruntime's CUDA libraries cannot be fetched: getaddrinfo ENOTFOUND api.nuget.org. Try again with reach to " +
        'api.nuget.org (HTTPS_PROXY is heeded), or copy libonnxruntime_providers_cuda.so, ' +
        `libonnxruntime_providers_shared.so of version 1.30.0 to ${given.folder}.`,
    );
    expect(printed).toHaveLength(2);
  });

  it('does not believe a script that ends well and brings nothing', async () => {
    const { code, printed } = await setUp(await surroundings({}, false));
    expect(code).toBe(1);
    expect(printed[1]).toContain('cannot be fetched: its script ended without them.');
  });
});

describe('what the doctor concludes', () => {
  const unit = Float32Array.of(1, 0);
  const embed = async (texts: readonly string[]) => ({
    vectors: texts.map(() => unit),
    tokens: texts.length,
  });
  const embedder: Embedder = {
    model: 'Qwen/Tiny',
    dimensions: 2,
    fingerprint: 'x',
    limits: { maxTokens: 8, overlong: 'cut', maxTexts: 64 },
    device: 'webgpu',
    embedQueries: embed,
    embedLines: embed,
    close: async () => {},
  };
  const reranker: Reranker = {
    model: 'Qwen/Judge',
    limits: embedder.limits,
    device: 'cpu',
    rerank: async (_, texts) => ({ scores: texts.map(() => 1), tokens: texts.length }),
    close: async () => {},
  };

  async function examine(env: Record<string, string>, more: Partial<ExamineOptions> = {}) {
    let clock = 0;
    const options: ExamineOptions = {
      ...(await surroundings({})),
      config: loadConfig({ env: { KB_MODEL: 'Qwen/Tiny', ...env }, envFile: '/nowhere' }),
      language: 'en',
      version: '0.1.0',
      open: async () => embedder,
      openReranker: async () => undefined,
      resolve: async (name) => ({ name, folder: '/nowhere' }),
      now: () => {
        clock += 10;
        return clock;
      },
      signal: new AbortController().signal,
      ...more,
    };
    const found = await examineModels(await examineMachine(options), options);
    const style = createStyle({ width: 200 });
    return { ...found, text: [...renderMachine(found, style), ...renderModels(found, style)].join('\n') };
  }

  it('passes on which device was passed over and why, and works all the same', async () => {
    const { problems, hints, text } = await examine(
      {},
      {
        open: async (_, deps) => {
          const reason = { en: 'no NVIDIA GPU answers', zh: '' };
          deps?.onPassedOver?.({ device: 'cuda', precision: 'bf16', reason });
          return embedder;
        },
      },
    );
    expect(problems).toEqual([]);
    expect(hints.map(({ code }) => code)).toEqual(['passedOver']);
    expect(text).toContain('\n! cuda (bf16) was tried and passed over: no NVIDIA GPU answers.\n');
    expect(text).toMatch(/A question {5}10 ms for 1 tokens/);
    expect(text).toMatch(/32 lines {7}10 ms for 32 tokens, 3,200 lines a second/);
  });

  it('says what a GPU lacks where it is not used, and only that it is slower on a software adapter', async () => {
    const idle = await examine({}, await surroundings({ 'nvidia-smi': SMI }, false));
    expect([idle.problems, idle.hints.map(({ code }) => code)]).toEqual([[], ['cudaNotInstalled']]);
    const asked = await examine({ KB_DEVICE: 'cuda' }, await surroundings({ 'nvidia-smi': SMI }, false));
    expect([asked.problems.map(({ code }) => code), asked.hints]).toEqual([['cudaNotInstalled'], []]);
    const software = VULKAN.replace(/GPU0:[^G]*GPU_?[^G]*?(?=GPU1:)/, '');
    const slow = await examine({ KB_DEVICE: 'webgpu' }, await surroundings({ vulkaninfo: software }));
    expect([slow.problems, slow.hints.map(({ code }) => code)]).toEqual([[], ['softwareAdapter']]);
    const remote = { KB_ENGINE_URL: 'http://127.0.0.1:1', KB_DEVICE: 'cuda' };
    expect((await examine(remote)).problems).toEqual([]);
  });

  it('tries a reranker, and keeps what works when it does not', async () => {
    const works = await examine({ KB_RERANKER: 'Qwen/Judge' }, { openReranker: async () => reranker });
    expect(works.text).toContain('Reranker       Qwen/Judge on cpu, 8 documents in 10 ms');
    const broken = await examine(
      { KB_RERANKER: 'Qwen/Judge' },
      { openReranker: () => Promise.reject(new Error('out of paper')) },
    );
    expect(broken.model?.name).toBe('Qwen/Tiny');
    expect(broken.problems).toEqual([
      { code: 'internal', message: expect.stringContaining('(out of paper)') },
    ]);
    expect(broken.text).toContain('Reranker       cannot be used, see below');
  });

  it('closes what it opened, also when the timing fails', async () => {
    let closed = 0;
    const failing: Embedder = {
      ...embedder,
      embedLines: () => Promise.reject(new Error('device lost')),
      close: async () => {
        closed++;
      },
    };
    const { problems } = await examine({}, { open: async () => failing });
    expect([closed, problems.length]).toEqual([1, 1]);
  });
});
