import { KbError } from '../errors.ts';
import { type PullOptions, pullModel } from './pull-model.ts';
import { type ResolvedModel, type ResolveOptions, resolveModel } from './resolve-model.ts';
import type { ModelSource } from './source/model-source.ts';

export interface EnsureOptions extends ResolveOptions {
  /** Whether a model that is missing is fetched without asking. */
  readonly yes: boolean;
  readonly source: ModelSource;
  /** The rest of what a pull takes. */
  readonly pull?: Pick<PullOptions, 'signal' | 'onEvent' | 'deps' | 'free'>;
}

/** {@link resolveModel}, that pulls the model first where it is missing and may be fetched. */
export async function ensureModel(setting: string, options: EnsureOptions): Promise<ResolvedModel> {
  const { yes, source, pull, ...rest } = options;
  // Whoever fetches it sees the size there.
  const resolving: ResolveOptions = yes ? { ...rest, source: undefined } : { ...rest, source };
  try {
    return await resolveModel(setting, resolving);
  } catch (error) {
    const pullMends = error instanceof KbError && ['model_missing', 'model_incomplete'].includes(error.code);
    if (!yes || !pullMends) throw error;
  }
  await pullModel(setting.trim(), { ...pull, home: options.home, source });
  return resolveModel(setting, resolving);
}
