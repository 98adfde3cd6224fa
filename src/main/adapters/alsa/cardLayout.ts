import type { AlsaCard, AlsaElement } from '../../../contract/alsaHardware.ts';
import {
  connection,
  filterPin,
  nodePin,
  NODE_PIN,
  type Communication,
  type Connection,
  type DataFlow,
} from '../../engine/ks/descriptor.ts';
import { guid, KSAUDFNAME, KSNODETYPE, type Guid } from '../../engine/ks/guid.ts';
import { roleOf, type CommonKind, type ElementRole, type StageKind } from './elementRoles.ts';
import {
  commonName,
  inputCategory,
  inputVolumeName,
  isWaveSource,
  mixName,
  outputCategory,
  outputMuteName,
  outputVolumeName,
  privateName,
  sourceMuteName,
  sourceVolumeName,
} from './standardNames.ts';

/**
 * How a card's elements are wired: a topology filter in outline, in the order in which a codec has its parts. Sources
 * go through volume and mute into the sum, the sum through tone and master to the jacks; inputs go through their boost
 * to the choice of inputs, then through gain and switch to the converter.
 */

export type LayoutNode =
  | {
      readonly kind: StageKind | CommonKind | 'mux';
      readonly element: AlsaElement;
      readonly name: Guid | null;
    }
  | { readonly kind: 'sum' | 'dac' | 'adc'; readonly name: Guid | null; readonly nameText?: string }
  /** What no node stands for. */
  | { readonly kind: 'values'; readonly elements: readonly AlsaElement[]; readonly name: null };

export interface LayoutPin {
  readonly dataFlow: DataFlow;
  readonly communication: Communication;
  readonly category: Guid;
  readonly name: Guid;
  readonly nameText: string;
}

export interface CardLayout {
  readonly pins: readonly LayoutPin[];
  readonly nodes: readonly LayoutNode[];
  readonly connections: readonly Connection[];
  /** Pins that the samples of programs go through; undefined for a card that does not play or record. */
  readonly wave: { readonly render: number | undefined; readonly capture: number | undefined };
}

/** Category of the pins around a choice that no signal goes through. */
const CHOICE_CATEGORY = guid('5C9B2F4E-3A0D-4E0B-9C0F-0A1B7C3D8E61');

interface Stage {
  readonly kind: StageKind;
  readonly element: AlsaElement;
}

/** An end that something can be connected to. */
type End = ReturnType<typeof nodePin>;

export function layoutOf(card: AlsaCard): CardLayout {
  return new LayoutBuilder(card).build();
}

class LayoutBuilder {
  readonly #card: AlsaCard;
  readonly #pins: LayoutPin[] = [];
  readonly #nodes: LayoutNode[] = [];
  readonly #connections: Connection[] = [];
  readonly #roles: readonly (readonly [AlsaElement, ElementRole])[];
  /** Pins of sources and inputs, which may be the same connector. */
  readonly #connectors = new Map<string, End>();
  #wavePin: number | undefined;
  #recordingPin: number | undefined;
  /** The sum of what is played. */
  #mix: End | undefined;

