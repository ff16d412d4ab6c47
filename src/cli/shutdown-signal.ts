/** The part of `process` that signals come from. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: (signal: string) => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: (signal: string) => void): unknown;
}

export interface ShutdownSignal {
  /** Aborts at the first SIGINT or SIGTERM, and when {@link ShutdownSignal.trigger} is called. */
  readonly signal: AbortSignal;
  trigger(): void;
  /** Stops listening. */
  close(): void;
}

export interface ShutdownOptions {
  readonly source: SignalSource;
  /** Called at the second signal, with the exit code that a shell expects. */
  readonly exitNow: (code: number) => void;
  /** Milliseconds since any moment. */
  readonly now: () => number;
}

const EXIT_CODES: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 };
/** npm passes a Ctrl-C on that the terminal has delivered already: that is one signal, not two. */
const SAME_SIGNAL_MS = 300;

/** The first signal asks for a graceful end, the second ends at once. */
export function listenForShutdown(options: ShutdownOptions): ShutdownSignal {
  const controller = new AbortController();
  let firstAt: number | undefined;
  const hear = (name: string) => {
    if (firstAt === undefined) {
      firstAt = options.now();
      controller.abort();
    } else if (options.now() - firstAt > SAME_SIGNAL_MS) {
      options.exitNow(EXIT_CODES[name] ?? 1);
    }
  };
  options.source.on('SIGINT', hear);
  options.source.on('SIGTERM', hear);
  return {
    signal: controller.signal,
    trigger: () => {
      firstAt ??= options.now();
      controller.abort();
    },
    close: () => {
      options.source.off('SIGINT', hear);
      options.source.off('SIGTERM', hear);
    },
  };
}
