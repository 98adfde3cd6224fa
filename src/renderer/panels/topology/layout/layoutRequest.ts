import type { PinTopology } from '../../../../contract/services/topology.ts';
import type { Drawing, Frame, FramePin } from '../graph/drawing.ts';
import { frameSubtitle, instancesText, shownDots } from '../graph/labels.ts';
import { JACK_SIZE, JACK_TEXT_GAP, MIN_FRAME_WIDTH, PIN_INSET, PIN_MIN_WIDTH } from './geometry.ts';
import type { FrameRequest, LayoutRequest } from './layoutTopology.ts';
import type { Point } from './layered.ts';

/** Width of text in pixels at 100 %. */
export type Measure = (text: string, weight: 'normal' | 'semibold') => number;

const DOT_PITCH = 11;

/** What the layout has to know of a drawing. `kept` is by the keys positions are kept by. */
export function layoutRequest(
  drawing: Drawing,
  kept: Readonly<Record<string, Point>>,
  measure: Measure,
): LayoutRequest {
  const request: LayoutRequest = {
    frames: drawing.frames.map((frame) => frameRequest(frame, measure)),
    jacks: drawing.jacks.map(({ id, filter, pin }) => ({
      id,
      pin: drawing.wires.find(({ route }) => route === id)![pin.dataFlow === 'IN' ? 'to' : 'from'],
      width: JACK_SIZE + JACK_TEXT_GAP + measure(pin.name || filter.name, 'normal'),
    })),
    wires: drawing.wires
      .filter(({ id, route }) => id === route)
      .map(({ id, from, to }) => ({ id, from, to })),
    kept: {},
  };
  const keep = (id: string, key: string) => {
    const place = Object.hasOwn(kept, key) ? kept[key] : undefined;
    if (place) request.kept[id] = { x: place.x, y: place.y };
  };
  for (const { id, boxes } of drawing.frames) {
    keep(id, id);
    for (const box of boxes) keep(box.id, box.key);
  }
  for (const { id } of drawing.jacks) keep(id, id);
  return request;
}

function frameRequest(frame: Frame, measure: Measure): FrameRequest {
  const title = measure(frame.filter.name, 'semibold') + measure(frameSubtitle(frame.filter), 'normal');
  return {
    id: frame.id,
    column: frame.column,
    // Power dot, fold button and the gaps around them.
    minWidth: Math.max(MIN_FRAME_WIDTH, Math.ceil(title) + 88),
    pins: frame.pins.map((pin) => ({ id: pin.id, side: pin.side, width: pinWidth(pin, measure) })),
    boxes: frame.boxes.map(({ id }) => id),
    links: frame.links.map(({ id, from, to, runsLeft }) => ({
      id,
      from: runsLeft ? to : from,
      to: runsLeft ? from : to,
    })),
  };
}

function pinWidth({ pin, labelled }: FramePin, measure: Measure): number {
  if (!labelled) return PIN_MIN_WIDTH;
  return PIN_INSET + Math.ceil(measure(pin.name, 'normal')) + instancesWidth(pin, measure) + PIN_INSET;
}

function instancesWidth(pin: PinTopology, measure: Measure): number {
  const count = instancesText(pin);
  return 6 + DOT_PITCH * shownDots(pin).length + (count ? 4 + Math.ceil(measure(count, 'normal')) : 0);
}
