/**
 * All parts by name. A part's file is loaded when it is started: a process holds only what it runs.
 */
import type { ApiFacts, ApiSettings } from './api-part';
import type { ControllerSettings } from './controller-part';
import type { ControllersSettings } from './controllers-part';
import { keepHeapLean } from './lean-heap';
import type { PartModule, PartSurroundings, RunningPart } from './part';

interface PartTypes {
  api: { settings: ApiSettings; facts: ApiFacts };
  controllers: { settings: ControllersSettings; facts: undefined };
  controller: { settings: ControllerSettings; facts: undefined };
}

export type PartName = keyof PartTypes;
export type SettingsOf<Name extends PartName> = PartTypes[Name]['settings'];
export type FactsOf<Name extends PartName> = PartTypes[Name]['facts'];

/** What people call them. */
export const PART_TITLES: Readonly<Record<PartName, string>> = {
  api: 'the embedded Kubernetes API',
  controllers: "Kubernetes' controllers and the simulated node",
  controller: 'the controller',
};

/* eslint-disable @typescript-eslint/no-require-imports -- `import()` would need file extensions and a second module system */
const PARTS: { readonly [Name in PartName]: () => PartModule<SettingsOf<Name>, FactsOf<Name>> } = {
  api: () => require('./api-part') as PartModule<ApiSettings, ApiFacts>,
  controllers: () => require('./controllers-part') as PartModule<ControllersSettings, undefined>,
  controller: () => require('./controller-part') as PartModule<ControllerSettings, undefined>,
};
/* eslint-enable @typescript-eslint/no-require-imports */

/** Starts a part somewhere; resolves when it works. */
export type StartPart = <Name extends PartName>(
  name: Name,
  settings: SettingsOf<Name>,
) => Promise<RunningPart<FactsOf<Name>>>;

/** Starts parts in this process. */
export function startHere(surroundings: PartSurroundings): StartPart {
  keepHeapLean();
  return async (name, settings) => ({
    ...(await PARTS[name]().start(settings, surroundings)),
    pid: process.pid,
  });
}
