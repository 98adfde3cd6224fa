import type { Event } from '../../../contract/emitter.ts';
import { DisposableStore, type Disposable } from '../../../contract/disposable.ts';
import { STANDARD_FM, type FmChoice } from '../../../contract/fmSynth.ts';
import type { CardMixing } from '../../../contract/services/settings.ts';
import { CLSID, KSNODETYPE } from '../../engine/ks/guid.ts';
import { KSPROPERTY_AUDIO } from '../../engine/ks/properties/audio.ts';
import { KsError } from '../../engine/ks/status.ts';
import type { AdapterDevice } from '../../engine/portcls/adapter.ts';
import type { PortCls } from '../../engine/portcls/portcls.ts';
import { CAPTURE_PIN, CaptureRegisters, CaptureTopologyMiniport } from './captureTopology.ts';
import { CardAdapterPower } from './cardAdapterPower.ts';
import type { CardHardware } from './cardHardware.ts';
import { CAPTURE_SOURCES, CARD_LAYOUTS, CHANNELS } from './cardLayout.ts';
import { CardMeters } from './cardMeters.ts';
import { CardUses } from './cardUses.ts';
import { FM_LINK_PIN, FmSynthMiniport } from './fmSynth.ts';
import { RenderRegisters, RenderTopologyMiniport, SOURCE_PIN } from './renderTopology.ts';
import { WAVE_LINK_PIN, WaveMiniport } from './wave.ts';
import { ADC_LINK_PIN, PCM_IN_PIN, WaveCaptureMiniport } from './waveCapture.ts';
import { SYNTH_LINK_PIN, WavetableMiniport } from './wavetable.ts';

/** What the user chose of the card. */
export interface CardChoices {
  /** Its layout before it first arrives, which then says how it is laid out. */
  mixing(): CardMixing;
  // Of its synthesizers:
  fm(): FmChoice;
  /** The wavetable synthesizer's sound is kept below full scale. */
  limiter(): boolean;
}

/** Of who chose nothing. */
export const STANDARD_CHOICES: CardChoices = {
  mixing: () => 'analog',
  fm: () => STANDARD_FM,
  limiter: () => false,
};

export const SOUND_CARD_ID = 'soundCard';
/** The subdevice whose jack is the output. */
export const OUTPUT_NAME = 'TopologyRender';
/** The subdevices that play notes. */
export const WAVETABLE_NAME = 'Wavetable';
export const FM_NAME = 'FmSynth';
/** The subdevice that plays waves. */
export const WAVE_NAME = 'Wave';
/** The subdevice that records, and the one before it with the jacks and the switch. */
export const CAPTURE_NAME = 'WaveCapture';
export const CAPTURE_TOPOLOGY_NAME = 'TopologyCapture';

/**
 * The built-in card's adapter driver. The card always exists: it is there before an output was opened, and when the
 * hardware behind it is lost it goes and comes back as a surprise removal and an arrival, with its levels kept.
 */
export class SoundCard implements Disposable {
  readonly adapter: AdapterDevice;
  readonly #portCls: PortCls;
  readonly #hardware: CardHardware;
  readonly #choices: CardChoices;
  readonly #registers: RenderRegisters;
  readonly #meters: CardMeters;
  readonly #captureRegisters: CaptureRegisters;
  readonly #captureMeters: CardMeters;
  readonly #store = new DisposableStore();
  /** Signal paths inside the card that keep its subdevices awake. */
  readonly uses: CardUses;
  #mixing: CardMixing;

