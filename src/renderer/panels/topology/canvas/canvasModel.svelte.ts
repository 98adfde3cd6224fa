/** What the canvas draws: the drawing of the topology, its layout, and where things are at this moment. */
import { createContext } from 'svelte';
import type { Node } from '@xyflow/svelte';
import type { PropertyValue } from '../../../../contract/services/topology.ts';
import type { TopologyStore } from '../../../state/topology.svelte.ts';
import type { Face } from '../../../state/topologyFaces.ts';
import { drawingOf, indexOf, type DrawingIndex } from '../graph/drawing.ts';
import { byId, idsOf } from '../graph/elementId.ts';
import { faceText } from '../graph/faceText.ts';
import { GLYPHS, SOUNDING, type Glyph } from '../graph/glyphs.ts';
import { jackState, type JackState } from '../graph/jackState.ts';
import { livePaths } from '../graph/livePaths.ts';
import { searchDrawing, type Hit } from '../graph/search.ts';
import { walk, walkable, type Arrow, type Walkable } from '../graph/walk.ts';
import type { FaceKind } from '../graph/nodeKind.ts';
import { BOX_PORT, BOX_WIDTH, HEADER_HEIGHT, JACK_SIZE } from '../layout/geometry.ts';
import type { LayoutClient } from '../layout/layoutClient.ts';
import { layoutRequest, type Measure } from '../layout/layoutRequest.ts';
import type { Point } from '../layout/layered.ts';
import type { LayoutRequest, LayoutResult, Rectangle } from '../layout/layoutTopology.ts';
import { linePath, type LineEnd } from './linePath.ts';
import type { JackData } from './viewport.ts';

/** A line as it is drawn now. */
export interface DrawnLine {
  id: string;
  kind: 'link' | 'wire';
  from: string;
  to: string;
  path: string;
}

/** Frames lie below the lines, boxes and jacks above them. */
const Z = { frame: 0, box: 2 } as const;

