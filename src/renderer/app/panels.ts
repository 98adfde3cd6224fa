import type { PanelName } from '../state/settings.svelte.ts';

/** In the order of the rail and of Ctrl/Cmd+1 to 6. */
export const panelNames: readonly PanelName[] = ['mixer', 'topology', 'power', 'player', 'trace', 'settings'];

export const onApple = /mac|iphone|ipad/i.test(navigator.platform);

export function shortcutOf(index: number): string {
  return onApple ? `⌘${index + 1}` : `Ctrl+${index + 1}`;
}
