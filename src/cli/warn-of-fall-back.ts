import type { Logger } from 'pino';
import type { PassedOver } from '../engine/qwen3/load/load-on-device.ts';

/** Says in the log that a better device was there but could not be used. */
export function warnOfFallBack(logger: Logger): (passedOver: PassedOver) => void {
  return ({ device, precision, reason }) =>
    logger.warn(
      { device, ...(precision === undefined ? {} : { precision }), reason: reason.en },
      'This device could not be used, so another is; kb doctor says more',
    );
}