export class CanvasModel {
  readonly store: TopologyStore;
  readonly drawing = $derived.by(() => {
    const { snapshot, collapsed, view } = this.store;
    if (!snapshot) return { frames: [], jacks: [], wires: [] };
    return drawingOf(snapshot, { collapsed, shown: (filter) => view.shows(filter) });
  });
  readonly #index: DrawingIndex = $derived(indexOf(this.drawing));
  /** Ids of what carries a running stream. */
  readonly live: ReadonlySet<string> = $derived(
    livePaths(this.drawing, {
      muted: (id) => this.#values(id, 'mute')?.every((value) => value === true) ?? false,
      selectedInput: (id) => {
        const value = this.#values(id, 'source')?.[0];
        return typeof value === 'number' ? value : undefined;
      },
    }),
  );
  readonly lines: readonly DrawnLine[] = $derived.by(() => this.#drawLines());
  /** What the search found, in the order of the drawing. */
  readonly hits: readonly Hit[] = $derived.by(() => searchDrawing(this.drawing, this.store.view.search));
  readonly #found: ReadonlySet<string> = $derived.by(() => idsOf(this.hits));
  /** What the canvas library shows and lets the user drag. */
  nodes = $state.raw<Node[]>([]);
  layout = $state.raw<LayoutResult | undefined>();
  #asked = '';

  constructor(store: TopologyStore, layouts: LayoutClient, measure: Measure) {
    this.store = store;
    $effect(() => {
      const request = layoutRequest(this.drawing, store.positions, measure);
      const asked = JSON.stringify(request);
      if (asked === this.#asked) return;
      this.#asked = asked;
      layouts.request(request, (result) => {
        this.layout = result;
        this.nodes = this.#place(request, result);
      });
    });
  }

  /** While something is searched, what was not found is drawn faintly. */
  isFaint(id: string): boolean {
    return this.#found.size > 0 && !this.#found.has(id);
  }

  select(id: string): void {
    this.store.view.selected = id;
  }

  /** Where an arrow key leads from an element. */
  next(from: string, arrow: Arrow): string | undefined {
    return walk(from, arrow, this.#walkable);
  }

  readonly #walkable: Walkable = $derived.by(() => {
    const { frames, pins, boxes, jacks } = this;
    const place = (id: string) => (frames.has(id) ? this.#titleOf(id) : this.centre(id));
    return walkable([...frames.keys(), ...pins.keys(), ...boxes.keys(), ...jacks.keys()], place, this.lines);
  });

  /** A frame is where its name is. */
  #titleOf(id: string): Point | undefined {
    const corner = this.#corner(id);
    return corner && { x: corner.x + HEADER_HEIGHT, y: corner.y + HEADER_HEIGHT / 2 };
  }

  get frames(): DrawingIndex['frames'] {
    return this.#index.frames;
  }

  get boxes(): DrawingIndex['boxes'] {
    return this.#index.boxes;
  }

  get pins(): DrawingIndex['pins'] {
    return this.#index.pins;
  }

  get jacks(): DrawingIndex['jacks'] {
    return this.#index.jacks;
  }

  /** The live value on the face of a node; undefined for nodes without one and in a dump. */
  face(id: string): Face | undefined {
    const entry = this.boxes.get(id);
    const face = entry?.box.kind.face;
    if (!entry || !face || this.store.dump) return undefined;
    const { node } = entry.box;
    const { property } = face;
    if (!node.properties.some(({ name, get, perPin }) => name === property && get && !perPin))
      return undefined;
    return this.store.faces.of({ filter: entry.frame.filter.path, node: node.id, property });
  }

  /** What the driver tells about a jack; nothing is known of the jacks of a dump. */
  jackState(id: string): JackState {
    const jack = this.jacks.get(id);
    const read = (property: string) => {
      if (!jack?.filter.properties.some(({ name, get }) => name === property && get)) return undefined;
      const { path } = jack.filter;
      return this.store.faces.of({ filter: path, node: null, pin: jack.pin.id, property }).values?.[0];
    };
    if (this.store.dump) return jackState(undefined, undefined);
    return jackState(read('KSPROPERTY_JACK_DESCRIPTION'), read('KSPROPERTY_JACK_DESCRIPTION2'));
  }

  /** The symbol of a node: the speaker of a mute node is crossed while it is on. */
  glyph(id: string): Glyph {
    const kind = this.boxes.get(id)?.box.kind;
    const values = kind?.face?.kind === 'mute' ? this.face(id)?.values : undefined;
    return values && !values.every(Boolean) ? SOUNDING : GLYPHS[kind?.glyph ?? 'other'];
  }

  /** The value of a node as its face says it; empty for nodes without one and before it is read. */
  said(id: string): string {
    const entry = this.boxes.get(id);
    const values = this.face(id)?.values;
    if (!entry?.box.kind.face || !values) return '';
    return faceText(entry.box.kind.face.kind, values, entry.frame.filter, entry.box.node);
  }

  /** What stands below a node: its value, or what it is. */
  label(id: string): string {
    const box = this.boxes.get(id)?.box;
    return this.said(id) || box?.kind.label || box?.node.name || '';
  }

  /** Where an element is on the canvas. */
  place(id: string): Rectangle | undefined {
    const [corner, node] = [this.#corner(id), this.#byId.get(id)];
    return corner && node && { ...corner, width: node.width ?? 0, height: node.height ?? 0 };
  }

  /** Where the line of a pin begins. */
  pin(id: string): Point | undefined {
    return this.pins.has(id) ? this.#corner(id) : undefined;
  }

  /** Middle of an element on the canvas. */
  centre(id: string): Point | undefined {
    const end = this.#corner(id);
    if (!end) return undefined;
    const node = this.#byId.get(id);
    return node ? { x: end.x + (node.width ?? 0) / 2, y: end.y + (node.height ?? 0) / 2 } : end;
  }

  /** Adapter of a frame, a node or a jack. */
  adapterOf(id: string): string | undefined {
    const frame = this.frames.get(id) ?? this.boxes.get(id)?.frame;
    return (frame ?? this.jacks.get(id))?.filter.adapter;
  }

  /** Keeps where the user put an element. */
  keep(id: string): void {
    const position = this.#byId.get(id)?.position;
    const box = this.boxes.get(id);
    const adapter = this.adapterOf(id);
    if (!position || adapter === undefined) return;
    const rounded = { x: Math.round(position.x), y: Math.round(position.y) };
    this.store.move(adapter, { [box?.box.key ?? id]: rounded });
  }

  /** Answers whether there is something to move: pins stay on their frame. */
  moveBy(id: string, x: number, y: number): boolean {
    const node = this.#byId.get(id);
    if (!node) return false;
    const position = { x: node.position.x + x, y: node.position.y + y };
    this.nodes = this.nodes.map((each) => (each === node ? { ...node, position } : each));
    return true;
  }

  readonly #byId: ReadonlyMap<string, Node> = $derived.by(() => byId(this.nodes));

  #values(id: string, kind: FaceKind): readonly PropertyValue[] | undefined {
    if (this.boxes.get(id)?.box.kind.face?.kind !== kind) return undefined;
    return this.face(id)?.values;
  }

  #place({ jacks }: LayoutRequest, { places }: LayoutResult): Node[] {
    const names: Readonly<Record<string, JackData>> = Object.fromEntries(
      jacks.map(({ id, width }) => [id, { nameWidth: width - JACK_SIZE }]),
    );
    const node = (id: string, type: string, zIndex: number, parent?: string): Node => {
      const { x, y, width, height } = places[id]!;
      return {
        id,
        type,
        position: { x, y },
        data: names[id] ?? {},
        width,
        height,
        measured: { width, height },
        handles: [],
        zIndex,
        // The group of the library has no name; the buttons inside have.
        ariaRole: 'group',
        domAttributes: { 'aria-roledescription': undefined },
        ...(parent === undefined ? {} : { parentId: parent, extent: 'parent' as const }),
      };
    };
    const drawn = (id: string) => id in places;
    return [
      ...this.drawing.frames.filter(({ id }) => drawn(id)).map(({ id }) => node(id, 'frame', Z.frame)),
      ...this.drawing.frames.flatMap((frame) =>
        frame.boxes.filter(({ id }) => drawn(id)).map(({ id }) => node(id, 'box', Z.box, frame.id)),
      ),
      ...this.drawing.jacks.filter(({ id }) => drawn(id)).map(({ id }) => node(id, 'jack', Z.box)),
    ];
  }

