import { nativeImage, type WebContents } from 'electron';
import type { Served } from '../../contract/rpc/server.ts';
import { drawTrayIcon } from './tray/trayIcon.ts';

/** Points along an edge of what is seen at the pointer. */
const ICON_POINTS = 32;

/**
 * Drags the file that was recorded last out of the window, into a folder or another program. Nothing is dragged while
 * the file is still being written.
 */
export async function dragRecording(contents: WebContents, served: Promise<Served>): Promise<void> {
  const { implementations } = await served;
  const { phase, file } = await implementations.recorder.getState();
  if (file === null || phase !== 'stopped' || contents.isDestroyed()) return;
  const icon = nativeImage.createFromBuffer(
    drawTrayIcon({ level: 1, muted: false, on: 'light' }, ICON_POINTS),
  );
  contents.startDrag({ file, icon });
}
