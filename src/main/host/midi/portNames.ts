/** One port as people see it: an input, an output, or both of one device. */
export interface NamedPort {
  readonly name: string;
  /** What the system calls its two halves. */
  readonly input: string | undefined;
  readonly output: string | undefined;
}

type Direction = 'input' | 'output';

interface Entry {
  readonly name: string;
  readonly base: string;
  input: string | undefined;
  output: string | undefined;
}

/** ALSA's client and port number at the end of a name: it is different after the device was plugged in again. */
const ALSA_ADDRESS = / \d+:\d+$/;

/**
 * Gives ports the names people see, from the names the system has for inputs and outputs. A name has no numbers that
 * change on replug; of two equal devices the second is "NAME (2)" as long as it is there, and keeps that when the first
 * one goes.
 */
export class PortNames {
  #entries: Entry[] = [];

  /** Takes notice of what there is now; answers all ports, in the order in which they were first seen. */
  update(inputs: readonly string[], outputs: readonly string[]): readonly NamedPort[] {
    this.#forget('input', inputs);
    this.#forget('output', outputs);
    this.#entries = this.#entries.filter(({ input, output }) => input !== undefined || output !== undefined);
    this.#admit('input', inputs);
    this.#admit('output', outputs);
    return this.#entries.map(({ name, input, output }) => ({ name, input, output }));
  }

  #forget(direction: Direction, present: readonly string[]): void {
    for (const entry of this.#entries) {
      const raw = entry[direction];
      if (raw !== undefined && !present.includes(raw)) entry[direction] = undefined;
    }
  }

  #admit(direction: Direction, present: readonly string[]): void {
    const other: Direction = direction === 'input' ? 'output' : 'input';
    for (const raw of present) {
      if (this.#entries.some((entry) => entry[direction] === raw)) continue;
      const base = baseName(raw);
      const free = this.#entries.filter((entry) => entry.base === base && entry[direction] === undefined);
      // An address tells which halves belong together; without one they are paired in their order.
      const half = ALSA_ADDRESS.test(raw) ? free.find((entry) => entry[other] === raw) : free[0];
      if (half) half[direction] = raw;
      else {
        const entry: Entry = { name: this.#freeName(base), base, input: undefined, output: undefined };
        entry[direction] = raw;
        this.#entries.push(entry);
      }
    }
  }

  #freeName(base: string): string {
    for (let number = 1; ; number++) {
      const name = number === 1 ? base : `${base} (${number})`;
      if (!this.#entries.some((entry) => entry.name === name)) return name;
    }
  }
}

/** The name of the device and its port, without numbers that the system only made up to tell names apart. */
function baseName(raw: string): string {
  let name = raw.trim();
  if (ALSA_ADDRESS.test(name)) {
    name = name.replace(ALSA_ADDRESS, '');
    // "Client:Client Port" says the client's name twice.
    const colon = name.indexOf(':');
    const client = name.slice(0, colon);
    const port = name.slice(colon + 1);
    if (colon > 0 && port.startsWith(client)) name = port;
    else if (colon > 0) name = `${client} ${port}`;
  } else if (process.platform === 'win32') {
    // The library appends the port's index; the system puts a number and the direction in front.
    name = name.replace(/ \d+$/, '').replace(/^MIDI(?:IN|OUT)(\d+) \((.*)\)$/, '$2 $1');
  }
  // A filter's name is part of its path.
  return name.replaceAll('/', '-') || 'MIDI port';
}
