import type { Event } from '../../contract/emitter.ts';
import type { ServiceImplementation } from '../../contract/service.ts';
import type {
  CaptureJack,
  ChannelSide,
  DeviceList,
  devicesService,
  InputList,
} from '../../contract/services/devices.ts';

/** The output side of the sound hardware. */
export interface OutputDevices {
  readonly devices: DeviceList;
  readonly onDevices: Event<DeviceList>;
  select(outputId: string): void;
  selectPreferred(outputIds: readonly string[]): void;
  selectSpdif(outputId: string): void;
}

/** What is behind the capture jacks. */
export interface InputDevices {
  readonly inputs: InputList;
  readonly onInputs: Event<InputList>;
  select(jack: CaptureJack, inputId: string): void;
}

/** Sound that tells left from right. */
export interface SideTest {
  readonly onSide: Event<ChannelSide | null>;
  run(): Promise<void>;
}

/** Told what the user selected, so that it is still selected next time. */
export interface DeviceMemory {
  output(outputId: string): void;
  preferred(outputIds: string[]): void;
  spdif(outputId: string): void;
  input(jack: CaptureJack, inputId: string): void;
}

export function devicesServiceImplementation(
  outputs: OutputDevices,
  inputs: InputDevices,
  test: SideTest,
  memory: DeviceMemory,
): ServiceImplementation<typeof devicesService> {
  const selectOutput = (outputId: string) => {
    outputs.select(outputId);
    memory.output(outputId);
  };
  return {
    list: () => outputs.devices,
    selectOutput,
    setPreferred: (outputIds) => {
      outputs.selectPreferred(outputIds);
      memory.preferred(outputIds);
      // A list without an output is the same as having none.
      if (outputIds.length === 0 && outputs.devices.selectedOutput === 'preferred') selectOutput('default');
    },
    selectSpdif: (outputId) => {
      outputs.selectSpdif(outputId);
      memory.spdif(outputId);
    },
    testChannels: () => test.run(),
    listInputs: () => inputs.inputs,
    selectInput: (jack, inputId) => {
      inputs.select(jack, inputId);
      memory.input(jack, inputId);
    },
    onDevices: (listener) => outputs.onDevices(listener),
    onInputs: (listener) => inputs.onInputs(listener),
    onTestSide: (listener) => test.onSide(listener),
  };
}
