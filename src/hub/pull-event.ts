import type { LocalizedText } from '../messages/errors.ts';
import type { SourceName } from './source/model-source.ts';

/** What happens during a pull, for whoever watches. Sizes are bytes. */
export type PullEvent =
  | {
      /** All files are known; the first of the large ones is asked for next. */
      readonly kind: 'planned';
      readonly model: string;
      readonly source: SourceName;
      readonly host: string;
      readonly revision: string;
      readonly files: number;
      readonly total: number;
      /** What an earlier pull has fetched already. */
      readonly done: number;
    }
  | { readonly kind: 'progress'; readonly file: string; readonly done: number; readonly total: number }
  | { readonly kind: 'fetched'; readonly file: string; readonly size: number }
  | {
      readonly kind: 'retry';
      /** The file that is tried again; not there for the list of files. */
      readonly file: string | undefined;
      readonly detail: LocalizedText;
      readonly waitMs: number;
    };
