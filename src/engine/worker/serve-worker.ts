import { parentPort, type Transferable } from 'node:worker_threads';
import { type ErrorCode, type ErrorValues, KbError } from '../../errors.ts';

/** What a worker posts: id 0 says that it is ready, or why it is not; the others answer requests. */
export type FromWorker =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: WorkerFailure };

/** An error as it crosses threads: a {@link KbError} keeps its code, any other is its message. */
export type WorkerFailure =
  | { readonly code: ErrorCode; readonly values: ErrorValues }
  | { readonly detail: string };

/** An answer with the buffers that move to the other thread instead of being copied. */
export interface WorkerAnswer<Result> {
  readonly result: Result;
  readonly transfer?: readonly Transferable[];
}

/**
 * The worker thread's side of `WorkerClient`: loads once, then answers requests one after the other.
 * @param load Loads what is needed and gives the function that answers. Its error's message is shown to the operator.
 */
export async function serveWorker<Request, Result>(
  load: () => Promise<(request: Request) => Promise<WorkerAnswer<Result>>>,
): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('serveWorker runs in a worker thread only.');
  const post = (message: FromWorker, transfer: readonly Transferable[] = []) =>
    port.postMessage(message, transfer);
  try {
    const answer = await load();
    port.on('message', async ({ id, request }: { id: number; request: Request }) => {
      try {
        const { result, transfer } = await answer(request);
        post({ id, result }, transfer);
      } catch (error) {
        post({ id, failure: describe(error) });
      }
    });
    post({ id: 0, result: undefined });
  } catch (error) {
    post({ id: 0, failure: describe(error) });
  }
}

function describe(error: unknown): WorkerFailure {
  if (error instanceof KbError && error.code !== 'internal')
    return { code: error.code, values: error.values };
  return { detail: (error instanceof Error ? error.message : String(error)).replace(/\.$/, '') };
}
