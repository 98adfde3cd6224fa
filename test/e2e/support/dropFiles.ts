import type { Page } from 'playwright-core';

export interface DroppedFile {
  name: string;
  bytes: Uint8Array;
}

/** Drags files over the window as from a file manager; `drop` lets go of them there. */
export async function dragFiles(
  page: Page,
  type: 'dragenter' | 'drop',
  files: readonly DroppedFile[],
): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    (dragged) => {
      const data = new DataTransfer();
      for (const { name, base64 } of dragged) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        data.items.add(new File([bytes], name));
      }
      return data;
    },
    files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') })),
  );
  await page.locator('main').dispatchEvent(type, { dataTransfer });
}
