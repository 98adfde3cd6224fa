import { KsError } from '../ks/status.ts';

/** A registry value by its REG_* type. */
export type RegistryValue =
  | { readonly type: 'REG_DWORD'; readonly value: number }
  | { readonly type: 'REG_SZ'; readonly value: string }
  | { readonly type: 'REG_BINARY'; readonly value: Uint8Array };

/** Kinds of keys PcNewRegistryKey opens. */
export type RegistryKeyKind = 'general' | 'driver' | 'device' | 'hardwareProfile' | 'deviceInterface';

/**
 * IRegistryKey: a key of a tree in memory that stands in for the registry, so that a driver's settings outlive its
 * adapter but not the engine. Names are not case-sensitive and keep the case they were made with. Specification 7.3.
 */
export class RegistryKey {
  readonly name: string;
  readonly #parent: RegistryKey | undefined;
  readonly #subKeys = new Map<string, RegistryKey>();
  readonly #values = new Map<string, { name: string; value: RegistryValue }>();
  #deleted = false;

  constructor(name: string, parent?: RegistryKey) {
    this.name = name;
    this.#parent = parent;
  }

  /** QueryKey */
  queryKey(): { name: string; subKeys: number; values: number } {
    this.#check();
    return { name: this.name, subKeys: this.#subKeys.size, values: this.#values.size };
  }

  /** EnumerateKey: name of the sub-key `index`. @throws KsError STATUS_NOT_FOUND beyond the last one */
  enumerateKey(index: number): string {
    this.#check();
    return ([...this.#subKeys.values()][index] ?? this.#missing(`sub-key ${index}`)).name;
  }

  /** QueryValueKey. @throws KsError STATUS_NOT_FOUND */
  queryValueKey(name: string): RegistryValue {
    this.#check();
    return (this.#values.get(fold(name)) ?? this.#missing(`value “${name}”`)).value;
  }

  /** EnumerateValueKey: the value `index` with its name. @throws KsError STATUS_NOT_FOUND beyond the last one */
  enumerateValueKey(index: number): { name: string; value: RegistryValue } {
    this.#check();
    return [...this.#values.values()][index] ?? this.#missing(`value ${index}`);
  }

  /** SetValueKey */
  setValueKey(name: string, value: RegistryValue): void {
    this.#check();
    const known = this.#values.get(fold(name));
    this.#values.set(fold(name), { name: known?.name ?? name, value });
  }

  /** QueryRegistryValues: the values named, with the default given where the key has none. */
  queryRegistryValues<Name extends string>(
    defaults: Readonly<Record<Name, RegistryValue>>,
  ): Record<Name, RegistryValue> {
    this.#check();
    const entries = Object.entries<RegistryValue>(defaults).map(
      ([name, value]) => [name, this.#values.get(fold(name))?.value ?? value] as const,
    );
    return Object.fromEntries(entries) as Record<Name, RegistryValue>;
  }

  /** NewSubKey: opens the sub-key, and makes it first when there is none. */
  newSubKey(name: string): RegistryKey {
    this.#check();
    const known = this.#subKeys.get(fold(name));
    if (known) return known;
    const key = new RegistryKey(name, this);
    this.#subKeys.set(fold(name), key);
    return key;
  }

  /** DeleteKey. @throws KsError STATUS_INVALID_DEVICE_REQUEST for a key with sub-keys, and for the root */
  deleteKey(): void {
    this.#check();
    if (!this.#parent || this.#subKeys.size > 0) {
      throw new KsError('STATUS_INVALID_DEVICE_REQUEST', `The key “${this.name}” cannot be deleted.`);
    }
    this.#parent.#subKeys.delete(fold(this.name));
    this.#deleted = true;
  }

  #check(): void {
    if (this.#deleted) throw new KsError('STATUS_NOT_FOUND', `The key “${this.name}” was deleted.`);
  }

  #missing(what: string): never {
    throw new KsError('STATUS_NOT_FOUND', `The key “${this.name}” has no ${what}.`);
  }
}

const fold = (name: string): string => name.toLowerCase();
