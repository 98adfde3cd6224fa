import type { MixerControl, MixerDestination, MixerLine } from '../../../../contract/services/mixer.ts';

/**
 * Which lines of a mixer differ from before. Lines and controls are replaced and never changed, so whatever is still
 * the same object is unchanged; only the others are compared.
 */

/** Ids of the lines that came, went or differ, destinations before their sources. */
export function lineChanges(
  before: readonly MixerDestination[],
  after: readonly MixerDestination[],
): number[] {
  const changed: number[] = [];
  compare(before, after, (old, line) => {
    if (!old || !line || !sameLine(old, line)) changed.push((line ?? old)!.id);
    if (old !== line) {
      compare(old?.sources ?? [], line?.sources ?? [], (oldSource, source) => {
        if (!oldSource || !source || !sameLine(oldSource, source)) changed.push((source ?? oldSource)!.id);
      });
    }
  });
  return changed;
}

/** `after` with the objects of `before` wherever they say the same. */
export function keepUnchanged(
  before: readonly MixerDestination[],
  after: readonly MixerDestination[],
): readonly MixerDestination[] {
  const known = new Map(before.map((line) => [line.id, line]));
  return keepList(before, after, (line) => {
    const old = known.get(line.id);
    if (!old) return line;
    const oldSources = new Map(old.sources.map((source) => [source.id, source]));
    const sources = keepList(old.sources, line.sources, (source) =>
      keepLine(oldSources.get(source.id), source),
    );
    const own = keepLine(old, line);
    return sources === old.sources && own === old ? old : { ...own, sources };
  });
}

/** The destinations with one control of the line replaced; the same ones when its value is what it was. */
export function withControl(
  destinations: readonly MixerDestination[],
  lineId: number,
  control: MixerControl,
): { destinations: readonly MixerDestination[]; changed: boolean } {
  const place = (line: MixerLine) => {
    const at = line.controls.findIndex((each) => each.id === control.id);
    return at < 0 || sameControl(line.controls[at]!, control) ? undefined : line.controls.with(at, control);
  };
  for (const [index, destination] of destinations.entries()) {
    if (destination.id === lineId) {
      const controls = place(destination);
      return controls
        ? { destinations: destinations.with(index, { ...destination, controls }), changed: true }
        : { destinations, changed: false };
    }
    // A source's id carries its destination's index in the low half.
    if ((destination.id & 0xffff) !== (lineId & 0xffff)) continue;
    const at = destination.sources.findIndex((source) => source.id === lineId);
    const source = destination.sources[at];
    const controls = source && place(source);
    if (!controls) continue;
    const sources = destination.sources.with(at, { ...source, controls });
    return { destinations: destinations.with(index, { ...destination, sources }), changed: true };
  }
  return { destinations, changed: false };
}

function keepLine<Line extends MixerLine>(old: Line | undefined, line: Line): Line {
  if (!old) return line;
  const oldControls = new Map(old.controls.map((control) => [control.id, control]));
  const controls = keepList(old.controls, line.controls, (control) => {
    const same = oldControls.get(control.id);
    return same && sameControl(same, control) ? same : control;
  });
  return sameHeading(old, line) && controls === old.controls ? old : { ...line, controls };
}

function keepList<T>(before: T[], after: readonly T[], keep: (item: T) => T): T[];
function keepList<T>(before: readonly T[], after: readonly T[], keep: (item: T) => T): readonly T[];
function keepList<T>(before: readonly T[], after: readonly T[], keep: (item: T) => T): readonly T[] {
  const kept = after.map(keep);
  return kept.length === before.length && kept.every((item, index) => item === before[index]) ? before : kept;
}

/** Both lists are sorted by id; calls `visit` with the pairs of equal ids and with what has no partner. */
function compare<Line extends MixerLine>(
  before: readonly Line[],
  after: readonly Line[],
  visit: (old: Line | undefined, line: Line | undefined) => void,
): void {
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const old = before[i];
    const line = after[j];
    if (line === undefined || (old !== undefined && old.id < line.id)) {
      visit(old, undefined);
      i++;
    } else if (old === undefined || line.id < old.id) {
      visit(undefined, line);
      j++;
    } else {
      if (old !== line) visit(old, line);
      i++;
      j++;
    }
  }
}

/** Heading and controls; a destination's sources are lines of their own. */
function sameLine(a: MixerLine, b: MixerLine): boolean {
  if (a === b) return true;
  return (
    sameHeading(a, b) &&
    (a.controls === b.controls ||
      (a.controls.length === b.controls.length &&
        a.controls.every((control, index) => sameControl(control, b.controls[index]!))))
  );
}

function sameHeading(a: MixerLine, b: MixerLine): boolean {
  return (
    a.id === b.id &&
    a.name === b.name &&
    a.component === b.component &&
    a.target === b.target &&
    a.channels === b.channels
  );
}

function sameControl(a: MixerControl, b: MixerControl): boolean {
  return a === b || sameFields(a, b);
}

/** Plain data of the contract: values, arrays and records. */
function sameFields(a: object, b: object): boolean {
  const keys = Object.keys(a) as (keyof typeof a)[];
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => {
      const [x, y]: [unknown, unknown] = [a[key], b[key]];
      return Object.is(x, y) || (isObject(x) && isObject(y) && sameFields(x, y));
    })
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
