/**
 * libADLMIDI, compiled to WebAssembly by libadlmidi-js: the functions of its C interface that are used here. Addresses
 * are in the module's own memory.
 */
export interface AdlMidi {
  /** The module's memory; another object after the memory grew. */
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
  _malloc(bytes: number): number;
  _free(address: number): void;
  UTF8ToString(address: number): string;
  getValue(address: number, type: 'i32'): number;

  /** A synthesizer for a sample rate; 0 when there is no memory. */
  _adl_init(sampleRate: number): number;
  _adl_close(player: number): void;
  /** These answer 0 on success. */
  _adl_switchEmulator(player: number, emulator: number): number;
  _adl_setNumChips(player: number, chips: number): number;
  _adl_setBank(player: number, bank: number): number;
  _adl_setSoftPanEnabled(player: number, enabled: number): void;
  _adl_getBanksCount(): number;
  /** Array of addresses of texts. */
  _adl_getBankNames(): number;
  /** Samples of both channels together are counted, and answered. */
  _adl_generateFormat(
    player: number,
    samples: number,
    left: number,
    right: number,
    audioFormat: number,
  ): number;
  /** One character for each channel of each chip, `-` for a free one, ended by 0. */
  _adl_describeChannels(player: number, text: number, attributes: number, size: number): number;

  _adl_rt_noteOn(player: number, channel: number, key: number, velocity: number): number;
  _adl_rt_noteOff(player: number, channel: number, key: number): void;
  _adl_rt_noteAfterTouch(player: number, channel: number, key: number, pressure: number): void;
  _adl_rt_channelAfterTouch(player: number, channel: number, pressure: number): void;
  _adl_rt_controllerChange(player: number, channel: number, controller: number, value: number): void;
  _adl_rt_patchChange(player: number, channel: number, program: number): void;
  _adl_rt_pitchBendML(player: number, channel: number, msb: number, lsb: number): void;
  _adl_rt_systemExclusive(player: number, message: number, length: number): number;
  _adl_rt_rawOPL3(player: number, chip: number, register: number, value: number): number;
}

/**
 * Emulators of the package's “nuked” build, which has no others. The fast one gives the same samples as Nuked OPL3
 * 1.8 in less than two thirds of its time.
 */
export const EMULATOR = { OPL3: 1, OPL2: 11 } as const;

/** Loads and compiles the library: some 20 ms and 17 MB. Every call gives a module of its own. */
export async function loadAdlMidi(): Promise<AdlMidi> {
  const { AdlMidiCore } = await import('libadlmidi-js/nuked');
  const core = await AdlMidiCore.create();
  return core.module as AdlMidi;
}

/** Names of the embedded banks, as the library gives them. */
export function embeddedBankNames(adl: AdlMidi): string[] {
  const names = adl._adl_getBankNames();
  return Array.from({ length: adl._adl_getBanksCount() }, (_, bank) =>
    adl.UTF8ToString(adl.getValue(names + 4 * bank, 'i32')),
  );
}
