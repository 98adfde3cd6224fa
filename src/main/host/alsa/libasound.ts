import koffi from 'koffi';

/** Functions of ALSA's library and of the C library that the host calls, and nothing else of them. */

/** A pointer of the library's; only it knows what is behind. */
export type Pointer = unknown;

/** One slot that a function writes into. */
type Out<T> = [T];

export interface LibAsound {
  snd_strerror(code: number): string;
  snd_ctl_open(ctl: Out<Pointer>, name: string, mode: number): number;
  snd_ctl_close(ctl: Pointer): number;
  snd_ctl_subscribe_events(ctl: Pointer, on: number): number;
  snd_ctl_poll_descriptors(ctl: Pointer, pollfds: Buffer, count: number): number;
  snd_ctl_read(ctl: Pointer, event: Pointer): number;

  snd_ctl_event_malloc(event: Out<Pointer>): number;
  snd_ctl_event_free(event: Pointer): void;
  snd_ctl_event_get_type(event: Pointer): number;
  snd_ctl_event_elem_get_mask(event: Pointer): number;
  snd_ctl_event_elem_get_numid(event: Pointer): number;

  snd_ctl_card_info_malloc(info: Out<Pointer>): number;
  snd_ctl_card_info_free(info: Pointer): void;
  snd_ctl_card_info(ctl: Pointer, info: Pointer): number;
  snd_ctl_card_info_get_id(info: Pointer): string;
  snd_ctl_card_info_get_driver(info: Pointer): string;
  snd_ctl_card_info_get_name(info: Pointer): string;
  snd_ctl_card_info_get_longname(info: Pointer): string;

  snd_ctl_pcm_next_device(ctl: Pointer, device: Out<number>): number;
  snd_ctl_pcm_info(ctl: Pointer, info: Pointer): number;
  snd_pcm_info_malloc(info: Out<Pointer>): number;
  snd_pcm_info_free(info: Pointer): void;
  snd_pcm_info_set_device(info: Pointer, device: number): void;
  snd_pcm_info_set_subdevice(info: Pointer, subdevice: number): void;
  snd_pcm_info_set_stream(info: Pointer, stream: number): void;
  snd_pcm_info_get_name(info: Pointer): string;

  snd_ctl_elem_list_malloc(list: Out<Pointer>): number;
  snd_ctl_elem_list_free(list: Pointer): void;
  snd_ctl_elem_list(ctl: Pointer, list: Pointer): number;
  snd_ctl_elem_list_alloc_space(list: Pointer, entries: number): number;
  snd_ctl_elem_list_free_space(list: Pointer): void;
  snd_ctl_elem_list_get_count(list: Pointer): number;
  snd_ctl_elem_list_get_used(list: Pointer): number;
  snd_ctl_elem_list_get_numid(list: Pointer, index: number): number;

  snd_ctl_elem_id_malloc(id: Out<Pointer>): number;
  snd_ctl_elem_id_free(id: Pointer): void;
  snd_ctl_elem_id_set_numid(id: Pointer, numid: number): void;
  snd_ctl_elem_tlv_read(ctl: Pointer, id: Pointer, tlv: Int32Array, bytes: number): number;

  snd_ctl_elem_iface_name(iface: number): string;
  snd_ctl_elem_info_malloc(info: Out<Pointer>): number;
  snd_ctl_elem_info_free(info: Pointer): void;
  snd_ctl_elem_info_set_numid(info: Pointer, numid: number): void;
  snd_ctl_elem_info(ctl: Pointer, info: Pointer): number;
  snd_ctl_elem_info_get_interface(info: Pointer): number;
  snd_ctl_elem_info_get_name(info: Pointer): string;
  snd_ctl_elem_info_get_index(info: Pointer): number;
  snd_ctl_elem_info_get_device(info: Pointer): number;
  snd_ctl_elem_info_get_subdevice(info: Pointer): number;
  snd_ctl_elem_info_get_type(info: Pointer): number;
  snd_ctl_elem_info_is_readable(info: Pointer): number;
  snd_ctl_elem_info_is_writable(info: Pointer): number;
  snd_ctl_elem_info_is_tlv_readable(info: Pointer): number;
  snd_ctl_elem_info_get_count(info: Pointer): number;
  snd_ctl_elem_info_get_min(info: Pointer): number;
  snd_ctl_elem_info_get_max(info: Pointer): number;
  snd_ctl_elem_info_get_step(info: Pointer): number;
  snd_ctl_elem_info_get_min64(info: Pointer): number;
  snd_ctl_elem_info_get_max64(info: Pointer): number;
  snd_ctl_elem_info_get_step64(info: Pointer): number;
  snd_ctl_elem_info_get_items(info: Pointer): number;
  snd_ctl_elem_info_set_item(info: Pointer, item: number): void;
  snd_ctl_elem_info_get_item_name(info: Pointer): string;

