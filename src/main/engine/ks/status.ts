import { PinwheelError, type ErrorCode } from '../../../contract/errors.ts';

/** NTSTATUS values the engine answers with, by the names the driver documentation uses. Specification 1.9, 10. */
export const KS_STATUS = {
  STATUS_SUCCESS: 0x00000000,
  STATUS_PENDING: 0x00000103,
  STATUS_NOT_ALL_ASSIGNED: 0x00000106,
  STATUS_BUFFER_OVERFLOW: 0x80000005,
  STATUS_UNSUCCESSFUL: 0xc0000001,
  STATUS_NOT_IMPLEMENTED: 0xc0000002,
  STATUS_INVALID_PARAMETER: 0xc000000d,
  STATUS_INVALID_DEVICE_REQUEST: 0xc0000010,
  STATUS_NO_MEMORY: 0xc0000017,
  STATUS_BUFFER_TOO_SMALL: 0xc0000023,
  STATUS_OBJECT_NAME_COLLISION: 0xc0000035,
  STATUS_DATA_OVERRUN: 0xc000003c,
  STATUS_DATA_LATE_ERROR: 0xc000003d,
  STATUS_INSUFFICIENT_RESOURCES: 0xc000009a,
  STATUS_DEVICE_NOT_READY: 0xc00000a3,
  STATUS_NOT_SUPPORTED: 0xc00000bb,
  STATUS_CANCELLED: 0xc0000120,
  STATUS_DEVICE_CONFIGURATION_ERROR: 0xc0000182,
  STATUS_INVALID_DEVICE_STATE: 0xc0000184,
  STATUS_IO_DEVICE_ERROR: 0xc0000185,
  STATUS_NOT_FOUND: 0xc0000225,
  STATUS_NO_MATCH: 0xc0000272,
  STATUS_DEVICE_REMOVED: 0xc00002b6,
} as const;

export type KsStatus = keyof typeof KS_STATUS;

/** Success in the NT sense: the severity bits say success or information. `STATUS_PENDING` counts. */
export function isSuccess(status: KsStatus): boolean {
  return KS_STATUS[status] < 0x80000000;
}

/** A request that ended with a failing status, as an error with what and where. */
export class KsError extends PinwheelError {
  override readonly status: KsStatus;

  constructor(status: KsStatus, message: string, details: { subject?: string; advice?: string } = {}) {
    super({ code: errorCodeOf(status), message, status, ...details });
    this.name = 'KsError';
    this.status = status;
  }
}

function errorCodeOf(status: KsStatus): ErrorCode {
  switch (status) {
    case 'STATUS_NOT_FOUND':
      return 'not-found';
    case 'STATUS_NOT_SUPPORTED':
    case 'STATUS_NOT_IMPLEMENTED':
      return 'not-supported';
    case 'STATUS_DEVICE_REMOVED':
    case 'STATUS_DEVICE_NOT_READY':
    case 'STATUS_IO_DEVICE_ERROR':
      return 'device-unavailable';
    case 'STATUS_INVALID_DEVICE_STATE':
    case 'STATUS_UNSUCCESSFUL':
      return 'bad-state';
    case 'STATUS_CANCELLED':
      return 'cancelled';
    default:
      return 'bad-request';
  }
}
