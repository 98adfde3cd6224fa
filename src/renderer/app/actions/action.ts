import type { Panel } from '../../state/panel.svelte.ts';
import type { PanelName } from '../../state/settings.svelte.ts';

/** Something the palette can do. */
export interface Action {
  id: string;
  section: string;
  label: string;
  /** Present value or shortcut, shown at the right. */
  hint: string;
  run(): void;
}

export type Add = (id: string, section: string, label: string, hint: string, run: () => void) => void;

/** A panel with much in it is there some frames later. */
const MOST_FRAMES = 90;

/** Shows a panel with an element of it under the keyboard. */
export function focusElement(panel: Panel, shown: PanelName, selector: string): void {
  whenThere(panel, shown, selector, (element) => {
    element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    element.focus({ focusVisible: true });
  });
}

/** Shows a panel and presses a button of it. */
export function pressElement(panel: Panel, shown: PanelName, selector: string): void {
  whenThere(panel, shown, selector, (element) => {
    element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    element.focus({ focusVisible: true });
    element.click();
  });
}

function whenThere(
  panel: Panel,
  shown: PanelName,
  selector: string,
  act: (element: HTMLElement) => void,
): void {
  panel.show(shown);
  let frames = 0;
  const look = (): void => {
    const element = document.querySelector<HTMLElement>(selector);
    if (element) act(element);
    else if (frames++ < MOST_FRAMES && panel.shown === shown) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