  snd_ctl_elem_value_malloc(value: Out<Pointer>): number;
  snd_ctl_elem_value_free(value: Pointer): void;
  snd_ctl_elem_value_set_numid(value: Pointer, numid: number): void;
  snd_ctl_elem_read(ctl: Pointer, value: Pointer): number;
  snd_ctl_elem_write(ctl: Pointer, value: Pointer): number;
  snd_ctl_elem_value_get_boolean(value: Pointer, index: number): number;
  snd_ctl_elem_value_get_integer(value: Pointer, index: number): number;
  snd_ctl_elem_value_get_integer64(value: Pointer, index: number): number;
  snd_ctl_elem_value_get_enumerated(value: Pointer, index: number): number;
  snd_ctl_elem_value_get_byte(value: Pointer, index: number): number;
  snd_ctl_elem_value_set_boolean(value: Pointer, index: number, to: number): void;
  snd_ctl_elem_value_set_integer(value: Pointer, index: number, to: number): void;
  snd_ctl_elem_value_set_integer64(value: Pointer, index: number, to: number): void;
  snd_ctl_elem_value_set_enumerated(value: Pointer, index: number, to: number): void;
  snd_ctl_elem_value_set_byte(value: Pointer, index: number, to: number): void;
}

export interface LibC {
  epoll_create1(flags: number): number;
  epoll_ctl(epoll: number, operation: number, fd: number, event: Buffer): number;
  /** Resolves when one of the descriptors is readable, on a thread of its own. */
  epollWait(epoll: number): Promise<number>;
  eventfd(first: number, flags: number): number;
  inotify_init1(flags: number): number;
  inotify_add_watch(inotify: number, path: string, mask: number): number;
}

