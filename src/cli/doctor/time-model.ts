import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/schema.ts';
import type { CreateEmbedderDeps, createEmbedder } from '../../engine/create-embedder.ts';
import type { Embedder } from '../../engine/embedder.ts';
import type { PassedOver } from '../../engine/qwen3/load/load-on-device.ts';
import { parseEndpoint } from '../../engine/remote/endpoint.ts';
import type { ResolvedModel } from '../../hub/resolve-model.ts';
import type { ModelFacts, Timing } from './report.ts';

export interface TimeModelOptions {
  readonly config: Config;
  readonly open: typeof createEmbedder;
  /** Finds the checkpoint that a setting names. */
  readonly resolve: (setting: string) => Promise<ResolvedModel>;
  /** Milliseconds since any moment. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Questions are all different: an answer from memory would say nothing. */
const QUESTIONS = [
  'How do I reset my password?',
  'Where can I see my payslip?',
  'Who approves a business trip?',
  'What is the guest Wi-Fi called?',
  'When is the office open?',
  '报销需要哪些材料？',
];
const LINES = Array.from(
  { length: 32 },
  (_, i) => `Line ${i}: the VPN needs a one-time code, which the app shows after you sign in.`,
);

/** Opens the configured model, times a question and a batch of lines, and closes it. Rejects as those do. */
export async function timeModel(options: TimeModelOptions): Promise<ModelFacts> {
  const { config, now } = options;
  const passedOver: PassedOver[] = [];
  let found: ResolvedModel | undefined;
  const deps: CreateEmbedderDeps = {
    onPassedOver: (device) => passedOver.push(device),
    resolve: async (setting) => {
      found = await options.resolve(setting);
      return found;
    },
  };
  const begun = now();
  const embedder = await options.open(config, deps);
  try {
    const loadMs = now() - begun;
    const residentMemory = process.memoryUsage().rss;
    const question = await timeQuestions(embedder, options);
    const lines = await time(now, LINES.length, () =>
      embedder.embedLines(LINES, { signal: options.signal, priority: 'import' }),
    );
    const url = config.KB_ENGINE_URL;
    return {
      name: embedder.model,
      dimensions: embedder.dimensions,
      ...(url === undefined ? {} : { engine: parseEndpoint(url).shown }),
      ...(embedder.device === undefined ? {} : { device: embedder.device }),
      ...precisionOf(embedder),
      passedOver,
      ...(found ? { folder: found.folder, size: await sizeOf(found.folder) } : {}),
      loadMs,
      residentMemory,
      question,
      lines,
    };
  } finally {
    await embedder.close();
  }
}

/** The median after a warm-up. */
async function timeQuestions(embedder: Embedder, { now, signal }: TimeModelOptions): Promise<Timing> {
  const timings: Timing[] = [];
  for (const text of QUESTIONS)
    timings.push(await time(now, 1, () => embedder.embedQueries([text], { signal })));
  const [median] = timings
    .slice(1)
    .sort((a, b) => a.ms - b.ms)
    .slice(Math.floor((timings.length - 1) / 2));
  return median ?? { texts: 1, tokens: 0, ms: 0 };
}

/** Times work over texts that says how many tokens it read. */
export async function time(
  now: () => number,
  texts: number,
  work: () => Promise<{ readonly tokens: number }>,
): Promise<Timing> {
  const begun = now();
  const { tokens } = await work();
  return { texts, tokens, ms: now() - begun };
}

/** Only checkpoints say what they compute in. */
function precisionOf(embedder: Embedder): { precision?: string } {
  if (!('facts' in embedder)) return {};
  const { facts } = embedder;
  const known = typeof facts === 'object' && facts !== null && 'precision' in facts;
  return known ? { precision: String(facts.precision) } : {};
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
