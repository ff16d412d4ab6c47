import { join } from 'node:path';

/** Where things lie below the model home. A model's id is two folders: its owner's, and its own. */
export interface ModelPlaces {
  /** `HOME/owner/name`, with a whole model or not there. */
  readonly folder: string;
  /** `HOME/.pulling/models/owner/name`, where a model is put together. */
  readonly staging: string;
  /** `HOME/.pulling/locks/owner/name`. */
  readonly lock: string;
}

/** The folder of everything unfinished; no owner's name begins with a dot. */
export const PULLING = '.pulling';

/** @param model A valid id ({@link isModelId}). */
export function modelPlaces(home: string, model: string): ModelPlaces {
  return {
    folder: join(home, model),
    staging: join(home, PULLING, 'models', model),
    lock: join(home, PULLING, 'locks', model),
  };
}
