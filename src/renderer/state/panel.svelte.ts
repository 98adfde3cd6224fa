/** Everything the components share: one object, made at start and handed down by context. */
import { createContext } from 'svelte';
import type { PinwheelBridge } from '../../contract/rpc/panelBridge.ts';
import { MeterLoop } from '../components/meter/meterLoop.ts';
import type { OpenTransport } from '../transport/chooseTransport.ts';
import { AppStore } from './app.svelte.ts';
import { DevicesStore } from './devices.svelte.ts';
import { EndpointsStore } from './endpoints.svelte.ts';
import { routeFrames } from './frames.svelte.ts';
import { HotkeysStore } from './hotkeys.svelte.ts';
import { KeyboardStore } from './keyboard.svelte.ts';
import { Link } from './link.svelte.ts';
import { MidiStore } from './midi.svelte.ts';
import { MidiMonitorStore } from './midiMonitor.svelte.ts';
import { MixerStore } from './mixer.svelte.ts';
import { NoticesStore } from './notices.svelte.ts';
import { PowerStore } from './power.svelte.ts';
import { ProfilesStore } from './profiles.svelte.ts';
import { PlayerStore } from './player.svelte.ts';
import { RecorderStore } from './recorder.svelte.ts';
import { SettingsStore, type PanelName } from './settings.svelte.ts';
import { StripsStore } from './strips.svelte.ts';
import { SynthStore } from './synth.svelte.ts';
import { TopologyStore } from './topology.svelte.ts';
import { TraceStore } from './trace.svelte.ts';

export type PlayerView = 'queue' | 'channels' | 'words' | 'monitor' | 'sounds' | 'recorder';

export class Panel {
  readonly link: Link;
  readonly app: AppStore;
  readonly devices: DevicesStore;
  readonly endpoints: EndpointsStore;
  readonly hotkeys: HotkeysStore;
  readonly keyboard: KeyboardStore;
  readonly midi: MidiStore;
  readonly midiMonitor: MidiMonitorStore;
  readonly mixer: MixerStore;
  readonly player: PlayerStore;
  readonly power: PowerStore;
  readonly profiles: ProfilesStore;
  readonly recorder: RecorderStore;
  readonly settings: SettingsStore;
  readonly strips: StripsStore;
  readonly synth: SynthStore;
  readonly topology: TopologyStore;
  readonly trace: TraceStore;
  readonly notices: NoticesStore;
  readonly meters = new MeterLoop();
  shown = $state<PanelName>('mixer');
  /** What the player's panel shows. */
  playerView = $state<PlayerView>('queue');
  /** The piano keys below it. In a low window the queue needs the room. */
  keysShown = $state(window.innerHeight >= 640);
  overlay = $state<'none' | 'palette' | 'keys'>('none');
  readonly connected: boolean = $derived.by(() => this.link.phase === 'connected');
  #navigated = false;
  #filePicker: (() => void) | undefined;
  #outputPicker: (() => void) | undefined;

  /** `shell`: what the desktop shell gives the panel; undefined in a browser. */
  constructor(open: OpenTransport, shell?: Pick<PinwheelBridge, 'pathOf' | 'dragRecording'>) {
    this.link = new Link(open);
    this.app = new AppStore(this.link);
    this.notices = new NoticesStore(this.link, this.app);
    this.devices = new DevicesStore(this.link);
    this.strips = new StripsStore(this.link, this.notices.report);
    this.mixer = new MixerStore(
      this.link,
      this.notices.report,
      (deviceId, key) => this.strips.look(deviceId, key).name,
    );
    this.player = new PlayerStore(this.link, shell?.pathOf);
    this.hotkeys = new HotkeysStore(this.link);
    this.keyboard = new KeyboardStore(
      this.link,
      () => ({ synth: this.player.state.synth, output: this.player.state.output }),
      this.notices.report,
    );
    this.midi = new MidiStore(this.link, this.notices.report);
    this.midiMonitor = new MidiMonitorStore(this.link);
    this.recorder = new RecorderStore(this.link, shell?.dragRecording);
    this.synth = new SynthStore(this.link);
    this.topology = new TopologyStore(this.link, this.notices.report);
    this.trace = new TraceStore(this.link, this.notices.report);
    this.power = new PowerStore(this.link, this.notices.report);
    this.profiles = new ProfilesStore(this.link, this.notices.report);
    this.endpoints = new EndpointsStore(this.link, this.notices.report);
    this.settings = new SettingsStore(this.link, (settings) => {
      if (!this.#navigated) this.shown = settings.panel;
    });
    this.shown = this.settings.current.panel;
    routeFrames(this.link, this.meters, this.player);
    this.link.retry();
  }

  show(panel: PanelName): void {
    this.#navigated = true;
    if (this.shown === panel) return;
    this.shown = panel;
    this.settings.set({ panel }).catch(this.notices.report);
  }

  /** The frame owns the hidden file input and the output picker; actions all over the panel open them. */
  offer(pickers: { files: () => void; output: () => void }): void {
    this.#filePicker = pickers.files;
    this.#outputPicker = pickers.output;
  }

  chooseFiles = (): void => this.#filePicker?.();
  chooseOutput = (): void => this.#outputPicker?.();

  /** Shows what is asked of an object, named as the trace names its targets. */
  findInTrace(object: string): void {
    this.trace.find(object);
    this.show('trace');
  }

  /** Shows an element of the topology, with everything around it. */
  showInTopology(element: string): void {
    const { view } = this.topology;
    view.selected = view.focused = element;
    view.viewport = undefined;
    view.showAll();
    this.show('topology');
  }

  selectOutput(id: string): void {
    this.devices.select(id).catch(this.notices.report);
  }
}

export const [getPanel, setPanel] = createContext<Panel>();
