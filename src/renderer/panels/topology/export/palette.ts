import type { Palette } from './scene.ts';

/** Custom properties hold light-dark() pairs; as a real property of an element they are plain colours. */
export function currentPalette(): Palette {
  const probe = document.createElement('span');
  document.body.append(probe);
  const known = new Map<string, string>();
  const palette: Palette = (token) => {
    let colour = known.get(token);
    if (colour === undefined) {
      probe.style.setProperty('color', `var(${token})`);
      known.set(token, (colour = getComputedStyle(probe).color));
    }
    return colour;
  };
  // The probe is needed while the picture is put together, which is one turn.
  queueMicrotask(() => probe.remove());
  return palette;
}