  constructor(card: AlsaCard) {
    this.#card = card;
    this.#roles = card.elements.flatMap((element) => {
      const role = roleOf(element);
      return role ? [[element, role] as const] : [];
    });
  }

  build(): CardLayout {
    this.#playback();
    this.#recording();
    for (const [element, role] of this.#roles) if (role.at === 'choice') this.#choice(element);
    const others = this.#card.elements.filter(
      (element) => !this.#nodes.some((node) => 'element' in node && node.element === element),
    );
    if (others.length > 0) this.#nodes.push({ kind: 'values', elements: others, name: null });
    return {
      pins: this.#pins,
      nodes: this.#nodes,
      connections: this.#connections,
      wave: { render: this.#wavePin, capture: this.#recordingPin },
    };
  }

  #playback(): void {
    const sources = this.#stages('source');
    const outputs = this.#stages('output');
    const digital = new Set(
      this.#roles.flatMap(([, role]) => (role.at === 'output' && role.digital ? role.name : [])),
    );
    const common = this.#roles.flatMap(([element, role]) =>
      role.at === 'common' ? [{ kind: role.kind, element }] : [],
    );
    const master = this.#roles.flatMap(([element, role]) =>
      role.at === 'master' ? [{ kind: role.kind, element }] : [],
    );
    const plays = this.#card.pcms.some(({ playback }) => playback);
    const analogOutputs = [...outputs].filter(([name]) => !digital.has(name));
    const hasMixer = sources.size + common.length + master.length + analogOutputs.length > 0;
    if (!plays && !hasMixer && digital.size === 0) return;

    const waveSource = [...sources.keys()].find(isWaveSource);
    const wave = plays || waveSource !== undefined || digital.size > 0 ? this.#waveIn() : undefined;
    for (const name of digital) {
      const end = this.#chain(
        wave!,
        ordered(outputs.get(name)!),
        outputVolumeName(name),
        outputMuteName(name),
      );
      this.#jack(name, end);
    }
    if (!hasMixer && digital.size > 0) return;

    const sum: End[] = [];
    if (wave) {
      const dac = this.#append(wave, { kind: 'dac', name: null });
      sum.push(this.#sourceChain(dac, waveSource ?? '', sources.get(waveSource ?? '') ?? []));
    }
    for (const [name, stages] of sources) {
      if (name !== waveSource) sum.push(this.#sourceChain(this.#connector(name), name, stages));
    }
    let end = (this.#mix = this.#sum('Playback Mix', sum));
    for (const { kind, element } of common) {
      end = this.#append(end, { kind, element, name: this.#free(commonName(element.name)) });
    }
    end = this.#chain(end, ordered(master), KSAUDFNAME.MASTER_VOLUME, KSAUDFNAME.MASTER_MUTE);
    if (analogOutputs.length === 0) return void this.#jack('Speakers', end);
    for (const [name, stages] of analogOutputs) {
      this.#jack(name, this.#chain(end, ordered(stages), outputVolumeName(name), outputMuteName(name)));
    }
  }

  #sourceChain(from: End, name: string, stages: readonly Stage[]): End {
    return this.#chain(from, ordered(stages), sourceVolumeName(name), sourceMuteName(name));
  }

  #recording(): void {
    const inputs = this.#stages('input');
    const muxes = this.#roles.flatMap(([element, role]) =>
      role.at === 'recordingSource' ? [{ adc: role.adc, element }] : [],
    );
    const gains = this.#roles.flatMap(([element, role]) =>
      role.at === 'recording' ? [{ adc: role.adc, kind: role.kind, element }] : [],
    );
    const records = this.#card.pcms.some(({ capture }) => capture);
    if (!records && inputs.size + muxes.length + gains.length === 0) return;

    const { chosen, others } = byChoice(inputs, new Set(muxes.flatMap(({ element }) => element.items)));
    const feed = this.#feeds(chosen, muxes.length > 0);
    const adcs = [...new Set([...muxes, ...gains].map(({ adc }) => adc))].sort((a, b) => a - b);
    for (const adc of adcs.length > 0 ? adcs : [0]) {
      const choices = muxes.flatMap(({ adc: of, element }) => (of === adc ? element : []));
      const own = gains.filter((each) => each.adc === adc);
      const stages = adc === (adcs[0] ?? 0) ? [...others, ...own] : own;
      this.#converter(adc, this.#recorded(choices, [...chosen.keys()], feed), stages);
    }
  }

  /** Where an input's signal is taken, behind what is its own; each is built once. */
  #feeds(stages: ReadonlyMap<string, readonly Stage[]>, areChosen: boolean): (input: string) => End {
    const feeds = new Map<string, End>();
    return (input) => {
      let end = feeds.get(input);
      if (!end) {
        // Inputs that are summed have a line each only as long as no other way leads to the sum: not through the mix.
        const from = areChosen ? this.#input(input) : this.#connector(input);
        end = this.#chain(from, ordered(stages.get(input) ?? []), inputVolumeName(input), null);
        feeds.set(input, end);
      }
      return end;
    };
  }

  /** What a converter gets: the chosen input, or the sum of all. */
  #recorded(choices: readonly AlsaElement[], inputs: readonly string[], feed: (input: string) => End): End {
    const chosen = choices.map((element) => {
      const mux = this.#add({ kind: 'mux', element, name: this.#free(KSAUDFNAME.RECORDING_SOURCE) });
      element.items.forEach((item, at) => this.#connect(feed(item), nodePin(mux, NODE_PIN.FIRST_INPUT + at)));
      return nodePin(mux, NODE_PIN.OUT);
    });
    if (chosen.length === 1) return chosen[0]!;
    if (chosen.length > 1) return this.#sum('Recording Mix', chosen);
    return inputs.length > 0 ? this.#sum('Recording Mix', inputs.map(feed)) : this.#connector('Input');
  }

  #converter(adc: number, from: End, stages: readonly Stage[]): void {
    const numbered = (text: string) => (adc === 0 ? text : `${text} ${adc + 1}`);
    const gained = this.#chain(from, ordered(stages), KSAUDFNAME.WAVE_IN_VOLUME, null);
    const end = this.#append(gained, { kind: 'adc', name: null, nameText: numbered('A/D Converter') });
    const pin = this.#pin({
      dataFlow: 'OUT',
      communication: 'NONE',
      category: KSNODETYPE.ANALOG_CONNECTOR,
      name: adc === 0 ? KSAUDFNAME.RECORDING_CONTROL : privateName(`Recording ${adc}`),
      nameText: numbered('Recording'),
    });
    this.#recordingPin ??= pin;
    this.#connect(end, filterPin(pin));
  }

  /** A choice between ways in which the card works: a selector with a line of its own. */
  #choice(element: AlsaElement): void {
    const { name, items } = element;
    const mux = this.#add({ kind: 'mux', element, name: null });
    items.forEach((item, at) => {
      const pin = this.#pin({
        dataFlow: 'IN',
        communication: 'NONE',
        category: CHOICE_CATEGORY,
        name: privateName(`${element.numid} ${name} ${at}`),
        nameText: item,
      });
      this.#connect(filterPin(pin), nodePin(mux, NODE_PIN.FIRST_INPUT + at));
    });
    const pin = this.#pin({
      dataFlow: 'OUT',
      communication: 'NONE',
      category: CHOICE_CATEGORY,
      name: privateName(`${element.numid} ${name}`),
      nameText: name,
    });
    this.#connect(nodePin(mux, NODE_PIN.OUT), filterPin(pin));
  }

  #stages(at: 'source' | 'output' | 'input'): Map<string, Stage[]> {
    const found = new Map<string, Stage[]>();
    for (const [element, role] of this.#roles) {
      if (role.at !== at) continue;
      const stages = found.get(role.name);
      if (stages) stages.push({ kind: role.kind, element });
      else found.set(role.name, [{ kind: role.kind, element }]);
    }
    return found;
  }

  /** Where the samples of programs come in. */
  #waveIn(): End {
    this.#wavePin = this.#pin({
      dataFlow: 'IN',
      communication: 'NONE',
      category: KSNODETYPE.LEGACY_AUDIO_CONNECTOR,
      name: KSAUDFNAME.WAVE_OUT_MIX,
      nameText: 'PCM',
    });
    return filterPin(this.#wavePin);
  }

  /** An input as the choice of inputs has it: a connector, or the sum of what is played. */
  #input(name: string): End {
    const mix = mixName(name);
    if (mix === undefined || !this.#mix) return this.#connector(name);
    return this.#append(this.#mix, { kind: 'sum', name: this.#free(mix), nameText: name });
  }

  #connector(name: string): End {
    let end = this.#connectors.get(name);
    if (!end) {
      const pin = this.#pin({
        dataFlow: 'IN',
        communication: 'BRIDGE',
        category: inputCategory(name),
        name: privateName(name),
        nameText: name,
      });
      this.#connectors.set(name, (end = filterPin(pin)));
    }
    return end;
  }

  #jack(name: string, from: End): void {
    const pin = this.#pin({
      dataFlow: 'OUT',
      communication: 'BRIDGE',
      category: outputCategory(name),
      name: name === 'Speakers' ? KSAUDFNAME.VOLUME_CONTROL : privateName(`out ${name}`),
      nameText: name,
    });
    this.#connect(from, filterPin(pin));
  }

  #sum(nameText: string, from: readonly End[]): End {
    const sum = this.#add({ kind: 'sum', name: null, nameText });
    from.forEach((end, at) => this.#connect(end, nodePin(sum, NODE_PIN.FIRST_INPUT + at)));
    return nodePin(sum, NODE_PIN.OUT);
  }

  #chain(from: End, stages: readonly Stage[], volume: Guid | null, mute: Guid | null): End {
    return stages.reduce((end, { kind, element }) => {
      const boost = /^Mic.*Boost/.test(element.name) ? KSAUDFNAME.MICROPHONE_BOOST : null;
      const standard = boost ?? { volume, mute, onOff: null }[kind];
      return this.#append(end, { kind, element, name: this.#free(standard) });
    }, from);
  }

  /** A name stands for one node only; the others go by their element's. */
  #free(name: Guid | null): Guid | null {
    return this.#nodes.some((node) => node.name !== null && node.name === name) ? null : name;
  }

  #append(from: End, node: LayoutNode): End {
    const id = this.#add(node);
    this.#connect(from, nodePin(id, NODE_PIN.IN));
    return nodePin(id, NODE_PIN.OUT);
  }

  #add(node: LayoutNode): number {
    return this.#nodes.push(node) - 1;
  }

  #pin(pin: LayoutPin): number {
    return this.#pins.push(pin) - 1;
  }

  #connect(from: End, to: End): void {
    this.#connections.push(connection(from, to));
  }
}

