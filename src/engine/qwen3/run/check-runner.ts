import { DeviceFault } from '../load/device-fault.ts';
import type { Sequence } from './pack.ts';
import type { SequenceRunner } from './sequence-runner.ts';

/** Part of a row's length by which half precision and other kernels for other shapes may move it. */
const TOLERANCE = 0.1;

/**
 * Runs a graph on a device for the first time and compares a short text alone with the same among longer ones: drivers
 * and fused kernels that mask wrongly give finite, plausible, wrong values.
 * Rejects with a {@link DeviceFault} where they differ, and as the runner does.
 */
export async function checkRunner(runner: SequenceRunner): Promise<void> {
  const text = (length: number, step: number): Sequence =>
    Array.from({ length }, (_, i) => 1 + ((i * step) % 97));
  const short = text(7, 5);
  const [alone] = await runner.run([short]);
  const rows = await runner.run([text(70, 3), short, text(33, 11)]);
  const among = rows[1];
  if (!alone || !among || distance(alone, among) > TOLERANCE * distance(alone)) {
    throw new DeviceFault('wrong_values');
  }
}

function distance(a: Float32Array, b?: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - (b?.[i] ?? 0)) ** 2, 0));
}
