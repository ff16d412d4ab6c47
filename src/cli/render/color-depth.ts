import { WriteStream } from 'node:tty';

/** The part of an output stream that decides about colour. */
export interface ColorStream {
  readonly isTTY?: boolean;
}

/**
 * Bits of colour that a stream shows: 1 is none, 4 is 16 colours, 8 is 256, 24 is all.
 * `NO_COLOR` switches colour off, `FORCE_COLOR` on (for a pipe too); otherwise only a terminal has it.
 */
export function colorDepth(
  stream: ColorStream,
  env: Readonly<Record<string, string | undefined>> = process.env,
): number {
  const forced = env.FORCE_COLOR !== undefined;
  if (!forced && (env.NO_COLOR || !stream.isTTY)) return 1;
  // An empty NO_COLOR is none by its own rule, but not by Node's.
  const { NO_COLOR: _, ...others } = env;
  return WriteStream.prototype.getColorDepth(others);
}