  /** Top left corner on the canvas; the end of the line for a pin. */
  #corner(id: string): Point | undefined {
    const pin = this.pins.get(id);
    if (pin) {
      const [frame, end] = [this.#byId.get(pin.frame.id), this.layout?.pins[id]];
      return frame && end && { x: frame.position.x + end.x, y: frame.position.y + end.y };
    }
    const node = this.#byId.get(id);
    if (!node?.parentId) return node?.position;
    const parent = this.#byId.get(node.parentId);
    return parent && { x: parent.position.x + node.position.x, y: parent.position.y + node.position.y };
  }

  /** Where a line to or from `other` meets an element: boxes are met on the side that is nearer. */
  #end(id: string, towards: number, inside: boolean): LineEnd | undefined {
    const corner = this.#corner(id);
    if (!corner) return undefined;
    const pin = this.pins.get(id);
    if (pin) {
      const outwards = pin.pin.side === 'left' ? -1 : 1;
      return { ...corner, direction: inside ? (-outwards as -1 | 1) : outwards };
    }
    if (this.jacks.has(id)) return { x: corner.x, y: corner.y + JACK_SIZE / 2, direction: -1 };
    const direction = towards >= corner.x + BOX_WIDTH / 2 ? 1 : -1;
    return { x: corner.x + (direction === 1 ? BOX_WIDTH : 0), y: corner.y + BOX_PORT, direction };
  }

  #drawLines(): DrawnLine[] {
    const lines: DrawnLine[] = [];
    const draw = (kind: DrawnLine['kind'], id: string, from: string, to: string, route: string) => {
      const [a, b] = [this.#corner(from), this.#corner(to)];
      if (!a || !b) return;
      const [start, end] = [this.#end(from, b.x, kind === 'link'), this.#end(to, a.x, kind === 'link')];
      if (start && end) {
        lines.push({ id, kind, from, to, path: linePath(start, end, this.#route(kind, route, from, to)) });
      }
    };
    for (const frame of this.drawing.frames) {
      for (const { id, from, to } of frame.links) draw('link', id, from, to, id);
    }
    for (const { id, from, to, route } of this.drawing.wires) draw('wire', id, from, to, route);
    return lines;
  }

  /** The way the layout led a line, as long as nothing at its ends was moved since. */
  #route(kind: DrawnLine['kind'], route: string, from: string, to: string): Point[] | undefined {
    const points = this.layout?.routes[route];
    if (!points || this.#moved(from) || this.#moved(to)) return undefined;
    if (kind === 'wire') return points;
    const frame = this.#byId.get(this.pins.get(from)?.frame.id ?? this.boxes.get(from)?.frame.id ?? '');
    return frame && points.map(({ x, y }) => ({ x: x + frame.position.x, y: y + frame.position.y }));
  }

  #moved(id: string): boolean {
    const inFrame = this.boxes.has(id);
    const owner = inFrame || this.jacks.has(id) ? id : (this.pins.get(id)?.frame.id ?? id);
    const [now, placed] = [this.#byId.get(owner)?.position, this.layout?.places[owner]];
    return !now || !placed || now.x !== placed.x || now.y !== placed.y;
  }
}

export const [getCanvasModel, setCanvasModel] = createContext<CanvasModel>();
