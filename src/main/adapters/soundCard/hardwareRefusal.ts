import { PinwheelError } from '../../../contract/errors.ts';
import { KsError } from '../../engine/ks/status.ts';

/**
 * What a client is told when the hardware gives no stream: STATUS_UNSUCCESSFUL, as of a factory without a free instance,
 * when others have the device, and else STATUS_DEVICE_NOT_READY. Anything but a refusal is passed on.
 */
export function hardwareRefusal(error: unknown): unknown {
  if (!(error instanceof PinwheelError)) return error;
  const { message, subject, advice } = error;
  return new KsError(
    error.status === 'STATUS_UNSUCCESSFUL' ? 'STATUS_UNSUCCESSFUL' : 'STATUS_DEVICE_NOT_READY',
    message,
    { ...(subject !== undefined && { subject }), ...(advice !== undefined && { advice }) },
  );
}
