import { writeFile } from 'node:fs/promises';
import { dialog } from 'electron';
import type { Pinwheel } from '../pinwheel.ts';
import { failureNotice } from './notices.ts';

/** Asks where, and writes what a developer needs to know there. */
export async function saveReport(pinwheel: Pinwheel): Promise<void> {
  try {
    const { canceled, filePath } = await dialog.showSaveDialog({
      title: 'Save a report',
      defaultPath: 'pinwheel-report.txt',
    });
    if (!canceled && filePath) await writeFile(filePath, await pinwheel.diagnostics());
  } catch (error) {
    pinwheel.addNotice(failureNotice(error));
  }
}