const ORDER: Readonly<Record<StageKind, number>> = { onOff: 0, volume: 1, mute: 2 };

/** Boost, volume, mute. */
function ordered<S extends Stage>(stages: readonly S[]): S[] {
  return [...stages].sort((a, b) => ORDER[a.kind] - ORDER[b.kind]);
}

/**
 * Stages of inputs by the choice they belong to, which has their name or the nearest to it; without choices by the
 * input. `others` belong to none.
 */
function byChoice(inputs: ReadonlyMap<string, readonly Stage[]>, choices: ReadonlySet<string>) {
  const chosen = new Map<string, Stage[]>();
  const others: Stage[] = [];
  for (const [input, stages] of inputs) {
    const choice = choices.has(input) ? input : [...choices].find((each) => isLike(each, input));
    if (choices.size > 0 && choice === undefined) others.push(...stages);
    else chosen.set(choice ?? input, [...(chosen.get(choice ?? input) ?? []), ...stages]);
  }
  return { chosen, others };
}

/** “Mic” of “Front Mic”, “Mic 1” or “Microphone”. */
function isLike(choice: string, name: string): boolean {
  const [a, b] = [choice.toLowerCase(), name.toLowerCase()];
  return a.startsWith(b) || b.startsWith(a) || a.endsWith(` ${b}`);
}
