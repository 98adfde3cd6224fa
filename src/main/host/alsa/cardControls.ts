import type {
  AlsaCard,
  AlsaElement,
  AlsaElementType,
  AlsaPcm,
  AlsaScale,
} from '../../../contract/alsaHardware.ts';
import type { AlsaChanges, AlsaControls } from './backend.ts';
import type { LibAsound, Pointer } from './libasound.ts';
import { readTlv } from './tlv.ts';

/** SND_CTL_NONBLOCK */
const NON_BLOCKING = 1;
const EAGAIN = 11;

/** snd_ctl_elem_type_t */
const TYPES: Readonly<Record<number, AlsaElementType>> = {
  1: 'boolean',
  2: 'integer',
  3: 'enumerated',
  4: 'bytes',
  5: 'iec958',
  6: 'integer64',
};
/** The channel status of S/PDIF, which is what of an IEC958 element is of interest. */
const IEC958_STATUS_BYTES = 24;

/** SND_CTL_EVENT_ELEM */
const ELEMENT_EVENT = 0;
/** SND_CTL_EVENT_MASK_* */
const MASK_REMOVE = 0xffffffff;
const MASK_VALUE = 1;
const MASK_INFO = 2;
const MASK_ADD = 4;
const MASK_TLV = 8;

const STREAM = { playback: 0, capture: 1 } as const;
const TLV_WORDS = 1024;

/** One card's control device: its elements read, written and watched. @throws Error for whatever ALSA refuses */
export class CardControls implements AlsaControls {
  readonly #alsa: LibAsound;
  readonly #card: number;
  readonly #ctl: Pointer;
  readonly #event: Pointer;
  readonly #value: Pointer;
  readonly #types = new Map<number, { type: AlsaElementType; count: number }>();

