import { guid, GUID_NULL, KSPROPSETID } from '../guid.ts';
import { INPUT, property } from '../property.ts';
import { KsError } from '../status.ts';
import {
  BOOL,
  BYTES,
  choice,
  concat,
  FLOAT,
  LONG,
  RESERVED,
  struct,
  ULONG,
  type Layout,
} from '../wire/layout.ts';

/** The property sets of KSNODETYPE_3D_EFFECTS nodes, all on pin handles. Specification 2.6. */

/** DS3DVECTOR */
const vectorLayout = struct('DS3DVECTOR', { x: FLOAT, y: FLOAT, z: FLOAT });
export type Vector3d = Readonly<ReturnType<typeof vectorLayout.decode>>;

/** Mode of a 3D buffer. */
export const DS3D_MODE = { NORMAL: 0, HEADRELATIVE: 1, DISABLE: 2 } as const;
export type Mode3d = keyof typeof DS3D_MODE;

/** KSDSOUND_BUFFER_CTRL_3D: the buffer is opened to be placed in space. */
export const KSDSOUND_BUFFER_CTRL_3D = 0x1;

/** DS3DALG_*: how a buffer is placed; KSPROPERTY_AUDIO_3D_INTERFACE. */
export const DS3DALG = {
  DEFAULT: GUID_NULL,
  /** By the amplitudes of the speakers. */
  NO_VIRTUALIZATION: guid('C241333F-1C1B-11D2-94F5-00C04FC28ACA'),
  HRTF_FULL: guid('C2413340-1C1B-11D2-94F5-00C04FC28ACA'),
  HRTF_LIGHT: guid('C2413342-1C1B-11D2-94F5-00C04FC28ACA'),
} as const;

const modeLayout = choice<Mode3d>('DS3DMODE', DS3D_MODE);
/** Whole degrees. */
const coneLayout = struct('KSDS3D_BUFFER_CONE_ANGLES', { insideConeAngle: ULONG, outsideConeAngle: ULONG });
export type ConeAngles = Readonly<ReturnType<typeof coneLayout.decode>>;

const bufferLayout = struct('KSDS3D_BUFFER_ALL', {
  position: vectorLayout,
  velocity: vectorLayout,
  insideConeAngle: ULONG,
  outsideConeAngle: ULONG,
  coneOrientation: vectorLayout,
  /** 1/100 dB, unlike the levels of nodes. */
  coneOutsideVolume: LONG,
  minDistance: FLOAT,
  maxDistance: FLOAT,
  mode: modeLayout,
});
/** KSDS3D_BUFFER_ALL */
export type Buffer3d = Readonly<ReturnType<typeof bufferLayout.decode>>;

const orientationLayout = struct('KSDS3D_LISTENER_ORIENTATION', { front: vectorLayout, top: vectorLayout });
export type Orientation3d = Readonly<ReturnType<typeof orientationLayout.decode>>;

const listenerLayout = struct('KSDS3D_LISTENER_ALL', {
  position: vectorLayout,
  velocity: vectorLayout,
  orientFront: vectorLayout,
  orientTop: vectorLayout,
  distanceFactor: FLOAT,
  rolloffFactor: FLOAT,
  dopplerFactor: FLOAT,
});
/** KSDS3D_LISTENER_ALL */
export type Listener3d = Readonly<ReturnType<typeof listenerLayout.decode>>;

const ofBuffer = <T>(id: number, name: string, value: Layout<T>) =>
  property<undefined, T>(
    KSPROPSETID.DirectSound3DBuffer,
    id,
    `KSPROPERTY_DIRECTSOUND3DBUFFER_${name}`,
    INPUT.N,
    value,
  );

export const KSPROPERTY_DIRECTSOUND3DBUFFER = {
  ALL: ofBuffer(0, 'ALL', bufferLayout),
  POSITION: ofBuffer(1, 'POSITION', vectorLayout),
  VELOCITY: ofBuffer(2, 'VELOCITY', vectorLayout),
  CONEANGLES: ofBuffer(3, 'CONEANGLES', coneLayout),
  CONEORIENTATION: ofBuffer(4, 'CONEORIENTATION', vectorLayout),
  /** 1/100 dB */
  CONEOUTSIDEVOLUME: ofBuffer(5, 'CONEOUTSIDEVOLUME', LONG),
  MINDISTANCE: ofBuffer(6, 'MINDISTANCE', FLOAT),
  MAXDISTANCE: ofBuffer(7, 'MAXDISTANCE', FLOAT),
  MODE: ofBuffer(8, 'MODE', modeLayout),
} as const;

const ofListener = <T>(id: number, name: string, value: Layout<T>) =>
  property<undefined, T>(
    KSPROPSETID.DirectSound3DListener,
    id,
    `KSPROPERTY_DIRECTSOUND3DLISTENER_${name}`,
    INPUT.N,
    value,
  );

