/**
 * Entry of a device host that writes down when the device takes the first sound of each note, with silence before it:
 * as engine time with the device's own latency, which the times of blocks have in them. The notes are kept in memory and
 * written to the file PINWHEEL_BENCH_ONSETS when a stream is closed.
 */
import { writeFileSync } from 'node:fs';
import { runDeviceHost } from '../../../src/main/host/deviceHost.ts';
import { createDmusStreams } from '../../../src/main/host/dmusStreams.ts';
import type { RenderStream } from '../../../src/main/host/renderStream.ts';
import { Onsets } from './onsets.ts';

const streams = createDmusStreams();

runDeviceHost(import.meta.url, () =>
  Promise.resolve(
    Object.assign((request: Parameters<typeof streams>[0]): RenderStream => {
      const stream = streams(request);
      const onsets = new Onsets(request.sampleRate);
      const times: number[] = [];
      let frames = 0;
      const render: RenderStream['render'] = (left, right, count, blockTime) => {
        stream.render(left, right, count, blockTime);
        onsets.find(left, count, (frame) =>
          times.push(blockTime + ((frame - frames) / request.sampleRate) * 1e7),
        );
        frames += count;
      };
      const dispose = (): void => {
        stream.dispose();
        if (times.length > 0) writeFileSync(process.env['PINWHEEL_BENCH_ONSETS']!, JSON.stringify(times));
      };
      return new Proxy(stream, {
        get(target, name) {
          if (name === 'render') return render;
          if (name === 'dispose') return dispose;
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
        },
      });
    }, streams),
  ),
);
