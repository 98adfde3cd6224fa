import { PinwheelError, type ErrorCode } from '../../../contract/errors.ts';
import { KsError } from '../ks/status.ts';

/** MMRESULT values of the classic wave, MIDI and mixer functions. Specification 6.5. */
export const MM_RESULT = {
  MMSYSERR_ERROR: 1,
  MMSYSERR_BADDEVICEID: 2,
  MMSYSERR_ALLOCATED: 4,
  MMSYSERR_INVALHANDLE: 5,
  MMSYSERR_NODRIVER: 6,
  MMSYSERR_NOTSUPPORTED: 8,
  MMSYSERR_INVALFLAG: 10,
  MMSYSERR_INVALPARAM: 11,
  WAVERR_BADFORMAT: 32,
  WAVERR_STILLPLAYING: 33,
  WAVERR_UNPREPARED: 34,
  MIXERR_INVALLINE: 1024,
  MIXERR_INVALCONTROL: 1025,
  MIXERR_INVALVALUE: 1026,
} as const;
export type MmResult = keyof typeof MM_RESULT;

const CODES: Partial<Record<MmResult, ErrorCode>> = {
  MMSYSERR_BADDEVICEID: 'not-found',
  MMSYSERR_ALLOCATED: 'bad-state',
  MMSYSERR_INVALHANDLE: 'bad-state',
  MMSYSERR_NODRIVER: 'device-unavailable',
  MMSYSERR_NOTSUPPORTED: 'not-supported',
  WAVERR_BADFORMAT: 'not-supported',
  WAVERR_STILLPLAYING: 'bad-state',
  WAVERR_UNPREPARED: 'bad-state',
  MIXERR_INVALLINE: 'not-found',
  MIXERR_INVALCONTROL: 'not-found',
};

/** A call of a client device that did not end with MMSYSERR_NOERROR. */
export class MmError extends PinwheelError {
  readonly result: MmResult;

  constructor(result: MmResult, message: string, options?: ErrorOptions) {
    super({ code: CODES[result] ?? 'bad-request', message, status: result }, options);
    this.name = 'MmError';
    this.result = result;
  }

  /** The MMRESULT number. */
  get value(): number {
    return MM_RESULT[this.result];
  }
}

/** Runs a request to the engine; its statuses become MMRESULTs. */
export function asMmResult<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof KsError)) throw error;
    throw new MmError(resultOf(error), error.message, { cause: error });
  }
}

function resultOf({ status }: KsError): MmResult {
  switch (status) {
    case 'STATUS_DEVICE_REMOVED':
      return 'MMSYSERR_NODRIVER';
    case 'STATUS_NO_MATCH':
      return 'WAVERR_BADFORMAT';
    case 'STATUS_UNSUCCESSFUL':
      // What a pin factory answers that has no free instance. Specification 1.5.
      return 'MMSYSERR_ALLOCATED';
    case 'STATUS_NOT_SUPPORTED':
    case 'STATUS_NOT_IMPLEMENTED':
    case 'STATUS_INVALID_DEVICE_REQUEST':
      return 'MMSYSERR_NOTSUPPORTED';
    case 'STATUS_INVALID_PARAMETER':
      return 'MMSYSERR_INVALPARAM';
    default:
      return 'MMSYSERR_ERROR';
  }
}
