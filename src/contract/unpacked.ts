/**
 * An installed program lies in an archive, which only Electron's own processes can read. What threads and native code
 * load is unpacked beside it, in `app.asar.unpacked`.
 */
export const unpacked = (file: string): string =>
  file.replace(/([\\/])app\.asar(?=[\\/])/, '$1app.asar.unpacked');

/** The way back: what was left in the archive, such as the panel, seen from a program that runs beside it. */
export const packed = (file: string): string =>
  file.replace(/([\\/])app\.asar\.unpacked(?=[\\/])/, '$1app.asar');
