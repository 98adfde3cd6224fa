import { DisposableStore, type Disposable } from '../../../../contract/disposable.ts';
import type { MixerDestination, MixerLine } from '../../../../contract/services/mixer.ts';
import { asMmResult, MmError } from '../mmResult.ts';
import { NAME_LENGTH, truncateName } from '../names.ts';
import { levelOfMixerValue, MIXER_FULL_SCALE, mixerValueOfLevel, stepCount } from './levelLaw.ts';
import type { LiveControl, MixerDevice } from './mixerDevice.ts';
import {
  COMPONENT_TYPE,
  CONTROL_TYPE,
  MIXER_GETCONTROLDETAILSF,
  MIXER_GETLINECONTROLSF,
  MIXER_GETLINEINFOF,
  MIXER_SETCONTROLDETAILSF,
  MIXERCONTROL_CONTROLF,
  MIXERLINE_LINEF,
  MM_MIXM,
  TARGET_TYPE,
} from './mixerNumbers.ts';
import type {
  ControlsQuery,
  DetailsQuery,
  LineQuery,
  ListText,
  MixerCaps,
  MixerControlInfo,
  MixerLineInfo,
} from './mixerRecords.ts';
import type { NodeControl } from './nodeControl.ts';
import type { LineType } from './pinTables.ts';

/** MM_MIXM_LINE_CHANGE with a line id, or MM_MIXM_CONTROL_CHANGE with a control id. */
export type MixerCallback = (message: number, id: number) => void;

/**
 * The classic mixer functions over the engine's mixer devices. A call that fails throws an `MmError` with its MMRESULT.
 * Specification 6.5.
 */
export class MixerApi {
  readonly #devices: () => readonly MixerDevice[];

  constructor(devices: () => readonly MixerDevice[]) {
    this.#devices = devices;
  }

  /** mixerGetNumDevs */
  getNumDevs(): number {
    return this.#devices().length;
  }

  /** mixerGetDevCaps. @throws MmError MMSYSERR_BADDEVICEID */
  getDevCaps(deviceId: number): MixerCaps {
    const device = this.#device(deviceId);
    return { productName: productName(device), destinations: device.destinationIndices };
  }

  /** mixerOpen. The callback gets line and control changes until `close`. @throws MmError MMSYSERR_BADDEVICEID */
  open(deviceId: number, callback?: MixerCallback): OpenMixer {
    return new OpenMixer(this.#device(deviceId), deviceId, callback);
  }

  #device(deviceId: number): MixerDevice {
    const device = this.#devices()[deviceId];
    if (!device) throw new MmError('MMSYSERR_BADDEVICEID', `There is no mixer device ${deviceId}.`);
    return device;
  }
}

/** HMIXER: one client's open mixer device. Every call fails with MMSYSERR_INVALHANDLE once it is closed. */
export class OpenMixer implements Disposable {
  readonly #device: MixerDevice;
  readonly #deviceId: number;
  readonly #store = new DisposableStore();
  #open = true;

  constructor(device: MixerDevice, deviceId: number, callback: MixerCallback | undefined) {
    this.#device = device;
    this.#deviceId = deviceId;
    if (!callback) return;
    this.#store.add(device.onLine((lineId) => callback(MM_MIXM.LINE_CHANGE, lineId)));
    this.#store.add(device.onControl(({ id }) => callback(MM_MIXM.CONTROL_CHANGE, id)));
  }

  /** mixerGetID */
  getId(): number {
    this.#refuseWhenClosed();
    return this.#deviceId;
  }

