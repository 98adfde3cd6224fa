import * as v from 'valibot';
import { DisposableStore } from '../contract/disposable.ts';
import { PinwheelError, type ErrorRecord } from '../contract/errors.ts';
import { STANDARD_FM } from '../contract/fmSynth.ts';
import type { Served } from '../contract/rpc/server.ts';
import type { AppState, Notice } from '../contract/services/app.ts';
import type { Implementations } from '../contract/services/index.ts';
import type { InstrumentTarget } from '../contract/services/keyboard.ts';
import type { Settings } from '../contract/services/settings.ts';
import { UNKNOWN_COST } from '../contract/services/power.ts';
import type { PlayerSynth } from '../contract/services/player.ts';
import { recorderInputSchema } from '../contract/services/recorder.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { cardDescription } from './adapters/soundCard/cardLayout.ts';
import { AlsaCards } from './adapters/alsa/alsaCards.ts';
import { Endpoints } from './adapters/endpoints/endpoints.ts';
import { MIDI_PORTS_ID, MidiPorts } from './adapters/midiPorts/midiPorts.ts';
import { MidiUses } from './adapters/midiPorts/midiUses.ts';
import {
  SOUND_CARD_ID,
  SoundCard,
  WAVETABLE_NAME,
  type CardChoices,
} from './adapters/soundCard/soundCard.ts';
import { MIDI_OUT_PIN } from './adapters/soundCard/wavetable.ts';
import { WaveFiles } from './decoding/waveFiles.ts';
import { offerBuiltInMiniports } from './engine/portcls/miniports/builtIn.ts';
import { KSMUSIC_TECHNOLOGY } from './engine/ks/format.ts';
import type { Guid } from './engine/ks/guid.ts';
import { PortCls } from './engine/portcls/portcls.ts';
import { formatOfRecord } from './engine/portcls/wave/pcmFormats.ts';
import { PowerPolicy } from './engine/power/powerPolicy.ts';
import { joinUses } from './engine/power/powerUses.ts';
import { SysAudio } from './engine/sysaudio/sysAudio.ts';
import { MidiClient } from './engine/wdmaud/midiClient.ts';
import { WaveInClient } from './engine/wdmaud/waveInClient.ts';
import { WaveClient } from './engine/wdmaud/waveClient.ts';
import { AlsaHardware, type AlsaHostFactory } from './hardware/alsa/alsaHardware.ts';
import { cardsPlayedOn } from './hardware/alsa/openPcms.ts';
import { CaptureInputs } from './hardware/captureInputs.ts';
import type { HostFactory } from './hardware/hostPort.ts';
import { MidiHardware, type MidiHostFactory } from './hardware/midi/midiHardware.ts';
import { SoundHardware } from './hardware/soundHardware.ts';
import { NO_SPDIF } from './hardware/spdif/spdifOutput.ts';
import { openSoundSystem } from './hardware/soundSystem.ts';
import { heard } from './logging/hostLines.ts';
import { limitedLog } from './logging/limitedLog.ts';
import { Logging, NO_SINK, parseLogLevels } from './logging/logging.ts';
import { logProgram } from './logging/logProgram.ts';
import { stackOf } from './logging/processFaults.ts';
import { ChannelTest } from './player/channelTest.ts';
import { Player } from './player/player.ts';
import { Actions } from './services/actions/actions.ts';
import { diagnosticsText } from './services/diagnostics.ts';
import { AppService } from './services/appService.ts';
import { arrangementServiceImplementation } from './services/arrangementService.ts';
import { devicesServiceImplementation } from './services/devicesService.ts';
import { EndpointsService } from './services/endpointsService.ts';
import { FirstUse } from './services/firstUse.ts';
import { FrameHub } from './services/frameHub.ts';
import { KeyboardService } from './services/midi/keyboardService.ts';
import { HotkeysService, type Shortcuts } from './services/hotkeysService.ts';
import { MidiInputs } from './services/midi/midiInputs.ts';
import { MidiService } from './services/midi/midiService.ts';
import { SynthRoutes } from './services/midi/synthRoutes.ts';
import { MixerService } from './services/mixerService.ts';
import { ProfilesService } from './services/profilesService.ts';
import { systemPower, type SystemPower } from './services/power/systemPower.ts';
import { cardCost } from './services/power/cardCosts.ts';
import { PowerService } from './services/powerService.ts';
import { ProgramMemory } from './services/programMemory.ts';
import { RecorderService } from './services/recorderService.ts';
import { stripsServiceImplementation } from './services/stripsService.ts';
import { AddedBanks } from './services/synth/addedBanks.ts';
import { SynthService } from './services/synth/synthService.ts';
import { TopologyService } from './services/topologyService.ts';
import { TraceService } from './services/traceService.ts';
import type { AppPaths } from './settings/appPaths.ts';
import { ProfileStore } from './settings/profileStore.ts';
import { newRecording, recordingsFolder } from './settings/recordingsFolder.ts';
import { SettingsStore, settingsServiceImplementation } from './settings/settingsStore.ts';
import { StateStore } from './settings/stateStore.ts';

