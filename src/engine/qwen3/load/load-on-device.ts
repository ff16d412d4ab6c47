import { KbError } from '../../../errors.ts';
import { cannotRun } from '../cannot-run.ts';
import type { Device } from '../run/open-session.ts';
import { devicesForAuto } from './installed-devices.ts';

/** A device that could not be used, and why. */
export interface PassedOver {
  readonly device: Device;
  readonly reason: string;
}

export interface Loaded<T> {
  readonly value: T;
  readonly device: Device;
  /** Devices that were tried before, and why they could not be used. */
  readonly passedOver: readonly PassedOver[];
}

/**
 * Loads on the device asked for, or for `auto` on the first that works: only then is there a fall-back.
 * Rejects with `model`, or as the last try did.
 */
export async function loadOnDevice<T>(
  asked: Device | 'auto',
  load: (device: Device) => Promise<T>,
): Promise<Loaded<T>> {
  const passedOver: { device: Device; reason: string }[] = [];
  const devices = asked === 'auto' ? devicesForAuto() : [asked];
  for (const [i, device] of devices.entries()) {
    try {
      return { value: await load(device), device, passedOver };
    } catch (error) {
      const last = i === devices.length - 1;
      if (last && error instanceof KbError) throw error;
      const reason = firstLine(error);
      if (last && device !== 'cpu') throw cannotRun('', 'device', { device, reason }, error);
      if (last) throw error;
      passedOver.push({ device, reason });
    }
  }
  throw new Error('There is no device to try.');
}

/** The runtime's errors go on for pages. */
function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.length > 300 ? `${line.slice(0, 299)}…` : line.replace(/\.$/, '');
}
