import { KbError } from '../../errors.ts';
import { formatBytes } from '../format-bytes.ts';

const FULL: readonly string[] = ['ENOSPC', 'EDQUOT'];

/** What a failed write to the model home means; an error of another kind is given back as it is. */
export function diskFailure(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error;
  const code = String(error.code);
  if (FULL.includes(code)) return diskFull(path, undefined, 0);
  return new KbError('write_file', { values: { path, detail: code }, cause: error });
}

/** The error of a disk that cannot hold what is to come. */
export function diskFull(path: string, needed: number | undefined, free: number): KbError {
  const needs = needed === undefined ? '' : formatBytes(needed);
  return new KbError('disk_full', {
    values: {
      path,
      needed:
        needed === undefined ? { en: '', zh: '' } : { en: `${needs} are needed and `, zh: `需要 ${needs}，` },
      free: formatBytes(free),
    },
  });
}
