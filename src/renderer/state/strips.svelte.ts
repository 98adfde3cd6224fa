/** What a person made of the mixer's strips: names, colours, order, what is hidden and what is pinned. */
import { inChosenOrder, type DeviceStrips, type StripLook } from '../../contract/services/strips.ts';
import type { Link } from './link.svelte.ts';

/** Undefined takes a field away. */
export type LookPatch = { [Field in keyof StripLook]: StripLook[Field] | undefined };

const AS_THEY_CAME: DeviceStrips = { looks: {}, order: [] };
const PLAIN: StripLook = {};

export class StripsStore {
  /** Hidden strips are drawn too, greyed, so that they can be shown again. */
  showHidden = $state(false);
  /** By mixer device, also of devices that are away. */
  #kept = $state.raw<Readonly<Record<string, DeviceStrips>>>({});
  #pending = 0;
  readonly #link: Link;
  readonly #onError: (error: unknown) => void;

  constructor(link: Link, onError: (error: unknown) => void) {
    this.#link = link;
    this.#onError = onError;
    link.attach(async ({ services }, subscriptions) => {
      subscriptions.add(
        services.strips.onChange(({ deviceId, strips }) => {
          // While own changes are under way, news of an earlier one would undo the later for a moment.
          if (this.#pending === 0) this.#accept(deviceId, strips);
        }),
      );
      this.#kept = await services.strips.getAll();
    });
  }

  look(deviceId: string, key: string): StripLook {
    return this.#of(deviceId).looks[key] ?? PLAIN;
  }

  change(deviceId: string, key: string, patch: LookPatch): void {
    const { looks, order } = this.#of(deviceId);
    const merged = Object.entries({ ...this.look(deviceId, key), ...patch });
    const look = Object.fromEntries(merged.filter(([, value]) => value !== undefined && value !== false));
    this.#set(deviceId, { looks: { ...looks, [key]: look }, order });
    // With the last hidden one back, the next that is hidden goes.
    const hidden = Object.values(this.#kept).some((each) =>
      Object.values(each.looks).some((other) => other.hidden),
    );
    if (!hidden) this.showHidden = false;
  }

  /** Keys of lines that stand side by side, in the order that was chosen. */
  ordered(deviceId: string, keys: readonly string[]): string[] {
    return inChosenOrder(keys, this.#of(deviceId).order);
  }

  /** Puts a line before another one of `keys`, which are those around it in their natural order; at the end without. */
  moveBefore(deviceId: string, keys: readonly string[], key: string, before: string | undefined): void {
    const { looks, order } = this.#of(deviceId);
    const others = this.ordered(deviceId, keys).filter((each) => each !== key);
    const at = before === undefined ? others.length : others.indexOf(before);
    if (at < 0) return;
    const moved = others.toSpliced(at, 0, key);
    this.#set(deviceId, { looks, order: [...order.filter((each) => !moved.includes(each)), ...moved] });
  }

  /** All devices' strips become what they were. */
  reset(): void {
    for (const deviceId of Object.keys(this.#kept)) this.#set(deviceId, AS_THEY_CAME);
    this.showHidden = false;
  }

  get changed(): boolean {
    return Object.values(this.#kept).some(
      ({ looks, order }) => order.length > 0 || Object.keys(looks).length > 0,
    );
  }

  #of(deviceId: string): DeviceStrips {
    return this.#kept[deviceId] ?? AS_THEY_CAME;
  }

  #set(deviceId: string, strips: DeviceStrips): void {
    const before = this.#of(deviceId);
    this.#accept(deviceId, strips);
    this.#pending++;
    Promise.resolve()
      .then(() => this.#link.services.strips.set(deviceId, strips))
      .catch((error: unknown) => {
        this.#accept(deviceId, before);
        this.#onError(error);
      })
      .finally(() => this.#pending--);
  }

  #accept(deviceId: string, strips: DeviceStrips): void {
    this.#kept = { ...this.#kept, [deviceId]: strips };
  }
}
