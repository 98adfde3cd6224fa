import { join } from 'node:path';
import { build } from 'vite';
import type { AlsaVm, GuestProcess } from '../../rigs/alsa-vm/alsaVm.ts';
import type { EndpointsSnapshot } from '../../../src/contract/services/endpoints.ts';
import type { CardReport, Direction, Footprint, NodeValue, Request, RoundTrip } from './alsaEngineProgram.ts';

const PROGRAM = join(import.meta.dirname, 'alsaEngineProgram.ts');
/** Built before the tests run. */
const HOST = join(import.meta.dirname, '../../../out/main/alsaHost.js');
/** The guest is slow, and has other things to do. */
const START_MS = 40_000;
const ANSWER_MS = 20_000;

/** The engine with ALSA's cards, running in the ALSA rig. */
export class AlsaEngine {
  readonly #vm: AlsaVm;
  readonly #process: GuestProcess;
  #ended = false;
  /** How much of what it printed has been looked at. */
  #read = 0;

  private constructor(vm: AlsaVm, process: GuestProcess) {
    this.#vm = vm;
    this.#process = process;
    const end = () => void (this.#ended = true);
    process.finished.then(end, end);
  }

  /** `server`: address of a sound server in the guest. */
  static async start(vm: AlsaVm, server?: string): Promise<AlsaEngine> {
    // One file without types: the guest would take long to read them all, and longer to strip them.
    await build({
      configFile: false,
      logLevel: 'silent',
      ssr: { noExternal: true },
      build: {
        ssr: PROGRAM,
        outDir: vm.dir,
        emptyOutDir: false,
        rolldownOptions: { output: { format: 'es' } },
      },
    });
    const address = server === undefined ? '' : `PULSE_SERVER='${server}' `;
    const process = vm.spawn(
      `mkfifo /run/engine; ${address}exec node --expose-gc --disable-warning=ExperimentalWarning ` +
        `'${vm.dir}/alsaEngineProgram.js' '${HOST}' <> /run/engine`,
    );
    const engine = new AlsaEngine(vm, process);
    await engine.#next(/^\{"ready".*\n/m, START_MS);
    return engine;
  }

  cards(): Promise<CardReport[]> {
    return this.#ask({ do: 'cards' });
  }

  get(card: string, numid: number): Promise<NodeValue> {
    return this.#ask({ do: 'get', card, numid });
  }

  async set(card: string, numid: number, value: NodeValue): Promise<void> {
    await this.#ask({ do: 'set', card, numid, value });
  }

  /** Sets one value after the other; answers what amixer then says of each. */
  setEach(card: string, numid: number, values: NodeValue[]): Promise<string[]> {
    return this.#ask({ do: 'setEach', card, numid, values });
  }

  roundTrip(card: string, numid: number, value: NodeValue, after: string): Promise<RoundTrip> {
    return this.#ask({ do: 'roundTrip', card, numid, value, after });
  }

  footprint(): Promise<Footprint> {
    return this.#ask({ do: 'footprint' });
  }

  /** Takes a program that plays for our own output; answers ALSA's numbers of the cards it plays on. */
  firstUse(processId: number): Promise<number[]> {
    return this.#ask({ do: 'firstUse', processId });
  }

  /** Physical connections between filters, as `FILTER (PIN) > FILTER (PIN)`. */
  joins(): Promise<string[]> {
    return this.#ask({ do: 'joins' });
  }

  endpoints(): Promise<EndpointsSnapshot> {
    return this.#ask({ do: 'endpoints' });
  }

  /** Decibels */
  endpointLevel(direction: Direction): Promise<number> {
    return this.#ask({ do: 'endpointLevel', direction });
  }

  async setEndpointLevel(direction: Direction, decibels: number): Promise<void> {
    await this.#ask({ do: 'setEndpointLevel', direction, decibels });
  }

  async setPort(endpoint: string, port: string): Promise<void> {
    await this.#ask({ do: 'setPort', endpoint, port });
  }

  async setProfile(card: string, profile: string): Promise<void> {
    await this.#ask({ do: 'setProfile', card, profile });
  }

  /** Resolves when the card's filter has come; one that was reported before this call does not count. */
  async arrived(card: string): Promise<void> {
    await this.#next(new RegExp(`^{"arrived":"alsa:${card}"}\\n`, 'm'), ANSWER_MS);
  }

  async removed(card: string): Promise<void> {
    await this.#next(new RegExp(`^{"removed":"alsa:${card}"}\\n`, 'm'), ANSWER_MS);
  }

  async dispose(): Promise<void> {
    this.#process.signal('TERM');
    const { code, stderr } = await this.#process.finished;
    if (code !== 0 || stderr !== '') throw new Error(`The engine ended with ${code}: ${stderr}`);
  }

  async #ask<Answer>(request: Request): Promise<Answer> {
    await this.#vm.output(`cat > /run/engine <<'END'\n${JSON.stringify(request)}\nEND`);
    const line = await this.#next(/^\{"(?:answer|failure)":.*\}\n|^\{\}\n/m, ANSWER_MS);
    const record = JSON.parse(line) as { answer: Answer; failure?: string };
    if (record.failure !== undefined) throw new Error(record.failure);
    return record.answer;
  }

  /** The next line of the kind; those before it are passed over. */
  async #next(pattern: RegExp, timeoutMs: number): Promise<string> {
    const started = performance.now();
    for (;;) {
      const match = pattern.exec(this.#process.stdout.slice(this.#read));
      if (match) {
        this.#read += match.index + match[0].length;
        return match[0];
      }
      if (this.#ended || performance.now() - started > timeoutMs) {
        throw new Error(`Nothing like ${pattern}:\n${this.#process.stdout}\n${this.#process.stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