export const KSPROPERTY_DIRECTSOUND3DLISTENER = {
  ALL: ofListener(0, 'ALL', listenerLayout),
  POSITION: ofListener(1, 'POSITION', vectorLayout),
  VELOCITY: ofListener(2, 'VELOCITY', vectorLayout),
  ORIENTATION: ofListener(3, 'ORIENTATION', orientationLayout),
  DISTANCEFACTOR: ofListener(4, 'DISTANCEFACTOR', FLOAT),
  ROLLOFFFACTOR: ofListener(5, 'ROLLOFFFACTOR', FLOAT),
  DOPPLERFACTOR: ofListener(6, 'DOPPLERFACTOR', FLOAT),
  /** TRUE caches changes of listener and buffers; TRUE to FALSE applies them all at once. */
  BATCH: ofListener(7, 'BATCH', BOOL),
  /** TRUE allocates the listener's storage, FALSE frees it. */
  ALLOCATION: ofListener(8, 'ALLOCATION', BOOL),
} as const;

/** KSDS3D_HRTF_FILTER_QUALITY */
export const HRTF_QUALITY = { FULL_FILTER: 0, LIGHT_FILTER: 1 } as const;
export type HrtfQuality = keyof typeof HRTF_QUALITY;

const hrtfParamsHead = struct('KSDS3D_HRTF_PARAMS_MSG', {
  size: ULONG,
  enabled: BOOL,
  swapChannels: BOOL,
  zeroAzimuth: BOOL,
  crossFadeOutput: BOOL,
  filterSize: ULONG,
});

/** KSDS3D_HRTF_PARAMS_MSG with the filter coefficients behind it. */
export interface HrtfParams {
  readonly enabled: boolean;
  readonly swapChannels: boolean;
  readonly zeroAzimuth: boolean;
  readonly crossFadeOutput: boolean;
  readonly coefficients: Uint8Array;
}

const hrtfParamsLayout: Layout<HrtfParams> = {
  name: hrtfParamsHead.name,
  size: undefined,
  encode: ({ coefficients, ...head }) =>
    concat([
      hrtfParamsHead.encode({ ...head, size: hrtfParamsHead.size!, filterSize: coefficients.length }),
      coefficients,
    ]),
  decode(bytes) {
    const { size: _size, filterSize, ...head } = hrtfParamsHead.decode(bytes);
    const rest = bytes.subarray(hrtfParamsHead.size);
    if (rest.length < filterSize) {
      throw new KsError('STATUS_INVALID_PARAMETER', `${rest.length} bytes hold no ${filterSize} of filter.`);
    }
    return { ...head, coefficients: BYTES.decode(rest.subarray(0, filterSize)) };
  },
};

const ofHrtf = <T>(id: number, name: string, value: Layout<T>) =>
  property<undefined, T>(KSPROPSETID.Hrtf3d, id, `KSPROPERTY_HRTF3D_${name}`, INPUT.N, value);

/** Optional on 3D nodes: all three or none. */
export const KSPROPERTY_HRTF3D = {
  PARAMS: ofHrtf(0, 'PARAMS', hrtfParamsLayout),
  INITIALIZE: ofHrtf(
    1,
    'INITIALIZE',
    struct('KSDS3D_HRTF_INIT_MSG', {
      size: ULONG,
      quality: choice<HrtfQuality>('KSDS3D_HRTF_FILTER_QUALITY', HRTF_QUALITY),
      sampleRate: FLOAT,
      maxFilterSize: ULONG,
      filterTransientMuteLength: ULONG,
      filterOverlapBufferLength: ULONG,
      outputOverlapBufferLength: ULONG,
      reserved: RESERVED,
    }),
  ),
  FILTER_FORMAT: ofHrtf(
    2,
    'FILTER_FORMAT',
    struct('KSDS3D_HRTF_FILTER_FORMAT_MSG', {
      /** DIRECT_FORM 0, CASCADE_FORM 1 */
      filterMethod: ULONG,
      /** FLOAT_COEFF 0, SHORT_COEFF 1 */
      coeffFormat: ULONG,
      version: ULONG,
      reserved: RESERVED,
    }),
  ),
} as const;

const itdLayout = struct('KSDS3D_ITD_PARAMS', {
  channel: LONG,
  volSmoothScale: FLOAT,
  totalDryAttenuation: FLOAT,
  totalWetAttenuation: FLOAT,
  smoothFrequency: LONG,
  delay: LONG,
});

export const KSPROPERTY_ITD3D = {
  PARAMS: property(
    KSPROPSETID.Itd3d,
    0,
    'KSPROPERTY_ITD3D_PARAMS',
    INPUT.N,
    struct('KSDS3D_ITD_PARAMS_MSG', { enabled: BOOL, left: itdLayout, right: itdLayout, reserved: RESERVED }),
  ),
} as const;
