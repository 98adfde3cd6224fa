/** Every word the panel says, in one catalogue: a file of `text/` for each panel. */
import { banner, hints, panels, status, time, topBar } from './text/frame.ts';
import { instruments } from './text/instruments.ts';
import { amount, balance, endpoint, level, mixer, profiles, programs } from './text/mixer.ts';
import { desktop } from './text/desktop.ts';
import { flyout } from './text/flyout.ts';
import { keys, palette } from './text/palette.ts';
import { player, recorder } from './text/player.ts';
import { power } from './text/power.ts';
import { settings } from './text/settings.ts';
import { topology } from './text/topology.ts';
import { trace } from './text/trace.ts';

export const text = {
  product: 'Pinwheel',
  rail: { label: 'Panels' },
  panels,
  topBar,
  desktop,
  flyout,
  status,
  banner,
  mixer,
  profiles,
  programs,
  endpoint,
  level,
  amount,
  balance,
  player,
  recorder,
  instruments,
  settings,
  topology,
  power,
  trace,
  palette,
  hints,
  keys,
  time,
} as const;