  /** `choices` are asked whenever a client opens a synthesizer. */
  constructor(portCls: PortCls, hardware: CardHardware, choices: CardChoices = STANDARD_CHOICES) {
    this.#portCls = portCls;
    this.#hardware = hardware;
    this.#choices = choices;
    this.#registers = new RenderRegisters(hardware);
    this.#meters = this.#store.add(new CardMeters(hardware, CHANNELS));
    this.#captureRegisters = new CaptureRegisters(hardware);
    this.#captureMeters = this.#store.add(
      new CardMeters(
        {
          onMeters: hardware.onCaptureMeters,
          setMetering: (on) => hardware.setCaptureMetering(on),
        },
        CHANNELS,
      ),
    );
    this.uses = this.#store.add(
      new CardUses(this.#registers, this.#captureRegisters, {
        render: `${SOUND_CARD_ID}/${OUTPUT_NAME}`,
        capture: `${SOUND_CARD_ID}/${CAPTURE_TOPOLOGY_NAME}`,
        recording: { subdevice: `${SOUND_CARD_ID}/${CAPTURE_NAME}`, pinId: PCM_IN_PIN },
      }),
    );
    this.adapter = portCls.addAdapterDevice({ id: SOUND_CARD_ID, name: 'Pinwheel card', maxObjects: 8 });
    this.adapter.power.register(new CardAdapterPower(hardware));
    this.#mixing = choices.mixing();
    this.#startDevice();
    this.adapter.registerPnpManagement({
      getSupportedRebalanceType: () => 'PcRebalanceRemoveSubdevices',
      pnpQueryStop: () => undefined,
      pnpCancelStop: () => undefined,
      // Its resource is the output device; where none is open there is nothing to wait for.
      pnpStop: () => (hardware.present ? hardware.reopen() : this.#startDevice()),
    });
    this.#store.add(hardware.onRemoved(({ message }) => this.adapter.removeAll(message)));
    this.#store.add(hardware.onArrived(({ mixing }) => this.#arrived(mixing)));
  }

  #arrived(mixing: CardMixing): void {
    if (mixing !== this.#mixing) this.adapter.removeAll('The card is laid out anew.');
    this.#mixing = mixing;
    if (this.adapter.subdevices.length === 0) this.#startDevice();
  }

  /** StartDevice: port and miniport of every subdevice, then the wires between them. Specification 7.1. */
  #startDevice(): void {
    const layout = CARD_LAYOUTS[this.#mixing];
    const topology = this.#portCls.newPort(CLSID.PortTopology);
    this.adapter.installSubdevice(
      OUTPUT_NAME,
      topology,
      new RenderTopologyMiniport(this.#hardware, layout, this.#registers, this.#meters),
    );
    const dmus = this.#portCls.newPort(CLSID.PortDMus);
    this.adapter.installSubdevice(
      WAVETABLE_NAME,
      dmus,
      new WavetableMiniport(this.#hardware, layout.wire, this.#choices.limiter),
    );
    this.adapter.registerPhysicalConnection({
      fromSubdevice: WAVETABLE_NAME,
      fromPin: SYNTH_LINK_PIN,
      toSubdevice: OUTPUT_NAME,
      toPin: SOURCE_PIN('synth'),
    });
    const midi = this.#portCls.newPort(CLSID.PortMidi);
    this.adapter.installSubdevice(
      FM_NAME,
      midi,
      new FmSynthMiniport(this.#hardware, layout.wire, this.#choices.fm),
    );
    this.adapter.registerPhysicalConnection({
      fromSubdevice: FM_NAME,
      fromPin: FM_LINK_PIN,
      toSubdevice: OUTPUT_NAME,
      toPin: SOURCE_PIN('fm'),
    });
    const wave = this.#portCls.newPort(CLSID.PortWaveRT);
    this.adapter.installSubdevice(WAVE_NAME, wave, new WaveMiniport(this.#hardware, layout.wire));
    this.adapter.registerPhysicalConnection({
      fromSubdevice: WAVE_NAME,
      fromPin: WAVE_LINK_PIN,
      toSubdevice: OUTPUT_NAME,
      toPin: SOURCE_PIN('wave'),
    });
    this.#startCapture();
  }

  /** Apart from the render side, so that either sleeps while the other works. Specification 9.5. */
  #startCapture(): void {
    const topology = this.#portCls.newPort(CLSID.PortTopology);
    this.adapter.installSubdevice(
      CAPTURE_TOPOLOGY_NAME,
      topology,
      new CaptureTopologyMiniport(this.#hardware, this.#captureRegisters, this.#captureMeters),
    );
    const wave = this.#portCls.newPort(CLSID.PortWaveRT);
    this.adapter.installSubdevice(CAPTURE_NAME, wave, new WaveCaptureMiniport(this.#hardware));
    this.adapter.registerPhysicalConnection({
      fromSubdevice: CAPTURE_TOPOLOGY_NAME,
      fromPin: CAPTURE_PIN,
      toSubdevice: CAPTURE_NAME,
      toPin: ADC_LINK_PIN,
    });
  }

  /** Which input the capture switch is at, by its id in the layout. */
  get captureInput(): string {
    return CAPTURE_SOURCES[this.#captureRegisters.source]!.input;
  }

  /** Switches, as a client of the topology filter does. @throws KsError while the card is not there */
  set captureInput(input: string) {
    const filter = this.adapter.subdevice(CAPTURE_TOPOLOGY_NAME)?.filter;
    if (!filter) throw new KsError('STATUS_DEVICE_NOT_READY', 'The card is not present.');
    const mux = filter.descriptor.nodes.findIndex(({ type }) => type === KSNODETYPE.MUX);
    const pin = 1 + CAPTURE_SOURCES.findIndex((source) => source.input === input);
    filter.set(KSPROPERTY_AUDIO.MUX_SOURCE, undefined, pin, mux);
  }

  /** The capture switch is at another input. */
  get onCaptureInput(): Event<void> {
    return this.#captureRegisters.onSource;
  }

  dispose(): void {
    this.#store.dispose();
    this.#portCls.removeAdapterDevice(this.adapter);
  }
}