  /**
   * mixerGetLineInfo. A line that vanished keeps its place and is told as DISCONNECTED, without controls (RULE-15).
   * COMPONENTTYPE and TARGETTYPE find the first such line: destinations first, then sources, by index.
   * @throws MmError MMSYSERR_INVALFLAG, MMSYSERR_INVALPARAM for a query without the selector's fields, MIXERR_INVALLINE
   */
  getLineInfo(selector: number, query: LineQuery): MixerLineInfo {
    this.#refuseWhenClosed();
    switch (selector) {
      case MIXER_GETLINEINFOF.DESTINATION:
        return this.#lineInfo(0xffff0000 + needed(query, 'destination'));
      case MIXER_GETLINEINFOF.SOURCE: {
        const [destination, source] = [needed(query, 'destination'), needed(query, 'source')];
        if (source > 0xffff || destination > 0xffff || source < 0 || destination < 0) throw invalidLine();
        return this.#lineInfo(source * 0x10000 + destination);
      }
      case MIXER_GETLINEINFOF.LINEID:
        return this.#lineInfo(needed(query, 'lineId'));
      case MIXER_GETLINEINFOF.COMPONENTTYPE: {
        const type = needed(query, 'componentType');
        return this.#firstLine((line) => line.componentType === type);
      }
      case MIXER_GETLINEINFOF.TARGETTYPE: {
        const { target } = query;
        if (!target) throw new MmError('MMSYSERR_INVALPARAM', 'The query names no target.');
        return this.#firstLine(
          (line) =>
            line.target.type === target.type &&
            (target.productName === undefined || line.target.productName === target.productName),
        );
      }
      default:
        throw unknownSelector(selector);
    }
  }

  /**
   * mixerGetLineControls: all controls of a line, or one, by id or by type.
   * @throws MmError MMSYSERR_INVALFLAG, MMSYSERR_INVALPARAM, MIXERR_INVALLINE, MIXERR_INVALCONTROL
   */
  getLineControls(selector: number, query: ControlsQuery): readonly MixerControlInfo[] {
    this.#refuseWhenClosed();
    switch (selector) {
      case MIXER_GETLINECONTROLSF.ALL:
        return this.#controlsOf(needed(query, 'lineId'));
      case MIXER_GETLINECONTROLSF.ONEBYID:
        return [controlInfo(this.#live(needed(query, 'controlId')))];
      case MIXER_GETLINECONTROLSF.ONEBYTYPE: {
        const type = needed(query, 'controlType');
        const lineId = needed(query, 'lineId');
        const control = this.#controlsOf(lineId).find(({ controlType }) => controlType === type);
        if (!control) {
          throw new MmError('MIXERR_INVALCONTROL', `The line has no control of type 0x${type.toString(16)}.`);
        }
        return [control];
      }
      default:
        throw unknownSelector(selector);
    }
  }

  /**
   * mixerGetControlDetails. VALUE answers one number per channel - for a MUX one per item, the selected one 1 -,
   * LISTTEXT one text per item.
   * @throws MmError MMSYSERR_INVALFLAG, MMSYSERR_INVALPARAM for a wrong number of channels or items,
   *   MIXERR_INVALCONTROL, MMSYSERR_NOTSUPPORTED for list texts of a control without items, MMSYSERR_NODRIVER
   */
  getControlDetails(selector: typeof MIXER_GETCONTROLDETAILSF.VALUE, query: DetailsQuery): readonly number[];
  getControlDetails(
    selector: typeof MIXER_GETCONTROLDETAILSF.LISTTEXT,
    query: DetailsQuery,
  ): readonly ListText[];
  getControlDetails(selector: number, query: DetailsQuery): readonly (number | ListText)[];
  getControlDetails(selector: number, query: DetailsQuery): readonly (number | ListText)[] {
    this.#refuseWhenClosed();
    if (selector !== MIXER_GETCONTROLDETAILSF.VALUE && selector !== MIXER_GETCONTROLDETAILSF.LISTTEXT) {
      throw unknownSelector(selector);
    }
    const live = this.#checked(query);
    if (selector === MIXER_GETCONTROLDETAILSF.LISTTEXT) return this.#listTexts(live);
    const { node } = live;
    return asMmResult(() => {
      if (node.type === 'MUX') {
        const selected = node.read(0);
        return live.muxPins.map((pin) => Number(pin === selected));
      }
      const values = Array.from({ length: node.channels }, (_, channel) => valueOf(node, channel));
      return Array.from({ length: query.channels }, (_, channel) => values[channel] ?? values.at(-1)!);
    });
  }

  /**
   * mixerSetControlDetails with VALUE. One value for all channels, or one per channel; for a MUX one number per item,
   * of which exactly one is 1.
   * @throws MmError MMSYSERR_INVALFLAG, MMSYSERR_INVALPARAM for a wrong number of channels, items or values,
   *   MIXERR_INVALCONTROL, MIXERR_INVALVALUE outside the bounds, MMSYSERR_NOTSUPPORTED for a peak meter,
   *   MMSYSERR_NODRIVER
   */
  setControlDetails(selector: number, details: DetailsQuery & { readonly values: readonly number[] }): void {
    this.#refuseWhenClosed();
    if (selector !== MIXER_SETCONTROLDETAILSF.VALUE) throw unknownSelector(selector);
    const live = this.#checked(details);
    const { values } = details;
    const { node } = live;
    if (values.length !== (node.type === 'MUX' ? live.muxPins.length : details.channels)) {
      throw new MmError('MMSYSERR_INVALPARAM', `${values.length} values do not fit the control.`);
    }
    const { minimum, maximum } = boundsOf(live);
    // The items of a MUX are booleans, whatever the bounds of its selection.
    const highest = node.type === 'MUX' ? 1 : maximum;
    if (!values.every((value) => Number.isInteger(value) && value >= minimum && value <= highest)) {
      throw new MmError('MIXERR_INVALVALUE', `A value lies outside ${minimum} to ${highest}.`);
    }
    if (node.type === 'MUX') {
      const item = values.indexOf(1);
      if (item < 0 || values.indexOf(1, item + 1) >= 0) {
        throw new MmError('MIXERR_INVALVALUE', 'Exactly one item of a MUX control is selected.');
      }
      asMmResult(() => this.#device.setValues(live.id, [live.muxPins[item]!]));
      return;
    }
    asMmResult(() =>
      this.#device.setValues(
        live.id,
        Array.from({ length: node.channels }, (_, channel) =>
          levelOf(node, channel, values[values.length === 1 ? 0 : channel]!),
        ),
      ),
    );
  }

  /** mixerClose */
  close(): void {
    this.#open = false;
    this.#store.dispose();
  }

  dispose(): void {
    this.close();
  }

  #lineInfo(lineId: number): MixerLineInfo {
    const line = this.#device.lastKnownLine(lineId);
    if (!line) throw invalidLine();
    const present = this.#line(lineId) !== undefined;
    const isSource = lineId < 0xffff0000;
    const destination = lineId & 0xffff;
    return {
      destination,
      source: isSource ? lineId >>> 16 : 0,
      lineId,
      flags:
        ((present ? MIXERLINE_LINEF.ACTIVE : MIXERLINE_LINEF.DISCONNECTED) |
          (isSource ? MIXERLINE_LINEF.SOURCE : 0)) >>>
        0,
      // The contract carries the names; they come from the pin tables.
      componentType: COMPONENT_TYPE[line.component as LineType['component']],
      channels: line.channels,
      connections: isSource ? 0 : this.#device.sourceIndices(destination),
      controls: present ? line.controls.length : 0,
      shortName: truncateName(line.name, NAME_LENGTH.SHORT),
      name: truncateName(line.name, NAME_LENGTH.LONG),
      target: {
        type: TARGET_TYPE[line.target as LineType['target']],
        productName: productName(this.#device),
      },
    };
  }

  #firstLine(matches: (line: MixerLineInfo) => boolean): MixerLineInfo {
    const { destinations } = this.#device;
    for (const line of [...destinations, ...destinations.flatMap(({ sources }) => sources)]) {
      const info = this.#lineInfo(line.id);
      if (matches(info)) return info;
    }
    throw invalidLine();
  }

  /** The line while it is there. */
  #line(lineId: number): MixerDestination | MixerLine | undefined {
    for (const destination of this.#device.destinations) {
      if (destination.id === lineId) return destination;
      const source = destination.sources.find(({ id }) => id === lineId);
      if (source) return source;
    }
    return undefined;
  }

  #controlsOf(lineId: number): MixerControlInfo[] {
    if (!this.#device.lastKnownLine(lineId)) throw invalidLine();
    return (this.#line(lineId)?.controls ?? []).map(({ id }) => controlInfo(this.#live(id)));
  }

  #live(controlId: number): LiveControl {
    const live = this.#device.live(controlId);
    if (!live) throw new MmError('MIXERR_INVALCONTROL', `There is no control ${controlId}.`);
    return live;
  }

  /** The control, when the request's numbers of channels and items fit it. */
  #checked({ controlId, channels, multipleItems = 0 }: DetailsQuery): LiveControl {
    const live = this.#live(controlId);
    const lineChannels = this.#line(live.lineId)?.channels;
    const fits = channels === 1 || channels === live.node.channels || channels === lineChannels;
    if (!fits || multipleItems !== live.muxPins.length) {
      throw new MmError(
        'MMSYSERR_INVALPARAM',
        `Control ${controlId} has ${live.node.channels} channels and ${live.muxPins.length} items, ` +
          `not ${channels} and ${multipleItems}.`,
      );
    }
    return live;
  }

  #listTexts({ node, muxItems }: LiveControl): ListText[] {
    if (node.type !== 'MUX') throw new MmError('MMSYSERR_NOTSUPPORTED', 'The control has no items.');
    return muxItems.map(({ name, lineId }) => {
      const component = (this.#line(lineId)?.component ?? 'SRC_UNDEFINED') as LineType['component'];
      return {
        name: truncateName(name, NAME_LENGTH.LONG),
        param1: lineId,
        param2: COMPONENT_TYPE[component],
      };
    });
  }

  #refuseWhenClosed(): void {
    if (!this.#open) throw new MmError('MMSYSERR_INVALHANDLE', 'The mixer is closed.');
  }
}

