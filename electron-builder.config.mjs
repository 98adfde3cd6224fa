/**
 * Installers: `node scripts/package.mjs` makes them of `out/`. What each release needs is in docs/packaging.md.
 *
 * Everything that the hosts run (programs, worker files, packages with native parts) is unpacked beside the archive:
 * native modules and threads are loaded from real files only.
 *
 * @type {import('electron-builder').Configuration}
 */
export default {
  appId: 'org.pinwheel.panel',
  productName: 'Pinwheel',
  copyright: 'Licensed under the MIT License; with its FM synthesizer under the GPL-3.0',
  directories: { output: 'dist', buildResources: 'resources' },
  electronVersion: '45.3.4',
  // The native packages bring binaries for Node-API, which hold for every Node and Electron.
  npmRebuild: false,
  buildDependenciesFromSource: false,
  files: [
    'out/banks/**',
    'out/main/**',
    'out/preload/**',
    'out/renderer/**',
    'package.json',
    '!**/*.map',
    '!**/*.d.{ts,mts,cts}',
    '!**/{README,CHANGELOG,readme,changelog}*',
    '!node_modules/koffi/{src,doc,vendor}{,/**}',
    '!node_modules/@julusian/midi/{src-cpp,vendor,binding.gyp}{,/**}',
    '!node_modules/**/*.{c,cc,cpp,h,hpp,o,ts,md,html,symbols,gyp,gypi}',
    ...foreignBinaries(process.platform),
  ],
  asar: true,
  asarUnpack: ['out/banks/**', 'out/main/**', 'node_modules/**'],
  extraResources: [
    { from: 'resources/licenses', to: 'licenses' },
    { from: 'THIRD_PARTY_NOTICES', to: 'licenses/THIRD_PARTY_NOTICES.txt' },
    { from: 'LICENSE', to: 'licenses/LICENSE.txt' },
  ],
  // What each is for: docs/security.md.
  electronFuses: {
    runAsNode: true,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
    resetAdHocDarwinSignature: true,
  },
  fileAssociations: [
    { ext: ['mid', 'midi'], name: 'MIDI song', mimeType: 'audio/midi', role: 'Viewer' },
    { ext: 'rmi', name: 'MIDI song with sounds', mimeType: 'audio/x-rmid', role: 'Viewer' },
    { ext: 'dls', name: 'DLS bank of sounds', mimeType: 'audio/dls', role: 'Viewer' },
    { ext: 'sf2', name: 'SoundFont', mimeType: 'audio/x-sfbk', role: 'Viewer' },
    { ext: 'wav', name: 'WAV sound', mimeType: 'audio/wav', role: 'Viewer', rank: 'Alternate' },
  ],
  linux: {
    target: ['AppImage', 'deb', 'rpm'],
    // `pinwheel` is the command line.
    executableName: 'pinwheel-panel',
    // The window says which entry it belongs to: `desktopName` of package.json.
    syncDesktopName: true,
    category: 'AudioVideo;Audio;Mixer;Midi',
    synopsis: 'Mix, route, play and power sound devices',
    icon: 'out/icons',
    extraResources: [
      { from: 'resources/bin/pinwheel', to: 'bin/pinwheel' },
      { from: 'out/shell', to: 'shell' },
    ],
    desktop: {
      entry: {
        Keywords: 'mixer;volume;midi;sound;audio;synthesizer;',
        Actions: 'quit;',
      },
      desktopActions: { quit: { Name: 'Quit Pinwheel', Exec: 'pinwheel quit' } },
    },
  },
  deb: {
    depends: ['libgtk-3-0 | libgtk-3-0t64', 'libnss3', 'libxss1', 'libasound2 | libasound2t64', 'libnotify4'],
    recommends: ['libasound2-plugins'],
    afterInstall: 'resources/linux/afterInstall.sh',
    afterRemove: 'resources/linux/afterRemove.sh',
  },
  rpm: {
    depends: ['gtk3', 'nss', 'libXScrnSaver', 'alsa-lib', 'libnotify'],
    afterInstall: 'resources/linux/afterInstall.sh',
    afterRemove: 'resources/linux/afterRemove.sh',
  },
  win: {
    target: [{ target: 'nsis', arch: ['x64', 'arm64'] }],
    icon: 'out/icons/256x256.png',
    extraResources: [{ from: 'resources/bin/pinwheel.cmd', to: 'bin/pinwheel.cmd' }],
  },
  nsis: { oneClick: true, perMachine: false, license: 'LICENSE', deleteAppDataOnUninstall: false },
  mac: {
    target: [{ target: 'dmg', arch: ['x64', 'arm64'] }],
    category: 'public.app-category.music',
    icon: 'out/icons/1024x1024.png',
    extraResources: [{ from: 'resources/bin/pinwheel', to: 'bin/pinwheel' }],
    hardenedRuntime: true,
    extendInfo: { NSMicrophoneUsageDescription: 'Recording and the monitor hear what the microphone hears.' },
  },
};

/**
 * Leaves out the native files of other platforms and processors. Installers are made on the platform that they are for.
 *
 * @param {NodeJS.Platform} platform
 */
function foreignBinaries(platform) {
  // The C library, which the audio library's binary is named after.
  const library = platform === 'linux' ? '-gnu' : platform === 'win32' ? '-msvc' : '';
  return [
    `!node_modules/node-web-audio-api/node-web-audio-api.!(${platform}-\${arch}${library}).node`,
    `!node_modules/@julusian/midi/prebuilds/!(midi-${platform}-\${arch}){,/**}`,
    `!node_modules/@koromix/!(koffi-${platform}-\${arch}){,/**}`,
    '!node_modules/@koromix/*/musl_*{,/**}',
  ];
}
