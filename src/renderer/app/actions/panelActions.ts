import type { Panel } from '../../state/panel.svelte.ts';
import { text } from '../../text.ts';
import type { Add } from './action.ts';

/** Outputs, trace, and how the panel looks. */
export function addPanel(panel: Panel, add: Add): void {
  const { devices, settings, trace } = panel;
  const { sections } = text.palette;
  for (const output of devices.list?.outputs ?? []) {
    if (!output.available || output.id === devices.list?.selectedOutput) continue;
    add(`output-${output.id}`, sections.output, text.palette.useOutput(output.label), '', () =>
      panel.selectOutput(output.id),
    );
  }
  add('retry', sections.output, text.palette.retryOutput, '', () => {
    panel.app.retryOutput().catch(panel.notices.report);
  });
  add('test', sections.output, text.palette.testOutput, '', () => {
    devices.testChannels().catch(panel.notices.report);
  });
  for (const latency of ['low', 'normal', 'saving'] as const) {
    if (latency === settings.current.latency) continue;
    const { name } = text.settings.latencies[latency];
    add(`latency-${latency}`, sections.output, text.palette.useLatency(name), '', () => {
      settings.set({ latency }).catch(panel.notices.report);
    });
  }
  if (trace.recording) {
    add('trace-stop', sections.trace, text.palette.traceStop, '', () => trace.stop());
    const pause = trace.paused ? text.palette.traceResume : text.palette.tracePause;
    add('trace-pause', sections.trace, pause, '', () => trace.setPaused(!trace.paused));
  } else {
    add('trace-start', sections.trace, text.palette.traceStart, '', () => {
      trace.start();
      panel.show('trace');
    });
  }
  if (trace.total > 0) add('trace-clear', sections.trace, text.palette.traceClear, '', () => trace.clear());
  if (trace.filtering) add('trace-all', sections.trace, text.palette.traceAll, '', () => trace.showAll());
  for (const theme of ['system', 'light', 'dark'] as const) {
    if (theme === settings.current.theme) continue;
    add(`theme-${theme}`, sections.theme, text.palette.useTheme(text.settings.themes[theme]), '', () => {
      settings.set({ theme }).catch(panel.notices.report);
    });
  }
  const density = settings.current.density === 'compact' ? 'comfortable' : 'compact';
  add('density', sections.theme, text.palette.useDensity(text.settings.densities[density]), '', () => {
    settings.set({ density }).catch(panel.notices.report);
  });
  add('keys', sections.app, text.palette.keys, '?', () => (panel.overlay = 'keys'));
}