function controlInfo(live: LiveControl): MixerControlInfo {
  const { id, lineId, name, node, muxPins } = live;
  const isMux = node.type === 'MUX';
  return {
    lineId,
    controlId: id,
    controlType: CONTROL_TYPE[node.type],
    flags: (node.uniform ? MIXERCONTROL_CONTROLF.UNIFORM : 0) | (isMux ? MIXERCONTROL_CONTROLF.MULTIPLE : 0),
    multipleItems: muxPins.length,
    shortName: truncateName(name, NAME_LENGTH.SHORT),
    name: truncateName(name, NAME_LENGTH.LONG),
    bounds: boundsOf(live),
    steps: isFader(node) ? stepCount(node.range(0)) : 0,
  };
}

/** `Bounds` of a control. */
function boundsOf({ node, muxPins }: LiveControl): MixerControlInfo['bounds'] {
  switch (node.unit) {
    case 'SWITCH':
      return { minimum: 0, maximum: 1 };
    case 'INPUT':
      return { minimum: 0, maximum: Math.max(0, muxPins.length - 1) };
    case 'PEAK':
      return { minimum: -32768, maximum: PEAK_FULL_SCALE };
    default:
      return { minimum: 0, maximum: MIXER_FULL_SCALE };
  }
}

const PEAK_FULL_SCALE = 32767;

/** Controls whose values are a part of their range. */
function isFader({ unit }: NodeControl): boolean {
  return unit === 'LEVEL' || unit === 'FACTOR' || unit === 'PERCENT';
}

function valueOf(node: NodeControl, channel: number): number {
  const value = node.read(channel);
  if (node.unit === 'PEAK') return Math.round(value * PEAK_FULL_SCALE);
  return isFader(node) ? mixerValueOfLevel(value, node.range(channel)) : value;
}

function levelOf(node: NodeControl, channel: number, value: number): number {
  return isFader(node) ? levelOfMixerValue(value, node.range(channel)) : value;
}

function productName(device: MixerDevice): string {
  return truncateName(device.name, NAME_LENGTH.PRODUCT);
}

function needed<Field extends string>(query: { readonly [key in Field]?: number }, field: Field): number {
  const value = query[field];
  if (!Number.isInteger(value)) throw new MmError('MMSYSERR_INVALPARAM', `The query has no ${field}.`);
  return value as number;
}

function invalidLine(): MmError {
  return new MmError('MIXERR_INVALLINE', 'There is no such line.');
}

function unknownSelector(selector: number): MmError {
  return new MmError('MMSYSERR_INVALFLAG', `${selector} is not a selector of this function.`);
}
