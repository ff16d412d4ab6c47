import { KbError } from '../../../errors.ts';
import type { LocalizedText } from '../../../messages/errors.ts';
import { cannotRun } from '../cannot-run.ts';
import type { WeightType } from '../checkpoint/checkpoint.ts';
import type { Device } from '../run/open-session.ts';
import { explainFault } from './device-fault.ts';
import { devicesForAuto, nativeFolder } from './installed-devices.ts';
import { type Precision, precisionsFor } from './precision.ts';

export interface AskedDevice {
  readonly device: Device | 'auto';
  readonly precision: Precision | 'auto';
}

/** What was tried before, and why it could not be used. */
export interface PassedOver {
  readonly device: Device;
  /** Absent where it was the same in all, or none fits what was asked for. */
  readonly precision?: Precision;
  readonly reason: LocalizedText;
}

export interface Loaded<T> {
  readonly value: T;
  readonly device: Device;
  readonly precision: Precision;
  readonly passedOver: readonly PassedOver[];
}

/**
 * Loads on the device and in the precision asked for, or for `auto` on the first that works: only then is there a
 * fall-back. Rejects with `model`, or as the last try did.
 * @param stored The type of the checkpoint's weights.
 * @param folder Where onnxruntime's libraries lie. Default: in its package.
 */
export async function loadOnDevice<T>(
  asked: AskedDevice,
  stored: WeightType,
  load: (device: Device, precision: Precision) => Promise<T>,
  folder: string | undefined = nativeFolder(),
): Promise<Loaded<T>> {
  const passedOver: PassedOver[] = [];
  const devices = asked.device === 'auto' ? devicesForAuto(folder) : [asked.device];
  let failed: unknown;
  const passOver = async (device: Device, error: unknown, precision?: Precision) => {
    failed = error;
    const reason = await explainFault(device, error, folder);
    const before = passedOver.at(-1);
    // What fails in every precision for one reason is the device.
    const same = before?.device === device && before.reason.en === reason.en;
    if (same) passedOver.pop();
    passedOver.push({ device, ...(same || precision === undefined ? {} : { precision }), reason });
  };
  for (const device of devices) {
    let precisions: readonly Precision[] = [];
    try {
      precisions = precisionsFor(device, asked.precision, stored);
    } catch (error) {
      await passOver(device, error);
    }
    for (const precision of precisions) {
      try {
        return { value: await load(device, precision), device, precision, passedOver };
      } catch (error) {
        await passOver(device, error, precision);
      }
    }
  }
  const last = passedOver.at(-1);
  if (failed instanceof KbError || !last || last.device === 'cpu') throw failed;
  throw cannotRun('', 'device', { device: last.device, reason: last.reason }, failed);
}
