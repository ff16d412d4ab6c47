import type { Device } from './run/open-session.ts';

export interface BatchLimits {
  /** Tokens of a batch, padding counted. One text alone may have more. */
  readonly maxBatchCost: number;
  readonly maxBatchItems: number;
  readonly maxWaiting: number;
}

const limits: Readonly<Record<Device, BatchLimits>> = {
  cpu: { maxBatchCost: 128, maxBatchItems: 32, maxWaiting: 8192 },
  cuda: { maxBatchCost: 16_384, maxBatchItems: 256, maxWaiting: 8192 },
  // A run's limit, see `MAX_RUN`.
  webgpu: { maxBatchCost: 1024, maxBatchItems: 128, maxWaiting: 8192 },
};

/**
 * Batches large enough to use the device and small enough that a question waits for one: on two cores 128 tokens of the
 * 0.6B take under a second and more would not be faster; a GPU needs more to be busy.
 */
export function batchLimits(device: Device): BatchLimits {
  return limits[device];
}
