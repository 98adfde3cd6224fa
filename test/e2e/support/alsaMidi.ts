import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSong } from '../../../src/main/player/smf/readSong.ts';
import type { AlsaVm, GuestProcess } from '../../rigs/alsa-vm/alsaVm.ts';
import { seededRandom } from '../../support/smfRandom.ts';
import { smf, writeSmf, type SmfEvent } from '../../support/smf.ts';

/** MIDI in the ALSA rig, as the programs of alsa-utils see it. */

export interface TimedMessage {
  /** From a start that is the same for all; not a number when it was not told. */
  timeMs: number;
  /** One message, a SysEx as a whole, in hexadecimal. */
  bytes: string;
}

/** The messages of a Standard MIDI File in the order in which they are played. */
export function messagesOf(file: Uint8Array): TimedMessage[] {
  const { events } = readSong('recording', file);
  const messages: TimedMessage[] = [];
  for (let index = 0; index < events.count; index++) {
    const piece = events.data.subarray(events.offsets[index], events.offsets[index + 1]);
    const bytes = Buffer.from(piece).toString('hex');
    const last = messages.at(-1);
    // A SysEx comes in pieces.
    if (last?.bytes.startsWith('f0') && !last.bytes.endsWith('f7')) last.bytes += bytes;
    else messages.push({ timeMs: events.times[index]! / 10_000, bytes });
  }
  return messages;
}

/**
 * A cable from the sequencer port of `VirMIDI 4-0` to that of `VirMIDI 4-1`. A virtual port hands its messages to the
 * program that has its raw end open: that is `cat` here, which writes them to the raw end of the other one.
 */
export class VirtualCable {
  readonly #vm: AlsaVm;
  readonly #copier: GuestProcess;

  private constructor(vm: AlsaVm) {
    this.#vm = vm;
    this.#copier = vm.spawn('exec cat /dev/snd/midiC4D0 > /dev/snd/midiC4D1');
  }

  static async connect(vm: AlsaVm): Promise<VirtualCable> {
    const cable = new VirtualCable(vm);
    await vm.output('until grep -q Owner /proc/asound/card4/midi0; do sleep 0.1; done');
    return cable;
  }

  async disconnect(): Promise<void> {
    this.#copier.signal('KILL');
    await this.#copier.finished;
  }

  /** Records what goes through, with two programs at once. */
  async record(): Promise<{ stop(): Promise<CableRecording> }> {
    const vm = this.#vm;
    const file = join(vm.dir, 'arecordmidi.mid');
    const recorder = vm.spawn(`exec arecordmidi -p 'Virtual Raw MIDI 4-1' '${file}'`);
    const stamper = vm.spawn('exec amidi -p hw:4,0 -d -T monotonic > /run/arrivals');
    await vm.output(
      'until aconnect -l | grep -q arecordmidi && grep -A1 "Input 1" /proc/asound/card4/midi0 | grep -q Rx; do sleep 0.1; done; sleep 0.2',
    );
    return {
      async stop() {
        await vm.output('sleep 0.5');
        recorder.signal('INT');
        stamper.signal('INT');
        await Promise.all([recorder.finished, stamper.finished]);
        return {
          messages: messagesOf(readFileSync(file)),
          arrivals: arrivalsOf(await vm.output('cat /run/arrivals')),
        };
      },
    };
  }
}

export interface CableRecording {
  /** What arecordmidi has recorded at the far end. */
  messages: TimedMessage[];
  /**
   * What amidi has read at the near end, with the time at which the kernel received it. arecordmidi's times are those
   * of the sequencer's timer, which is as late in the guest as everything else.
   */
  arrivals: TimedMessage[];
}

/** amidi prints a line for each message: seconds) bytes. Without time and status when it has the status of the last one. */
function arrivalsOf(dump: string): TimedMessage[] {
  const messages: TimedMessage[] = [];
  for (const [, seconds, digits] of dump.matchAll(/^(?: *(\d+\.\d+)\))? +([0-9A-F]+)$/gm)) {
    const status = seconds === undefined ? (messages.at(-1)?.bytes.slice(0, 2) ?? '') : '';
    messages.push({ timeMs: 1000 * Number(seconds), bytes: status + digits!.toLowerCase() });
  }
  return messages;
}

export interface Punctuality {
  earliestMs: number;
  medianMs: number;
  p95Ms: number;
  latestMs: number;
}

/**
 * How late the messages are. Neither side says when its time began, so being on time is defined by the most punctual
 * tenth of them.
 */
export function punctuality(wanted: readonly TimedMessage[], heard: readonly TimedMessage[]): Punctuality {
  const late = heard
    .map(({ timeMs }, index) => timeMs - wanted[index]!.timeMs)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const quantile = (share: number) =>
    late[Math.round(share * (late.length - 1))]! - late[Math.round(0.1 * (late.length - 1))]!;
  return { earliestMs: quantile(0), medianMs: quantile(0.5), p95Ms: quantile(0.95), latestMs: quantile(1) };
}

/** A file of 5 s with all that a file can send: about 200 messages a second, several of them at one time, small SysEx. */
export function everyKindOfMessage(seed = 5): Uint8Array<ArrayBuffer> {
  const random = seededRandom(seed);
  const data = () => random.between(0, 127);
  const events: SmfEvent[] = [];
  for (let tick = 0; tick < 5000; tick += random.between(0, 20)) {
    const channel = random.between(0, 15);
    const key = data();
    events.push(
      random.pick([
        smf.noteOn(tick, channel, key, random.between(1, 127)),
        smf.noteOn(tick, channel, key, 0),
        smf.noteOff(tick, channel, key),
        { tick, bytes: [0xa0 | channel, key, data()] },
        smf.controller(tick, channel, random.between(0, 119), data()),
        smf.program(tick, channel, data()),
        { tick, bytes: [0xd0 | channel, data()] },
        smf.pitchBend(tick, channel, random.between(0, 0x3fff)),
        { tick, bytes: [0xf0, 0x7d, ...Array.from({ length: random.between(0, 60) }, data), 0xf7] },
      ]),
    );
  }
  return writeSmf({ division: 500, tracks: [events] });
}
