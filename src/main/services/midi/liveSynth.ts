import type { Disposable } from '../../../contract/disposable.ts';
import { referenceTime } from '../../../contract/units.ts';
import { KsError } from '../../engine/ks/status.ts';
import { EventRecordWriter } from '../../engine/portcls/dmus/eventRecords.ts';
import type { MidiClient } from '../../engine/wdmaud/midiClient.ts';

/** Clock, active sensing and the like: nothing that a synthesizer plays. */
const FIRST_REAL_TIME = 0xf8;

/** Earlier than everything that is rendered from now on: a late event plays at once. */
const AT_ONCE = referenceTime(0);

/**
 * A synthesizer of the card that is played live: one render pin in RUN, to which messages go as they come, in their
 * order. They play in the chunk that is rendered next. While the card is away they are lost.
 */
export class LiveSynth implements Disposable {
  readonly #openClient: () => MidiClient;
  readonly #lost: () => void;
  readonly #writer = new EventRecordWriter();
  #client: MidiClient | undefined;

  /** `lost`: what sounded does so no longer, because the card is gone. */
  constructor(openClient: () => MidiClient, lost: () => void) {
    this.#openClient = openClient;
    this.#lost = lost;
    this.open();
  }

  get isOpen(): boolean {
    return this.#client !== undefined;
  }

  /** Opens the pin, where it is not open and the card lets one. */
  open(): void {
    if (this.#client) return;
    let client: MidiClient | undefined;
    try {
      client = this.#openClient();
      client.setState('RUN');
    } catch (error) {
      client?.dispose();
      // There is no card at the moment, or others have all its pins.
      if (error instanceof KsError) return;
      throw error;
    }
    const opened = (this.#client = client);
    opened.onRemoved(() => {
      opened.dispose();
      this.#client = undefined;
      this.#lost();
    });
  }

  /** One whole message. */
  send(message: Uint8Array): void {
    if (message[0]! >= FIRST_REAL_TIME) return;
    // A pin may have become free.
    this.open();
    const records = this.#writer.begin(AT_ONCE).append(AT_ONCE, message).take();
    try {
      this.#client?.write(AT_ONCE, records);
    } catch (error) {
      // The device does not answer any more; that it is removed is told next.
      if (!(error instanceof KsError)) throw error;
    }
  }

  dispose(): void {
    const client = this.#client;
    this.#client = undefined;
    client?.dispose();
  }
}
