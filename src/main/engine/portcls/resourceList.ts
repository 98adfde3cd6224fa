import { KsError } from '../ks/status.ts';

/** CmResourceType* of what a device may be given. */
export type ResourceType = 'port' | 'interrupt' | 'memory' | 'dma';

/** CM_PARTIAL_RESOURCE_DESCRIPTOR: for an interrupt `start` is the vector, for DMA the channel. */
export interface ResourceDescriptor {
  readonly type: ResourceType;
  readonly start: number;
  /** Addresses of a port or memory range; 1 for interrupts and DMA channels. */
  readonly length: number;
}

interface Entry {
  readonly translated: ResourceDescriptor;
  readonly untranslated: ResourceDescriptor;
}

/**
 * IResourceList: the resources of a device or of one subdevice. Indices count within a type. Specification 7.3.
 *
 * User-mode drivers touch no ports; the lists exist for drivers that check what they were given, as an MPU-401
 * miniport does.
 */
export class ResourceList {
  readonly #entries: Entry[] = [];
  readonly #maximum: number;

  private constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /** PcNewResourceList. @throws KsError STATUS_INVALID_PARAMETER when the two lists do not match */
  static of(
    translated: readonly ResourceDescriptor[],
    untranslated: readonly ResourceDescriptor[] = translated,
  ): ResourceList {
    if (
      translated.length !== untranslated.length ||
      translated.some((each, index) => each.type !== untranslated[index]!.type)
    ) {
      throw new KsError(
        'STATUS_INVALID_PARAMETER',
        'The translated and the untranslated resources must be the same ones in the same order.',
      );
    }
    const list = new ResourceList(Infinity);
    translated.forEach((each, index) => list.addEntry(each, untranslated[index]!));
    return list;
  }

  /** PcNewResourceSublist: empty, for at most `maximumEntries`, to be filled by `addEntryFromParent`. */
  static sublist(maximumEntries: number): ResourceList {
    return new ResourceList(maximumEntries);
  }

  /** NumberOfEntries, or NumberOfEntriesOfType. */
  numberOfEntries(type?: ResourceType): number {
    return type === undefined ? this.#entries.length : this.#ofType(type).length;
  }

  /** FindTranslatedEntry; undefined when the type has no such index. */
  findTranslatedEntry(type: ResourceType, index: number): ResourceDescriptor | undefined {
    return this.#ofType(type)[index]?.translated;
  }

  /** FindUntranslatedEntry; undefined when the type has no such index. */
  findUntranslatedEntry(type: ResourceType, index: number): ResourceDescriptor | undefined {
    return this.#ofType(type)[index]?.untranslated;
  }

  /** AddEntry. @throws KsError STATUS_INSUFFICIENT_RESOURCES when the list is full */
  addEntry(translated: ResourceDescriptor, untranslated: ResourceDescriptor): void {
    if (this.#entries.length >= this.#maximum) {
      throw new KsError(
        'STATUS_INSUFFICIENT_RESOURCES',
        `The resource list has room for ${this.#maximum} entries only.`,
      );
    }
    this.#entries.push({ translated, untranslated });
  }

  /**
   * AddEntryFromParent.
   * @throws KsError STATUS_INVALID_PARAMETER when the parent has no such entry, STATUS_INSUFFICIENT_RESOURCES
   */
  addEntryFromParent(parent: ResourceList, type: ResourceType, index: number): void {
    const entry = parent.#ofType(type)[index];
    if (!entry) {
      throw new KsError('STATUS_INVALID_PARAMETER', `The parent list has no ${type} resource ${index}.`);
    }
    this.addEntry(entry.translated, entry.untranslated);
  }

  /** TranslatedList */
  get translatedList(): readonly ResourceDescriptor[] {
    return this.#entries.map(({ translated }) => translated);
  }

  /** UntranslatedList */
  get untranslatedList(): readonly ResourceDescriptor[] {
    return this.#entries.map(({ untranslated }) => untranslated);
  }

  #ofType(type: ResourceType): Entry[] {
    return this.#entries.filter(({ translated }) => translated.type === type);
  }
}
