import type { Config } from '../../config/schema.ts';
import type { createEmbedder } from '../../engine/create-embedder.ts';
import type { createReranker } from '../../engine/create-reranker.ts';
import type { RunProgram } from '../../engine/qwen3/load/missing-libraries.ts';
import { parseEndpoint } from '../../engine/remote/endpoint.ts';
import { toKbError } from '../../errors.ts';
import type { ResolvedModel } from '../../hub/resolve-model.ts';
import type { Language } from '../../language.ts';
import { doctorMessages } from '../../messages/doctor.ts';
import { say } from '../render/say.ts';
import { checkCuda } from './cuda-findings.ts';
import { readGraphics } from './read-graphics.ts';
import type {
  DoctorReport,
  Finding,
  GraphicsFacts,
  MachineReport,
  ModelFacts,
  RerankerFacts,
} from './report.ts';
import { runtimeFacts, systemFacts } from './system-facts.ts';
import { time, timeModel } from './time-model.ts';

export interface ExamineOptions {
  readonly config: Config;
  readonly language: Language;
  /** This program's version. */
  readonly version: string;
  readonly platform: string;
  /** Where onnxruntime's libraries lie. */
  readonly folder: string | undefined;
  readonly run: RunProgram;
  readonly open: typeof createEmbedder;
  readonly openReranker: typeof createReranker;
  /** Finds the checkpoint that a setting names. */
  readonly resolve: (setting: string) => Promise<ResolvedModel>;
  /** Milliseconds since any moment. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Looks at the machine without trying anything. */
export async function examineMachine(
  options: Pick<ExamineOptions, 'config' | 'version' | 'folder' | 'run'>,
): Promise<MachineReport> {
  return {
    system: systemFacts(options.version),
    runtime: runtimeFacts(options.folder),
    graphics: await readGraphics(options.run),
    settings: shownSettings(options.config),
  };
}

/**
 * Tries what is configured on a machine that was looked at. What does not work is a finding, not an error.
 * Rejects only where the signal stops it.
 */
export async function examineModels(machine: MachineReport, options: ExamineOptions): Promise<DoctorReport> {
  const { config, language } = options;
  const { graphics } = machine;
  const problems: Finding[] = [];
  const failed = (error: unknown) => {
    const known = toKbError(error);
    const cause =
      known.code === 'internal' && known.cause instanceof Error ? ` (${known.cause.message})` : '';
    problems.push({ code: known.code, message: known.sentence(language) + cause });
    return undefined;
  };
  const model = await timeModel(options).catch(failed);
  options.signal.throwIfAborted();
  const reranker = await timeReranker(options).catch(failed);
  options.signal.throwIfAborted();
  const local = config.KB_ENGINE_URL === undefined && config.KB_MODEL !== 'builtin';
  const wanted = config.KB_DEVICE === 'cuda' || (config.KB_DEVICE === 'auto' && graphics.nvidia.length > 0);
  const cuda = local && wanted ? await checkCuda(options, language) : undefined;
  const cudaFindings = cuda?.findings ?? [];
  return {
    ...machine,
    ...(model ? { model } : {}),
    ...(reranker ? { reranker } : {}),
    problems: [...problems, ...(config.KB_DEVICE === 'cuda' ? cudaFindings : [])],
    hints: [...(config.KB_DEVICE === 'auto' ? cudaFindings : []), ...modelHints(model, graphics, language)],
  };
}

async function timeReranker(options: ExamineOptions): Promise<RerankerFacts | undefined> {
  const { config, now, signal, resolve } = options;
  const begun = now();
  const reranker = await options.openReranker(config, { resolve });
  if (!reranker) return undefined;
  try {
    const loadMs = now() - begun;
    const documents = Array.from({ length: 8 }, (_, i) => `The office opens at ${i + 1} o'clock.`);
    await reranker.rerank('How do I reset my password?', documents.slice(0, 1), { signal });
    const timing = await time(now, documents.length, () =>
      reranker.rerank('When is the office open?', documents, { signal }),
    );
    return {
      name: reranker.model,
      ...(reranker.device === undefined ? {} : { device: reranker.device }),
      loadMs,
      documents: timing,
    };
  } finally {
    await reranker.close();
  }
}

/** The settings that decide what runs where; an address without its password. */
function shownSettings(config: Config): Record<string, string> {
  const { KB_ENGINE_URL: url, KB_RERANKER: reranker, KB_DIMENSIONS: dimensions } = config;
  return {
    KB_MODEL: config.KB_MODEL,
    KB_DEVICE: config.KB_DEVICE,
    KB_PRECISION: config.KB_PRECISION,
    ...(dimensions === undefined ? {} : { KB_DIMENSIONS: String(dimensions) }),
    ...(url === undefined ? {} : { KB_ENGINE_URL: parseEndpoint(url).shown }),
    ...(reranker === undefined ? {} : { KB_RERANKER: reranker }),
    KB_MODEL_HOME: config.KB_MODEL_HOME,
  };
}

function modelHints(model: ModelFacts | undefined, graphics: GraphicsFacts, language: Language): Finding[] {
  const messages = doctorMessages[language];
  const passedOver = (model?.passedOver ?? []).map(({ device, precision, reason }) => ({
    code: 'passedOver',
    message: say(messages.passedOver, {
      device: precision ? `${device} (${precision})` : device,
      reason: reason[language],
    }),
  }));
  const adapters = graphics.vulkan ?? [];
  const software = adapters.length > 0 && adapters.every((adapter) => adapter.software);
  const onSoftware = model?.device === 'webgpu' && software;
  return [
    ...passedOver,
    ...(onSoftware ? [{ code: 'softwareAdapter', message: messages.softwareAdapter }] : []),
  ];
}