/** What a pin says of itself that the player's choice means. */
const TECHNOLOGIES: Readonly<Record<PlayerSynth, Guid>> = {
  dls: KSMUSIC_TECHNOLOGY.WAVETABLE,
  fm: KSMUSIC_TECHNOLOGY.FMSYNTH,
};

export interface PinwheelOptions {
  shell: AppState['shell'];
  paths: AppPaths;
  /** Starts a device host. */
  hostFactory: HostFactory;
  /** Starts a MIDI host. */
  midiHostFactory: MidiHostFactory;
  /** Starts an ALSA host. */
  alsaHostFactory: AlsaHostFactory;
  /** Whether the system's MIDI ports are looked for. */
  midi: boolean;
  /** False: the card and its levels are there, but no output is opened. */
  sound: boolean;
  /** Where the panel can be opened in a browser. */
  panelUrl?: () => string | null;
  /** The system's keys; none in a shell that cannot have them. */
  shortcuts?: Shortcuts;
  /** Brings the panel's window in front, in a shell that has one. */
  openPanel?: () => void;
  /** Where what happens is written; nowhere without one. */
  logging?: Logging;
  /** Ends the program; the services' `quit`. */
  quit(): void;
}

/** The whole program without a shell around it. */
export interface Pinwheel {
  readonly served: Served;
  readonly version: string;
  /** What keys and the tray do. */
  readonly actions: Actions;
  /** What a developer needs to know, without names of people and files. */
  diagnostics(): Promise<string>;
  /** Told by the shell what the machine's own power does. */
  readonly systemPower: SystemPower;
  /** Shows a banner: for what the shell around the program has to say. */
  addNotice(notice: Notice): void;
  /**
   * Opens the output. Resolves when the card plays, at the latest on the null device, or when `stop` is aborted. Apart
   * from creating, so that an instance can make sure to be the only one before it takes the device.
   */
  start(stop?: AbortSignal): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * Composes the program: stores, sound hardware, engine, adapters, services. Every shell calls it once. Long, because all of
 * the wiring is to be seen in one place; it decides nothing.
 */
export async function createPinwheel(options: PinwheelOptions): Promise<Pinwheel> {
  const version = packageJson.version;
  const logging = options.logging ?? new Logging(NO_SINK);
  const store = new DisposableStore();
  const device = limitedLog(logging.part('hardware'));
  const [settings, profiles, state] = await Promise.all([
    SettingsStore.open(options.paths),
    ProfileStore.open(options.paths),
    StateStore.open(options.paths),
  ]);

  const soundSystem = store.add(openSoundSystem({ sound: options.sound, tell: device.warn }));
  const hardware = new SoundHardware({
    hostFactory: heard(options.hostFactory, logging.part('device host')),
    heldLevels: state,
    ...soundSystem.views,
  });
  hardware.setSpdif(settings.get().spdifOutput ?? NO_SPDIF);
  hardware.keepBank(settings.get().power?.keepBank ?? false);
  const portCls = store.add(new PortCls({ masterClock: hardware }));
  offerBuiltInMiniports(portCls);
  const mixing = () => settings.get().mixing ?? 'analog';
  const choices: CardChoices = {
    mixing,
    fm: () => {
      const { fmChip, fmBank } = settings.get();
      return { chip: fmChip ?? STANDARD_FM.chip, bank: fmBank ?? STANDARD_FM.bank };
    },
    limiter: () => settings.get().limiter ?? false,
  };
  const card = store.add(new SoundCard(portCls, hardware, choices));
  const { microphone = 'default', aux = 'default' } = settings.get();
  const captureInputs = store.add(new CaptureInputs(soundSystem.server, hardware, { microphone, aux }));
  const alsaHardware = new AlsaHardware({
    hostFactory: heard(options.alsaHostFactory, logging.part('ALSA host')),
    onPcms: soundSystem.onPcms,
  });
  const alsaCards = store.add(new AlsaCards(portCls, alsaHardware));
  const endpoints = store.add(new Endpoints(portCls, soundSystem.server, alsaCards));
  store.add(
    new ProgramMemory({
      server: soundSystem.server,
      programs: endpoints,
      memory: state,
      enabled: () => settings.get().rememberPrograms ?? true,
      isOwn: (processId) => hardware.isHost(processId),
    }),
  );
  store.add(
    new FirstUse({
      onArrived: hardware.onArrived,
      async cardsInUse() {
        await alsaHardware.ready();
        return cardsPlayedOn((processId) => hardware.isHost(processId));
      },
      cards: alsaCards,
      onFailure: (error) => device.warn(`a card may be muted: ${PinwheelError.recordOf(error).message}`),
      memory: state,
    }),
  );
  const midiHardware = new MidiHardware({
    hostFactory: heard(options.midiHostFactory, logging.part('MIDI host')),
    masterClock: hardware,
  });
  const midiPorts = store.add(new MidiPorts(portCls, midiHardware));
  const midiInputs = store.add(new MidiInputs(portCls, MIDI_PORTS_ID, hardware));
  const openSynth = (synth: PlayerSynth, client: string) =>
    MidiClient.openSynthesizer(portCls, TECHNOLOGIES[synth], { client });
  const openInstrument = ({ synth, output }: InstrumentTarget, client: string) =>
    output === null ? openSynth(synth, client) : midiPorts.openClient(output, { client });
  const synthRoutes = store.add(
    new SynthRoutes({
      inputs: midiInputs,
      openClient: (synth) => openSynth(synth, 'MIDI route'),
      onArrived: hardware.onArrived,
    }),
  );
  const sysAudio = store.add(new SysAudio(portCls));
  const uses = joinUses(card.uses, new MidiUses(midiHardware));
  // The system's own devices are put to sleep by the sound server.
  const powerPolicy = store.add(new PowerPolicy(portCls, ({ keepsLevels }) => !keepsLevels, uses));

  const mixer = store.add(new MixerService(portCls, state));
  const topology = store.add(new TopologyService(portCls, sysAudio));
  const waveFiles = store.add(new WaveFiles());
  const player = store.add(
    new Player({
      clock: hardware,
      openClient: (target) => openInstrument(target, 'Player'),
      openWave: (format) => WaveClient.open(portCls, formatOfRecord(format), { client: 'Player' }),
      describe: (file) => waveFiles.describe(file, hardware.spdif.selection !== NO_SPDIF),
      synth: settings.get().synth ?? 'dls',
      soundsReady: (synth) => {
        if (synth !== 'dls') return undefined;
        // A bank that was let go is loaded as its synthesizer wakes.
        const wavetable = card.adapter.subdevice(WAVETABLE_NAME);
        if (wavetable && hardware.bank.asleep) powerPolicy.wakePath(wavetable, MIDI_OUT_PIN);
        return hardware.bank.settled;
      },
    }),
  );
  const recordings = await recordingsFolder();
  const recorder = store.add(
    new RecorderService({
      openClient: (format) => WaveInClient.open(portCls, formatOfRecord(format), { client: 'Recorder' }),
      input: {
        get: () => v.parse(recorderInputSchema, card.captureInput),
        set: (input) => (card.captureInput = input),
        onChange: card.onCaptureInput,
      },
      sampleRate: (input) => captureInputs.sampleRate(input) ?? (hardware.sampleRate || 48_000),
      folder: recordings,
      newFile: (extension) => newRecording(recordings, extension),
      faults: { get: () => hardware.captureFaults, onChange: hardware.onCaptureFaults },
    }),
  );
  const app = store.add(
    new AppService({
      version,
      shell: options.shell,
      output: hardware,
      nullIsChosen: () => hardware.devices.selectedOutput === 'null',
      notices: [settings, profiles, state],
      panelUrl: () => options.panelUrl?.() ?? null,
      diagnostics: () => diagnostics(),
      quit: options.quit,
    }),
  );
  const setLogLevels = ({ logLevels = '' }: Settings): void =>
    logging.setLevels(parseLogLevels(process.env['PINWHEEL_LOG'] ?? logLevels));
  setLogLevels(settings.get());
  store.add(settings.onChange(setLogLevels));
  store.add(logProgram(logging, { app, hardware, player, power: powerPolicy }));
  const diagnostics = () => diagnosticsText(implementations, logging.newest);
  const synthesizer = store.add(
    new SynthService({
      bank: hardware.bank,
      settings,
      added: new AddedBanks(options.paths.banksFolder),
      statistics: () => ({
        voices: hardware.voices,
        cpuPercent: hardware.state.cpuPercent,
        latencyMs: hardware.state.latencyMs,
      }),
    }),
  );
  store.add(
    hardware.bank.onState(({ error }) => {
      if (error !== undefined) app.addNotice(bankNotice(error));
    }),
  );
  const frames = store.add(
    new FrameHub([() => mixer.peakFrame(), () => player.positionFrame(), () => player.channelFrame()]),
  );

  store.add(midiHardware.onArrived(({ name }) => void player.deviceArrived(name)));
  store.add(
    settings.onChange((changed) => {
      const { latency, outputRate = 'auto', spdifOutput = NO_SPDIF, preferredOutputs = [], power } = changed;
      hardware.setLatency(latency);
      hardware.setRate(outputRate);
      hardware.setSpdif(spdifOutput);
      hardware.setPreferred(preferredOutputs);
      hardware.setCard(cardDescription(mixing()));
      hardware.keepBank(power?.keepBank ?? false);
    }),
  );
  let { synth } = settings.get();
  store.add(
    settings.onChange((changed) => {
      if (changed.synth !== synth) player.setSynth(changed.synth ?? 'dls');
      synth = changed.synth;
    }),
  );
  // An interrupted song waits for a device that can be heard; on the null device it would only pass by.
  store.add(hardware.onArrived(({ kind }) => kind === 'device' && void player.deviceArrived()));
  store.add(
    hardware.onRemoved(({ reason }) => {
      // Switching is the user's own wish: playing goes on whatever the new output is.
      if (reason === 'switching') store.add(once(hardware.onArrived, () => void player.deviceArrived()));
    }),
  );

  const channelTest = new ChannelTest({
    clock: hardware,
    output: () => {
      const { openOutput } = hardware.devices;
      return openOutput === 'null' ? undefined : { id: openOutput, sampleRate: hardware.sampleRate };
    },
    openWave: (format) => WaveClient.open(portCls, formatOfRecord(format), { client: 'Channel test' }),
  });
  const devices = devicesServiceImplementation(hardware, captureInputs, channelTest, {
    output: (output) => settings.set({ output }),
    preferred: (preferredOutputs) => settings.set({ preferredOutputs }),
    input: (jack, id) => settings.set(jack === 'microphone' ? { microphone: id } : { aux: id }),
    spdif: (spdifOutput) => settings.set({ spdifOutput }),
  });
  const systemDevices = store.add(
    new EndpointsService(soundSystem.server, endpoints, (processId) => hardware.isHost(processId)),
  );
  const midi = store.add(new MidiService(midiHardware, midiInputs, synthRoutes));
  const profilesService = store.add(
    new ProfilesService({
      store: profiles,
      mixer,
      endpoints: systemDevices,
      chosen: () => {
        const { output, microphone = 'default', aux = 'default' } = settings.get();
        return { output, inputs: { microphone, aux } };
      },
      devices,
    }),
  );
  const keyboard = store.add(
    new KeyboardService({
      clock: hardware,
      openClient: (target) => openInstrument(target, 'Keyboard'),
    }),
  );
  const actions = new Actions({
    mixer,
    endpoints: systemDevices,
    profiles: profilesService,
    player,
    openPanel: options.openPanel,
    panic() {
      player.panic();
      midi.panic();
      keyboard.release();
    },
  });
  const implementations: Implementations = {
    app,
    arrangement: arrangementServiceImplementation(state),
    devices,
    endpoints: systemDevices,
    keyboard,
    hotkeys: store.add(
      new HotkeysService({
        shortcuts: options.shortcuts,
        unavailable: 'Keys for all programs need the Pinwheel window; a browser has none to give.',
        settings,
        player,
        perform: (action) => actions.perform(action),
        onFailure: (accelerator, error) =>
          app.addNotice(hotkeyNotice(accelerator, PinwheelError.recordOf(error))),
      }),
    ),
    midi,
    mixer,
    player,
    recorder,
    power: store.add(
      new PowerService({
        portCls,
        policy: powerPolicy,
        settings,
        cost: ({ adapter, name }) =>
          adapter.id === SOUND_CARD_ID ? cardCost(name, hardware.status) : UNKNOWN_COST,
        onCost: hardware.onState,
      }),
    ),
    profiles: profilesService,
    settings: settingsServiceImplementation(settings),
    strips: stripsServiceImplementation(state),
    synth: synthesizer,
    topology,
    trace: store.add(new TraceService(portCls.tracer)),
  };

  const requests = limitedLog(logging.part('requests'));
  return {
    served: {
      implementations,
      frames: frames.onFrame,
      fault: (request, error) => requests.error(`${request}: ${stackOf(error)}`),
    },
    version,
    actions,
    diagnostics,
    systemPower: systemPower(portCls, powerPolicy),
    addNotice: (notice) => app.addNotice(notice),
    async start(stop) {
      if (options.midi) midiHardware.start();
      alsaHardware.start();
      // Sound does not wait for mixers.
      await Promise.all([soundSystem.ready(), options.sound ? undefined : alsaHardware.ready()]);
      if (!options.sound) return;
      await synthesizer.start();
      const { output, preferredOutputs: preferred = [], latency, outputRate: rate = 'auto' } = settings.get();
      const started = hardware.start({
        output,
        preferred,
        latency,
        rate,
        card: cardDescription(mixing()),
      });
      await (stop ? Promise.race([started, aborted(stop)]) : started);
    },
    async dispose() {
      player.dispose();
      await channelTest.dispose();
      await recorder.stop();
      await Promise.all([hardware.dispose(), midiHardware.dispose(), alsaHardware.dispose()]);
      store.dispose();
      await Promise.all([settings.dispose(), profiles.dispose(), state.dispose()]);
      await logging.dispose();
    },
  };
}

function bankNotice({ message, advice }: ErrorRecord): Notice {
  return {
    id: 'bank',
    severity: 'warning',
    message: `${message} The bank before plays on.${advice === undefined ? '' : ` ${advice}`}`,
    dismissible: true,
  };
}

function hotkeyNotice(accelerator: string, { message }: ErrorRecord): Notice {
  return { id: 'hotkey', severity: 'info', message: `${accelerator}: ${message}`, dismissible: true };
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function once<T>(event: (listener: (value: T) => void) => { dispose(): void }, listener: () => void) {
  const handle = event(() => {
    handle.dispose();
    listener();
  });
  return handle;
}
