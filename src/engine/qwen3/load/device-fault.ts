import { KbError } from '../../../errors.ts';
import { deviceMessages } from '../../../messages/devices.ts';
import type { LocalizedText } from '../../../messages/errors.ts';
import { localize } from '../../../messages/localize.ts';
import type { Device } from '../run/open-session.ts';
import { hasCudaLibrary } from './installed-devices.ts';
import { linkedLibraries } from './missing-libraries.ts';

export type DeviceFaultCode = keyof typeof deviceMessages.en;

/** Why a device cannot be used, found before the runtime was asked or after it answered. */
export class DeviceFault extends Error {
  readonly fault: DeviceFaultCode;

  constructor(fault: DeviceFaultCode) {
    super(deviceMessages.en[fault]);
    this.name = 'DeviceFault';
    this.fault = fault;
  }
}

/** What the runtime's messages mean. */
const meanings: readonly (readonly [pattern: RegExp, fault: DeviceFaultCode])[] = [
  [/CUDA driver version is insufficient|CUDA failure 35\b/i, 'cuda_old_driver'],
  [/no CUDA-capable device|CUDA failure (3|100|999)\b|CUDA_ERROR_NO_DEVICE/i, 'cuda_no_gpu'],
  [/WebGPU adapter/i, 'webgpu_no_adapter'],
  [/requires f16 but the device does not support it/i, 'webgpu_no_half'],
  [/out of memory|failed to allocate memory|CUDA failure 2\b|available memory of/i, 'out_of_memory'],
];

/** Says in both languages why a device cannot be used. */
export async function explainFault(
  device: Device,
  error: unknown,
  folder: string | undefined,
): Promise<LocalizedText> {
  if (error instanceof KbError) {
    const { detail } = error.values;
    if (typeof detail === 'object') return detail;
  }
  if (error instanceof DeviceFault)
    return localize(deviceMessages, error.fault, { device, platform: `${process.platform}/${process.arch}` });
  const message = error instanceof Error ? error.message : String(error);
  if (device === 'cuda' && /load (shared )?library/i.test(message)) return explainCudaLibrary(folder);
  const [, fault] = meanings.find(([pattern]) => pattern.test(message)) ?? [];
  return localize(deviceMessages, fault ?? 'other', { message: shortened(message) });
}

async function explainCudaLibrary(folder: string | undefined): Promise<LocalizedText> {
  if (folder === undefined || !hasCudaLibrary(folder)) return localize(deviceMessages, 'cuda_not_installed');
  const missing = (await linkedLibraries(folder))?.missing ?? [];
  if (missing.length === 0) return localize(deviceMessages, 'cuda_does_not_load');
  return localize(deviceMessages, 'cuda_library_missing', { libraries: missing.join(', ') });
}

/** The runtime's errors begin with the place in its source, and go on for pages. */
function shortened(message: string): string {
  const [line = ''] = message
    .replace(/^\/\S+\.(cc|h|cu):\d+ /, '')
    .replace(/^.*Status Message: /s, '')
    .split('\n');
  const plain = line.trim().replace(/\.$/, '');
  return plain.length > 300 ? `${plain.slice(0, 299)}…` : plain;
}
