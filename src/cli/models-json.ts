import { resolve } from 'node:path';
import type { ModelList } from '../hub/home/list-models.ts';
import { recordBytes } from '../hub/home/record.ts';
import type { PulledFolder } from '../hub/pull-model.ts';

/** The document of `kb model pull --json`. */
export function pulledJson({ record, folder, already }: PulledFolder) {
  return { ...record, bytes: recordBytes(record), path: resolve(folder), already };
}

/** The document of `kb model list --json`. */
export function modelsJson({ models, unfinished }: ModelList, home: string) {
  return {
    home: resolve(home),
    models: models.map(({ record, folder, bytes, missing }) => ({
      id: record.id,
      source: record.source,
      revision: record.revision,
      pulledAt: record.pulledAt,
      bytes,
      path: resolve(folder),
      complete: missing.length === 0,
      missing,
    })),
    unfinished: unfinished.map(({ id, plan, folder, bytes, running }) => ({
      id,
      ...(plan ? { source: plan.source, revision: plan.revision, totalBytes: recordBytes(plan) } : {}),
      bytes,
      path: resolve(folder),
      running,
    })),
  };
}
