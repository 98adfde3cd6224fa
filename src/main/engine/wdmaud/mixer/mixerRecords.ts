/** What the classic mixer functions answer, and what they are asked with. Specification 6.5. */

/** MIXERCAPS */
export interface MixerCaps {
  readonly productName: string;
  /** Destination indices, from 0. */
  readonly destinations: number;
}

/** MIXERLINE */
export interface MixerLineInfo {
  readonly destination: number;
  /** Source index; 0 for a destination. */
  readonly source: number;
  readonly lineId: number;
  /** `MIXERLINE_LINEF` bits. */
  readonly flags: number;
  readonly componentType: number;
  readonly channels: number;
  /** Source indices of a destination. */
  readonly connections: number;
  readonly controls: number;
  readonly shortName: string;
  readonly name: string;
  readonly target: { readonly type: number; readonly productName: string };
}

/** MIXERCONTROL */
export interface MixerControlInfo {
  readonly lineId: number;
  readonly controlId: number;
  readonly controlType: number;
  /** `MIXERCONTROL_CONTROLF` bits. */
  readonly flags: number;
  /** Inputs of a MUX, 0 for every other control. */
  readonly multipleItems: number;
  readonly shortName: string;
  readonly name: string;
  readonly bounds: { readonly minimum: number; readonly maximum: number };
  readonly steps: number;
}

/** MIXERCONTROLDETAILS_LISTTEXT of a MUX item: `param1` is the source line's id, `param2` its component type. */
export interface ListText {
  readonly name: string;
  readonly param1: number;
  readonly param2: number;
}

/** The fields of MIXERLINE a query of line info reads, by selector. */
export interface LineQuery {
  readonly destination?: number;
  readonly source?: number;
  readonly lineId?: number;
  readonly componentType?: number;
  readonly target?: { readonly type: number; readonly productName?: string };
}

/** The fields of MIXERLINECONTROLS a query reads, by selector. */
export interface ControlsQuery {
  readonly lineId?: number;
  readonly controlId?: number;
  readonly controlType?: number;
}

/** MIXERCONTROLDETAILS */
export interface DetailsQuery {
  readonly controlId: number;
  /** 1 to treat all channels as one, or the channels of the line. */
  readonly channels: number;
  /** `multipleItems` of the control. */
  readonly multipleItems?: number;
}
