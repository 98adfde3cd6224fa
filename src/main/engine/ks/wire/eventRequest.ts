import { enableEvent, supportEvent, type EventTarget } from '../eventDispatch.ts';
import type { EnabledEvent } from '../event.ts';
import { NO_NODE } from '../property.ts';
import { KsError } from '../status.ts';
import { GUID_LAYOUT, viewOf } from './layout.ts';
import { answering, ended, type WireAnswer } from './request.ts';

/** Event requests in their byte form: KSEVENT, or KSE_NODE with a node. Specification 1.2, 1.11. */

/** KSEVENT_TYPE_* */
export const KSEVENT_TYPE = {
  ENABLE: 0x1,
  ONESHOT: 0x2,
  ENABLEBUFFERED: 0x4,
  SETSUPPORT: 0x100,
  BASICSUPPORT: 0x200,
  QUERYBUFFER: 0x400,
  TOPOLOGY: 0x10000000,
} as const;

const KSEVENT_BYTES = 24;
const KSE_NODE_BYTES = 32;

export interface EventAnswer extends WireAnswer {
  /** After ENABLE: IOCTL_KS_DISABLE_EVENT is to dispose it. */
  readonly enabled?: EnabledEvent;
}

/**
 * IOCTL_KS_ENABLE_EVENT. `signalled` takes the place of KSEVENTDATA: it is called when the event is generated. Never
 * throws; what is wrong is in the status.
 */
export function dispatchEventBytes(
  target: EventTarget,
  input: Uint8Array,
  signalled: () => void,
): EventAnswer {
  return answering((): EventAnswer => {
    if (input.length < KSEVENT_BYTES) throw tooShort(input);
    const view = viewOf(input);
    const event = { set: GUID_LAYOUT.decode(input), id: view.getUint32(16, true) };
    const flags = view.getUint32(20, true);
    const topology = (flags & KSEVENT_TYPE.TOPOLOGY) !== 0;
    if (topology && input.length < KSE_NODE_BYTES) throw tooShort(input);
    const node = topology ? view.getUint32(KSEVENT_BYTES, true) : NO_NODE;
    switch ((flags & ~KSEVENT_TYPE.TOPOLOGY) >>> 0) {
      case KSEVENT_TYPE.ENABLE:
        return enable(false);
      case KSEVENT_TYPE.ONESHOT:
      case KSEVENT_TYPE.ENABLE | KSEVENT_TYPE.ONESHOT:
        return enable(true);
      case KSEVENT_TYPE.SETSUPPORT:
        return ended(target.table(node).hasEventSet(event.set) ? 'STATUS_SUCCESS' : 'STATUS_NOT_FOUND');
      case KSEVENT_TYPE.BASICSUPPORT:
        supportEvent(target, event, node);
        return ended('STATUS_SUCCESS');
      default:
        return ended('STATUS_INVALID_DEVICE_REQUEST');
    }

    function enable(oneShot: boolean): EventAnswer {
      const enabled = enableEvent(target, event, { node, oneShot }, signalled);
      return { ...ended('STATUS_SUCCESS'), enabled };
    }
  });
}

/** IOCTL_KS_METHOD: PortCls has no methods and hands none to miniports. */
export function dispatchMethodBytes(): WireAnswer {
  return ended('STATUS_INVALID_DEVICE_REQUEST');
}

function tooShort(input: Uint8Array): KsError {
  return new KsError('STATUS_BUFFER_TOO_SMALL', `${input.length} bytes hold no event request.`);
}
