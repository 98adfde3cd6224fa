import { guid, type Guid } from './guid.ts';

declare const className: unique symbol;
/** A class id that remembers which class it names, so that creating from it gives that class's type. */
export type ClassId<Name extends string> = Guid & { readonly [className]: Name };

function classId<Name extends string>(_name: Name, text: string): ClassId<Name> {
  return guid(text) as ClassId<Name>;
}

/**
 * Port driver classes (specification 3.1) and the built-in miniports (4.9, 4.10). `SystemMixer` has no public id: it is
 * this project's own, for the mixer that a sound server does the work of.
 */
export const CLSID = {
  PortTopology: classId('PortTopology', 'B4C90A32-5791-11D0-86F9-00A0C911B544'),
  PortWaveCyclic: classId('PortWaveCyclic', 'B4C90A2A-5791-11D0-86F9-00A0C911B544'),
  PortWavePci: classId('PortWavePci', 'B4C90A54-5791-11D0-86F9-00A0C911B544'),
  PortWaveRT: classId('PortWaveRT', 'CC9BE57A-EB9E-42B4-94FC-0CAD3DBCE7FA'),
  PortMidi: classId('PortMidi', 'B4C90A43-5791-11D0-86F9-00A0C911B544'),
  PortDMus: classId('PortDMus', 'B7902FE9-FB0A-11D1-81B0-0060083316C1'),
  SystemMixer: classId('SystemMixer', '2C1F5A36-9D0B-4B58-8E0C-6A3E7B1D5F10'),
  MiniportDriverFmSynth: classId('MiniportDriverFmSynth', 'B4C90AE0-5791-11D0-86F9-00A0C911B544'),
  MiniportDriverFmSynthWithVol: classId(
    'MiniportDriverFmSynthWithVol',
    'E5A3C139-F0F2-11D1-81AF-0060083316C1',
  ),
  MiniportDriverUart: classId('MiniportDriverUart', 'B4C90AE1-5791-11D0-86F9-00A0C911B544'),
  MiniportDriverDMusUART: classId('MiniportDriverDMusUART', 'D3F0CE1C-FFFC-11D1-81B0-0060083316C1'),
  MiniportDriverDMusUARTCapture: classId(
    'MiniportDriverDMusUARTCapture',
    'D3F0CE1D-FFFC-11D1-81B0-0060083316C1',
  ),
} as const;
