import type { Kernel } from './kernel.ts';
import type { RecordedCard, RigHome } from './rigHome.ts';

/** ALSA's number and id of the cards that are there from the start. */
const CARDS = [
  'snd_intel8x0.index=0',
  'snd_intel8x0.id=AC97',
  'snd_aloop.index=3',
  'snd_virmidi.index=4',
  'snd_dummy.index=5',
];

/** The guest's machine: two processors in software, the host's files, two sockets and a sound card. */
export function qemuArguments(kernel: Kernel, home: RigHome): string[] {
  return [
    // A processor without AVX: emulating that is new in this QEMU, and makes Node start more slowly.
    ...['-M', 'q35', '-accel', 'tcg', '-cpu', 'Nehalem', '-smp', '2', '-m', '2048'],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-serial', 'stdio'],
    ...['-kernel', kernel.image, '-initrd', home.initrd],
    // An emulated timer that is late on a busy machine is no broken one: the kernel would refuse to start.
    ...['-append', ['console=ttyS0 quiet panic=-1 mitigations=off no_timer_check', ...CARDS].join(' ')],
    ...share('host', '/', 'readonly=on'),
    ...share('exchange', home.exchange, 'readonly=off'),
    ...['-chardev', `socket,id=agent,path=${home.agent}`],
    ...['-device', 'virtio-serial', '-device', 'virtserialport,chardev=agent,nr=1'],
    ...['-chardev', `socket,id=monitor,path=${home.monitor}`, '-mon', 'chardev=monitor,mode=control'],
    ...[...recording('ac97', home), '-device', 'AC97,audiodev=ac97'],
    // Its card is plugged later.
    ...[...recording('usb-audio', home), '-device', 'qemu-xhci'],
  ];
}

function share(tag: string, path: string, access: string): string[] {
  const files = `local,id=${tag},path=${path},${access},security_model=none,multidevs=remap`;
  return ['-fsdev', files, '-device', `virtio-9p-pci,fsdev=${tag},mount_tag=${tag}`];
}

function recording(card: RecordedCard, home: RigHome): string[] {
  return ['-audiodev', `wav,id=${card},path=${home.recording(card)},out.frequency=48000,out.channels=2`];
}