/** C declarations by name; `long` and 64-bit values come as numbers, or as bigint where a double cannot hold them. */
const PROTOTYPES: Readonly<Record<keyof LibAsound, string>> = {
  snd_strerror: 'const char *(int)',
  snd_ctl_open: 'int (_Out_ void **, const char *, int)',
  snd_ctl_close: 'int (void *)',
  snd_ctl_subscribe_events: 'int (void *, int)',
  snd_ctl_poll_descriptors: 'int (void *, void *, unsigned int)',
  snd_ctl_read: 'int (void *, void *)',

  snd_ctl_event_malloc: 'int (_Out_ void **)',
  snd_ctl_event_free: 'void (void *)',
  snd_ctl_event_get_type: 'int (void *)',
  snd_ctl_event_elem_get_mask: 'unsigned int (void *)',
  snd_ctl_event_elem_get_numid: 'unsigned int (void *)',

  snd_ctl_card_info_malloc: 'int (_Out_ void **)',
  snd_ctl_card_info_free: 'void (void *)',
  snd_ctl_card_info: 'int (void *, void *)',
  snd_ctl_card_info_get_id: 'const char *(void *)',
  snd_ctl_card_info_get_driver: 'const char *(void *)',
  snd_ctl_card_info_get_name: 'const char *(void *)',
  snd_ctl_card_info_get_longname: 'const char *(void *)',

  snd_ctl_pcm_next_device: 'int (void *, _Inout_ int *)',
  snd_ctl_pcm_info: 'int (void *, void *)',
  snd_pcm_info_malloc: 'int (_Out_ void **)',
  snd_pcm_info_free: 'void (void *)',
  snd_pcm_info_set_device: 'void (void *, unsigned int)',
  snd_pcm_info_set_subdevice: 'void (void *, unsigned int)',
  snd_pcm_info_set_stream: 'void (void *, int)',
  snd_pcm_info_get_name: 'const char *(void *)',

  snd_ctl_elem_list_malloc: 'int (_Out_ void **)',
  snd_ctl_elem_list_free: 'void (void *)',
  snd_ctl_elem_list: 'int (void *, void *)',
  snd_ctl_elem_list_alloc_space: 'int (void *, unsigned int)',
  snd_ctl_elem_list_free_space: 'void (void *)',
  snd_ctl_elem_list_get_count: 'unsigned int (void *)',
  snd_ctl_elem_list_get_used: 'unsigned int (void *)',
  snd_ctl_elem_list_get_numid: 'unsigned int (void *, unsigned int)',

  snd_ctl_elem_id_malloc: 'int (_Out_ void **)',
  snd_ctl_elem_id_free: 'void (void *)',
  snd_ctl_elem_id_set_numid: 'void (void *, unsigned int)',
  snd_ctl_elem_tlv_read: 'int (void *, void *, void *, unsigned int)',

  snd_ctl_elem_iface_name: 'const char *(int)',
  snd_ctl_elem_info_malloc: 'int (_Out_ void **)',
  snd_ctl_elem_info_free: 'void (void *)',
  snd_ctl_elem_info_set_numid: 'void (void *, unsigned int)',
  snd_ctl_elem_info: 'int (void *, void *)',
  snd_ctl_elem_info_get_interface: 'int (void *)',
  snd_ctl_elem_info_get_name: 'const char *(void *)',
  snd_ctl_elem_info_get_index: 'unsigned int (void *)',
  snd_ctl_elem_info_get_device: 'unsigned int (void *)',
  snd_ctl_elem_info_get_subdevice: 'unsigned int (void *)',
  snd_ctl_elem_info_get_type: 'int (void *)',
  snd_ctl_elem_info_is_readable: 'int (void *)',
  snd_ctl_elem_info_is_writable: 'int (void *)',
  snd_ctl_elem_info_is_tlv_readable: 'int (void *)',
  snd_ctl_elem_info_get_count: 'unsigned int (void *)',
  snd_ctl_elem_info_get_min: 'long (void *)',
  snd_ctl_elem_info_get_max: 'long (void *)',
  snd_ctl_elem_info_get_step: 'long (void *)',
  snd_ctl_elem_info_get_min64: 'int64_t (void *)',
  snd_ctl_elem_info_get_max64: 'int64_t (void *)',
  snd_ctl_elem_info_get_step64: 'int64_t (void *)',
  snd_ctl_elem_info_get_items: 'unsigned int (void *)',
  snd_ctl_elem_info_set_item: 'void (void *, unsigned int)',
  snd_ctl_elem_info_get_item_name: 'const char *(void *)',

  snd_ctl_elem_value_malloc: 'int (_Out_ void **)',
  snd_ctl_elem_value_free: 'void (void *)',
  snd_ctl_elem_value_set_numid: 'void (void *, unsigned int)',
  snd_ctl_elem_read: 'int (void *, void *)',
  snd_ctl_elem_write: 'int (void *, void *)',
  snd_ctl_elem_value_get_boolean: 'int (void *, unsigned int)',
  snd_ctl_elem_value_get_integer: 'long (void *, unsigned int)',
  snd_ctl_elem_value_get_integer64: 'int64_t (void *, unsigned int)',
  snd_ctl_elem_value_get_enumerated: 'unsigned int (void *, unsigned int)',
  snd_ctl_elem_value_get_byte: 'unsigned char (void *, unsigned int)',
  snd_ctl_elem_value_set_boolean: 'void (void *, unsigned int, long)',
  snd_ctl_elem_value_set_integer: 'void (void *, unsigned int, long)',
  snd_ctl_elem_value_set_integer64: 'void (void *, unsigned int, int64_t)',
  snd_ctl_elem_value_set_enumerated: 'void (void *, unsigned int, unsigned int)',
  snd_ctl_elem_value_set_byte: 'void (void *, unsigned int, unsigned char)',
};

/** @throws Error when the library is not installed */
export function loadLibAsound(): LibAsound {
  const library = koffi.load('libasound.so.2');
  const functions = Object.entries(PROTOTYPES).map(([name, prototype]) => [
    name,
    library.func(prototype.replace('(', `${name}(`)),
  ]);
  return Object.fromEntries(functions) as LibAsound;
}

/** The C library that this process runs with. */
export function loadLibC(): LibC {
  const library = koffi.load(null);
  const epollWait = library.func('int epoll_wait(int, void *, int, int)');
  // Nobody reads what it is about; of which layout its entries are depends on the processor.
  const events = Buffer.alloc(16);
  return {
    epoll_create1: library.func('int epoll_create1(int)'),
    epoll_ctl: library.func('int epoll_ctl(int, int, int, void *)'),
    epollWait(epoll) {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      epollWait.async(epoll, events, 1, -1, (error: Error | null, count: number) => {
        if (error) reject(error);
        else resolve(count);
      });
      return promise;
    },
    eventfd: library.func('int eventfd(unsigned int, int)'),
    inotify_init1: library.func('int inotify_init1(int)'),
    inotify_add_watch: library.func('int inotify_add_watch(int, const char *, uint32_t)'),
  };
}
