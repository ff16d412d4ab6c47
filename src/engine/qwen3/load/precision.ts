import { cannotRun } from '../cannot-run.ts';
import type { WeightType } from '../checkpoint/checkpoint.ts';
import type { Device } from '../run/open-session.ts';

/** How weights are held and computed with. `int8`: 8-bit weights in blocks, everything else in fp32. */
export type Precision = 'fp32' | 'fp16' | 'bf16' | 'int8';

/** What a device computes, the best first. CUDA's attention has no fp32. */
const possible: Readonly<Record<Device, readonly Precision[]>> = {
  cpu: ['int8', 'fp32'],
  cuda: ['bf16', 'fp16'],
  webgpu: ['fp16', 'fp32'],
};

/**
 * The precisions to try on a device, in this order: the one asked for, or for `auto`
 * - on the CPU 8-bit weights;
 * - on CUDA bfloat16, which does not overflow on the largest model, or half precision, which is what weights are stored
 *   in or all that a GPU before Ampere has;
 * - on WebGPU, which has no bfloat16, half precision, or fp32 where the adapter has no half precision.
 * Throws `model` for one that the device does not compute.
 */
export function precisionsFor(
  device: Device,
  asked: Precision | 'auto',
  stored: WeightType,
): readonly Precision[] {
  const allowed = possible[device];
  if (asked === 'auto') {
    if (device === 'cpu') return ['int8'];
    return device === 'cuda' && stored === 'F16' ? ['fp16'] : allowed;
  }
  if (allowed.includes(asked)) return [asked];
  throw cannotRun('', 'precision', { device, precision: asked, allowed: allowed.join(', ') });
}

/** The element type of a graph's computation. */
export const computeTypes = {
  fp32: 'float32',
  int8: 'float32',
  fp16: 'float16',
  bf16: 'bfloat16',
} as const satisfies Record<Precision, string>;