  constructor(alsa: LibAsound, card: number) {
    this.#alsa = alsa;
    this.#card = card;
    this.#ctl = this.#made((slot) => alsa.snd_ctl_open(slot, `hw:${card}`, NON_BLOCKING));
    this.#event = this.#made((slot) => alsa.snd_ctl_event_malloc(slot));
    this.#value = this.#made((slot) => alsa.snd_ctl_elem_value_malloc(slot));
    const code = alsa.snd_ctl_subscribe_events(this.#ctl, 1);
    if (code >= 0) return;
    // Gone since it was opened.
    this.dispose();
    this.#checked(code);
  }

  /** Readable when there are changes, and when the card is gone. */
  get descriptor(): number {
    const pollfd = Buffer.alloc(8);
    this.#checked(this.#alsa.snd_ctl_poll_descriptors(this.#ctl, pollfd, 1));
    return pollfd.readInt32LE();
  }

  describe(): AlsaCard {
    const alsa = this.#alsa;
    const info = this.#made((slot) => alsa.snd_ctl_card_info_malloc(slot));
    try {
      this.#checked(alsa.snd_ctl_card_info(this.#ctl, info));
      return {
        index: this.#card,
        id: alsa.snd_ctl_card_info_get_id(info),
        name: alsa.snd_ctl_card_info_get_name(info),
        longName: alsa.snd_ctl_card_info_get_longname(info),
        driver: alsa.snd_ctl_card_info_get_driver(info),
        elements: this.#numids().flatMap((numid) => this.#element(numid) ?? []),
        pcms: this.#pcms(),
      };
    } finally {
      alsa.snd_ctl_card_info_free(info);
    }
  }

  read(numid: number): number[] {
    const alsa = this.#alsa;
    const value = this.#value;
    const { type, count } = this.#known(numid);
    alsa.snd_ctl_elem_value_set_numid(value, numid);
    this.#checked(alsa.snd_ctl_elem_read(this.#ctl, value));
    const read = {
      boolean: alsa.snd_ctl_elem_value_get_boolean,
      integer: alsa.snd_ctl_elem_value_get_integer,
      integer64: alsa.snd_ctl_elem_value_get_integer64,
      enumerated: alsa.snd_ctl_elem_value_get_enumerated,
      bytes: alsa.snd_ctl_elem_value_get_byte,
      iec958: alsa.snd_ctl_elem_value_get_byte,
    }[type];
    return Array.from({ length: count }, (_, index) => Number(read(value, index)));
  }

  write(numid: number, values: readonly number[]): void {
    const alsa = this.#alsa;
    const value = this.#value;
    const { type, count } = this.#known(numid);
    if (values.length !== count) throw new Error(`it has ${count} values, not ${values.length}`);
    const write = {
      boolean: alsa.snd_ctl_elem_value_set_boolean,
      integer: alsa.snd_ctl_elem_value_set_integer,
      integer64: alsa.snd_ctl_elem_value_set_integer64,
      enumerated: alsa.snd_ctl_elem_value_set_enumerated,
      bytes: alsa.snd_ctl_elem_value_set_byte,
      iec958: alsa.snd_ctl_elem_value_set_byte,
    }[type];
    alsa.snd_ctl_elem_value_set_numid(value, numid);
    // What is behind the values belongs to the element as well.
    if (type === 'iec958') this.#checked(alsa.snd_ctl_elem_read(this.#ctl, value));
    values.forEach((each, index) => write(value, index, each));
    this.#checked(alsa.snd_ctl_elem_write(this.#ctl, value));
  }

  changes(): AlsaChanges {
    const alsa = this.#alsa;
    const numids = new Set<number>();
    let elements = false;
    for (;;) {
      const code = alsa.snd_ctl_read(this.#ctl, this.#event);
      if (code === -EAGAIN || code === 0) return { numids, elements };
      this.#checked(code);
      if (alsa.snd_ctl_event_get_type(this.#event) !== ELEMENT_EVENT) continue;
      const mask = alsa.snd_ctl_event_elem_get_mask(this.#event);
      if (mask === MASK_REMOVE || mask & (MASK_ADD | MASK_INFO | MASK_TLV)) elements = true;
      else if (mask & MASK_VALUE) numids.add(alsa.snd_ctl_event_elem_get_numid(this.#event));
    }
  }

  dispose(): void {
    const alsa = this.#alsa;
    alsa.snd_ctl_event_free(this.#event);
    alsa.snd_ctl_elem_value_free(this.#value);
    alsa.snd_ctl_close(this.#ctl);
  }

  #numids(): number[] {
    const alsa = this.#alsa;
    const list = this.#made((slot) => alsa.snd_ctl_elem_list_malloc(slot));
    try {
      this.#checked(alsa.snd_ctl_elem_list(this.#ctl, list));
      this.#checked(alsa.snd_ctl_elem_list_alloc_space(list, alsa.snd_ctl_elem_list_get_count(list)));
      this.#checked(alsa.snd_ctl_elem_list(this.#ctl, list));
      return Array.from({ length: alsa.snd_ctl_elem_list_get_used(list) }, (_, index) =>
        alsa.snd_ctl_elem_list_get_numid(list, index),
      );
    } finally {
      alsa.snd_ctl_elem_list_free_space(list);
      alsa.snd_ctl_elem_list_free(list);
    }
  }

  /** Undefined for an element that went away since it was listed, or whose values nobody knows. */
  #element(numid: number): AlsaElement | undefined {
    const alsa = this.#alsa;
    const info = this.#made((slot) => alsa.snd_ctl_elem_info_malloc(slot));
    try {
      alsa.snd_ctl_elem_info_set_numid(info, numid);
      if (alsa.snd_ctl_elem_info(this.#ctl, info) < 0) return undefined;
      const type = TYPES[alsa.snd_ctl_elem_info_get_type(info)];
      if (!type) return undefined;
      const count = type === 'iec958' ? IEC958_STATUS_BYTES : alsa.snd_ctl_elem_info_get_count(info);
      this.#types.set(numid, { type, count });
      const readable = alsa.snd_ctl_elem_info_is_readable(info) !== 0;
      const bounds = this.#bounds(info, type);
      return {
        numid,
        iface: alsa.snd_ctl_elem_iface_name(alsa.snd_ctl_elem_info_get_interface(info)),
        name: alsa.snd_ctl_elem_info_get_name(info),
        index: alsa.snd_ctl_elem_info_get_index(info),
        device: alsa.snd_ctl_elem_info_get_device(info),
        subdevice: alsa.snd_ctl_elem_info_get_subdevice(info),
        type,
        readable,
        writable: alsa.snd_ctl_elem_info_is_writable(info) !== 0,
        count,
        ...bounds,
        scale: alsa.snd_ctl_elem_info_is_tlv_readable(info) ? this.#scale(numid, bounds) : [],
        values: readable ? this.#readOrNothing(numid) : [],
        items: type === 'enumerated' ? this.#items(info) : [],
      };
    } finally {
      alsa.snd_ctl_elem_info_free(info);
    }
  }

  #bounds(info: Pointer, type: AlsaElementType): Pick<AlsaElement, 'minimum' | 'maximum' | 'step'> {
    const alsa = this.#alsa;
    switch (type) {
      case 'boolean':
        return { minimum: 0, maximum: 1, step: 1 };
      case 'integer':
        return {
          minimum: Number(alsa.snd_ctl_elem_info_get_min(info)),
          maximum: Number(alsa.snd_ctl_elem_info_get_max(info)),
          step: Number(alsa.snd_ctl_elem_info_get_step(info)),
        };
      case 'integer64':
        return {
          minimum: Number(alsa.snd_ctl_elem_info_get_min64(info)),
          maximum: Number(alsa.snd_ctl_elem_info_get_max64(info)),
          step: Number(alsa.snd_ctl_elem_info_get_step64(info)),
        };
      case 'enumerated':
        return { minimum: 0, maximum: alsa.snd_ctl_elem_info_get_items(info) - 1, step: 1 };
      default:
        return { minimum: 0, maximum: 255, step: 1 };
    }
  }

  #items(info: Pointer): string[] {
    const alsa = this.#alsa;
    return Array.from({ length: alsa.snd_ctl_elem_info_get_items(info) }, (_, item) => {
      alsa.snd_ctl_elem_info_set_item(info, item);
      this.#checked(alsa.snd_ctl_elem_info(this.#ctl, info));
      return alsa.snd_ctl_elem_info_get_item_name(info);
    });
  }

  #scale(numid: number, { minimum, maximum }: Pick<AlsaElement, 'minimum' | 'maximum'>): AlsaScale[] {
    const alsa = this.#alsa;
    const id = this.#made((slot) => alsa.snd_ctl_elem_id_malloc(slot));
    try {
      alsa.snd_ctl_elem_id_set_numid(id, numid);
      const words = new Int32Array(TLV_WORDS);
      const code = alsa.snd_ctl_elem_tlv_read(this.#ctl, id, words, words.byteLength);
      return code < 0 ? [] : readTlv(words, minimum, maximum);
    } finally {
      alsa.snd_ctl_elem_id_free(id);
    }
  }

  #readOrNothing(numid: number): number[] {
    try {
      return this.read(numid);
    } catch {
      // A driver may refuse what belongs to a stream that nobody plays.
      return [];
    }
  }

  #pcms(): AlsaPcm[] {
    const alsa = this.#alsa;
    const info = this.#made((slot) => alsa.snd_pcm_info_malloc(slot));
    const pcms: AlsaPcm[] = [];
    const has = (device: number, stream: number): boolean => {
      alsa.snd_pcm_info_set_device(info, device);
      alsa.snd_pcm_info_set_subdevice(info, 0);
      alsa.snd_pcm_info_set_stream(info, stream);
      return alsa.snd_ctl_pcm_info(this.#ctl, info) >= 0;
    };
    try {
      const device: [number] = [-1];
      for (;;) {
        if (alsa.snd_ctl_pcm_next_device(this.#ctl, device) < 0 || device[0] < 0) return pcms;
        const [playback, capture] = [has(device[0], STREAM.playback), has(device[0], STREAM.capture)];
        // What was asked for last and not found has no name.
        if (playback && !capture) has(device[0], STREAM.playback);
        const name = alsa.snd_pcm_info_get_name(info);
        if (playback || capture) pcms.push({ device: device[0], name, playback, capture });
      }
    } finally {
      alsa.snd_pcm_info_free(info);
    }
  }

  #known(numid: number): { type: AlsaElementType; count: number } {
    const known = this.#types.get(numid);
    if (!known) throw new Error(`there is no element ${numid}`);
    return known;
  }

  #made(make: (slot: [Pointer]) => number): Pointer {
    const slot: [Pointer] = [null];
    this.#checked(make(slot));
    return slot[0];
  }

  #checked(code: number): void {
    if (code < 0) throw new Error(this.#alsa.snd_strerror(code));
  }
}
