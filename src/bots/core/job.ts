import { KbError } from '../../errors.ts';

/** One accepted event on its way to an answer. */
export interface Job {
  readonly key: string;
  readonly payload: string;
  /** 1 at the first attempt. */
  attempt: number;
  /**
   * Runs `step` at most once over all attempts and gives its result again afterwards, so that an answer that could
   * not be delivered is not worked out (and a line not added) twice. A step that rejects is run again.
   * Rejects with `shutting_down` once the job was given up at a stop: whoever takes it up next does the step.
   */
  once<T>(step: string, run: () => Promise<T>): Promise<T>;
}

/** `givenUp` is asked before each step. */
export function createJob(key: string, payload: string, givenUp: () => boolean = () => false): Job {
  const steps = new Map<string, Promise<unknown>>();
  return {
    key,
    payload,
    attempt: 0,
    once<T>(step: string, run: () => Promise<T>): Promise<T> {
      if (givenUp()) return Promise.reject(new KbError('shutting_down'));
      const known = steps.get(step) as Promise<T> | undefined;
      if (known) return known;
      const result = run();
      steps.set(step, result);
      result.catch(() => steps.delete(step));
      return result;
    },
  };
}
