import { basicSupport, getPropertyWithStatus, setProperty, type PropertyTarget } from '../ks/dispatch.ts';
import type { Property } from '../ks/property.ts';
import { propertyById } from '../ks/properties/index.ts';
import { KsError, type KsStatus } from '../ks/status.ts';
import { encodeBasicSupport } from '../ks/wire/basicSupport.ts';
import { KSPROPERTY_TYPE, parseRequest, type WireAnswer } from '../ks/wire/request.ts';

/**
 * Requests to SysAudio and its pins in their byte form, with the statuses of specification 5.1, (R): an input shorter
 * than its structure and an output that is too small are STATUS_BUFFER_TOO_SMALL, the latter with the size needed;
 * an unknown property is STATUS_UNSUCCESSFUL. Never throws; what is wrong is in the status.
 */
export function sysAudioRequest(target: PropertyTarget, input: Uint8Array, value: Uint8Array): WireAnswer {
  try {
    const request = parseRequest(input);
    const property = propertyById(request.set, request.id) as Property<unknown, unknown> | undefined;
    if (!property) return failed('STATUS_UNSUCCESSFUL');
    if (request.verb === KSPROPERTY_TYPE.BASICSUPPORT) {
      return encodeBasicSupport(basicSupport(target, property), value.length);
    }
    const { instance: layout } = property.input;
    if (layout.size !== undefined && request.instanceSize < layout.size)
      return failed('STATUS_BUFFER_TOO_SMALL');
    const instance = layout.decode(request.instance ?? new Uint8Array(0));
    switch (request.verb) {
      case KSPROPERTY_TYPE.GET: {
        const answer = getPropertyWithStatus(target, property, instance);
        const output = property.value.encode(answer.value);
        if (value.length < output.length) return failed('STATUS_BUFFER_TOO_SMALL', output.length);
        return { status: answer.status, information: output.length, output };
      }
      case KSPROPERTY_TYPE.SET: {
        const { size = 0 } = property.value;
        if (value.length < size) return failed('STATUS_BUFFER_TOO_SMALL', size);
        setProperty(target, property, instance, property.value.decode(value));
        return failed('STATUS_SUCCESS');
      }
      default:
        return failed('STATUS_INVALID_DEVICE_REQUEST');
    }
  } catch (error) {
    if (error instanceof KsError) return failed(error.status);
    throw error;
  }
}

function failed(status: KsStatus, information = 0): WireAnswer {
  return { status, information, output: new Uint8Array(0) };
}
