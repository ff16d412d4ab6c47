import { cannotRun } from '../cannot-run.ts';
import type { WeightType } from '../checkpoint/checkpoint.ts';
import type { Device } from '../run/open-session.ts';

/** How weights are held and computed with. `int8`: 8-bit weights in blocks, everything else in fp32. */
export type Precision = 'fp32' | 'fp16' | 'bf16' | 'int8';

const possible: Readonly<Record<Device, readonly Precision[]>> = {
  cpu: ['int8', 'fp32'],
  cuda: ['bf16', 'fp16', 'fp32'],
  webgpu: ['fp16', 'fp32'],
};

const asStored: Readonly<Record<WeightType, Precision>> = { BF16: 'bf16', F16: 'fp16', F32: 'fp32' };

/**
 * The precision for a device: the one asked for, or for `auto` 8-bit weights on the CPU, the stored type on CUDA (half
 * precision overflows on the largest model, bfloat16 does not), and half precision on WebGPU, which has no bfloat16.
 * Throws `model` for one that the device does not compute.
 */
export function choosePrecision(device: Device, asked: Precision | 'auto', stored: WeightType): Precision {
  const allowed = possible[device];
  if (asked === 'auto') return device === 'cuda' ? asStored[stored] : (allowed[0] ?? 'fp32');
  if (allowed.includes(asked)) return asked;
  throw cannotRun('', 'precision', { device, precision: asked, allowed: allowed.join(', ') });
}

/** The element type of a graph's computation. */
export const computeTypes = {
  fp32: 'float32',
  int8: 'float32',
  fp16: 'float16',
  bf16: 'bfloat16',
} as const satisfies Record<Precision, string>;
