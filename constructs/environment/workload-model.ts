/**
 * One workload of a template as the model has it: parameters filled in, the preset in the gaps, the user's overrides on top.
 */
import type { JsonObject } from '../../src/api/json';
import type { Problem } from '../../src/api/problem';
import { canonicalQuantity, canonicalResourceAmount, isQuantity } from '../../src/api/quantity';
import type {
  ContainerModel,
  ContainerWorkload,
  MountModel,
  PortModel,
  VolumeModel,
} from '../../src/model/environment-model';
import type { InitPlugin, Sidecar, TemplateContainer, TemplateWorkload } from '../template';
import { completeProbe, completeVariable, defaultPullPolicy, mergeVariables, withoutGaps } from './defaults';
import type { MountedVolume } from './mounted-volume';
import type { Filler } from './parameters';
import { PRESETS, type Preset, type PresetProgram } from './presets';
import type { EnvironmentSpec } from './schema';

type Resources = NonNullable<EnvironmentSpec['overrides']>['resources'];

/** What a workload is made from. */
export interface WorkloadSource {
  readonly workload: TemplateWorkload;
  readonly filler: Filler;
  /** Path below which the app is asked. */
  readonly path: string;
  /** Name of the Secret with the generated password. */
  readonly credentials: string;
  readonly resources?: Resources;
  /** Size of the claim, instead of the template's. */
  readonly size?: string | number;
  readonly initPlugins: readonly InitPlugin[];
  readonly sidecars: readonly Sidecar[];
  /** Volumes that don't come from the template alone. */
  readonly mounted: readonly MountedVolume[];
  /** True: the Service and the entry lead here. */
  readonly isWeb: boolean;
  /** True: an access policy puts a sidecar before the app. */
  readonly isGuarded: boolean;
}

export interface WorkloadResult {
  readonly workload: ContainerWorkload;
  readonly problems: readonly Problem[];
}

/** The port that presets listen on, by its name. */
const PRESET_PORT = 'http';

/** A workload, and what is wrong with it beyond what the template's schema can say. */
export function workloadModel(source: WorkloadSource): WorkloadResult {
  const { workload, filler } = source;
  const { container } = workload;
  const preset = presetOf(workload);
  const problems: Problem[] = [];
  const at = `template.workloads[${workload.name}]`;
  const reader = createReader(filler, problems);

  const ports = portsOf(container, preset);
  const home = homeOf(source);
  const program = preset?.fill({
    home: home?.mountPath ?? preset.home,
    port: ports.find(({ name }) => name === PRESET_PORT)?.port ?? preset.port,
    path: source.path,
    credentials: source.credentials,
    isGuarded: source.isGuarded,
  });
  const homeVolume = home === undefined ? undefined : homeVolumeOf(source, reader, `${at}.storage.size`);
  const shm = sharedMemory(container.shmSize ?? preset?.shmSize, reader, `${at}.container.shmSize`);
  const further = (container.volumes ?? []).map((volume) =>
    furtherVolume(volume, reader, `${at}.container.volumes[${volume.name}]`),
  );
  const mounts = [
    ...(home === undefined ? [] : [home]),
    ...(shm === undefined ? [] : [{ volume: shm.name, mountPath: '/dev/shm' }]),
    ...(container.volumes ?? []).map(mountOf),
    ...source.mounted.map(({ mount }) => mount),
  ];
  const app = appModel(source, reader, `${at}.container`, { program, ports, mounts });
  const init = source.initPlugins.map((plugin) => pluginModel(plugin, reader, home, container.workingDir));
  const sidecars = source.sidecars.map((sidecar) => ({
    ...programModel(sidecar, reader, `sidecars[${sidecar.name}]`),
    ports: sidecar.ports ?? [],
  }));
  if (source.initPlugins.length > 0 && home === undefined) {
    problems.push({
      path: at,
      message: 'has init plugins and no home for them: give the workload storage or a preset',
    });
  }
  const webPort = source.isWeb ? (workload.web?.port ?? (preset === undefined ? undefined : PRESET_PORT)) : undefined;
  if (webPort !== undefined && !ports.some(({ name }) => name === webPort)) {
    problems.push({
      path: `${at}.web.port`,
      message: `names no port of the container: it has ${ports.map(({ name }) => JSON.stringify(name)).join(', ')}`,
    });
  }
  problems.push(
    ...repeatedNames(
      [workload.name, ...source.initPlugins.map(({ name }) => name), ...source.sidecars.map(({ name }) => name)],
      at,
    ),
  );
  return {
    problems,
    workload: {
      type: 'container',
      name: workload.name,
      app,
      init,
      sidecars,
      volumes: [
        ...(homeVolume === undefined ? [] : [homeVolume]),
        ...(shm === undefined ? [] : [shm]),
        ...further,
        ...source.mounted.map(({ volume }) => volume),
      ],
      ...(webPort === undefined ? {} : { webPort, ...webFacts(source, preset) }),
    },
  };
}

/** Where the app listens, as the template says or the preset knows of its own command, and whether it can be looked at. */
function webFacts(
  { workload: { web, container }, isGuarded }: WorkloadSource,
  preset: Preset | undefined,
): Pick<ContainerWorkload, 'webListens' | 'webView'> {
  const isPresets = container.command === undefined && container.args === undefined;
  const listens = web?.listens ?? (isGuarded && isPresets ? preset?.listensGuarded : undefined);
  return {
    ...(listens === undefined ? {} : { webListens: listens }),
    ...(preset === undefined || preset.view === 'None' ? {} : { webView: preset.view }),
  };
}

/** The preset of a workload; undefined where it names none. */
export function presetOf(workload: TemplateWorkload): Preset | undefined {
  return workload.container.preset === undefined ? undefined : PRESETS[workload.container.preset];
}

/** Name of the volume that holds a workload's home, unlike that of any other workload's. */
export function homeVolumeName(workload: TemplateWorkload): string {
  return `home-${workload.name}`;
}

/** Reads texts of a template: parameters filled in, quantities canonical, what is none reported under its path. */
interface Reader extends Filler {
  quantity(text: string | number, path: string): string;
  amount(text: string | number, path: string): string;
}

function createReader(filler: Filler, problems: Problem[]): Reader {
  const read = (text: string | number, path: string, canonical: (text: string) => string): string => {
    const filled = filler.plain(String(text));
    if (isQuantity(filled)) return canonical(filled);
    problems.push({ path, message: `must be a quantity such as 500m, 2 or 20Gi, not ${JSON.stringify(filled)}` });
    return filled;
  };
  return {
    ...filler,
    quantity: (text, path) => read(text, path, canonicalQuantity),
    amount: (text, path) => read(text, path, canonicalResourceAmount),
  };
}

function portsOf(container: TemplateContainer, preset: Preset | undefined): readonly PortModel[] {
  const ports = container.ports ?? [];
  if (preset === undefined || ports.some(({ name }) => name === PRESET_PORT)) return ports;
  return [{ name: PRESET_PORT, port: preset.port, protocol: 'TCP' }, ...ports];
}

function homeOf({ workload }: WorkloadSource): MountModel | undefined {
  const mountPath = workload.storage?.mountPath ?? presetOf(workload)?.home;
  return mountPath === undefined ? undefined : { volume: homeVolumeName(workload), mountPath };
}

function homeVolumeOf({ workload, size: override }: WorkloadSource, reader: Reader, path: string): VolumeModel {
  const name = homeVolumeName(workload);
  const { storage } = workload;
  if (storage === undefined) return { type: 'scratch', name };
  const size = override ?? storage.size;
  return {
    type: 'claim',
    name,
    claim: {
      ...(storage.existingClaim === undefined ? {} : { existing: storage.existingClaim }),
      ...(size === undefined || storage.existingClaim !== undefined ? {} : { size: reader.amount(size, path) }),
      accessModes: storage.accessModes,
      ...(storage.storageClassName === undefined ? {} : { storageClassName: storage.storageClassName }),
      reclaim: storage.reclaim,
    },
  };
}

function sharedMemory(size: string | number | undefined, reader: Reader, path: string): VolumeModel | undefined {
  return size === undefined
    ? undefined
    : { type: 'scratch', name: 'shm', medium: 'Memory', sizeLimit: reader.quantity(size, path) };
}

type TemplateVolume = NonNullable<TemplateContainer['volumes']>[number];

/** Apart from names that are ours: `home-…` and `shm`. */
function furtherVolume(
  { name: given, scratch, secret, configMap }: TemplateVolume,
  reader: Reader,
  path: string,
): VolumeModel {
  const name = furtherName(given);
  const items = (list: readonly object[] | undefined): { items?: readonly JsonObject[] } =>
    list === undefined || list.length === 0 ? {} : { items: list.map((item) => withoutGaps(item) as JsonObject) };
  if (secret !== undefined) return { type: 'secret', name, secretName: secret.name, ...items(secret.items) };
  if (configMap !== undefined)
    return {
      type: 'raw',
      name,
      source: { configMap: { name: configMap.name, ...items(configMap.items), defaultMode: 420 } },
    };
  return {
    type: 'scratch',
    name,
    ...(scratch?.sizeLimit === undefined ? {} : { sizeLimit: reader.quantity(scratch.sizeLimit, path) }),
    ...(scratch?.medium === undefined ? {} : { medium: scratch.medium }),
  };
}

function furtherName(name: string): string {
  return `volume-${name}`;
}

function mountOf({ name, mountPath, subPath, readOnly }: TemplateVolume): MountModel {
  return {
    volume: furtherName(name),
    mountPath,
    ...(subPath === undefined ? {} : { subPath }),
    ...(readOnly === undefined ? {} : { readOnly }),
  };
}

interface AppParts {
  readonly program: PresetProgram | undefined;
  readonly ports: readonly PortModel[];
  readonly mounts: readonly MountModel[];
}

function appModel(
  { workload, resources }: WorkloadSource,
  reader: Reader,
  path: string,
  { program, ports, mounts }: AppParts,
): ContainerModel {
  const { container } = workload;
  const base = programModel(
    { ...container, name: workload.name, resources: mergeResources(container.resources, resources) },
    reader,
    path,
  );
  // A command of the template's own takes the preset's arguments out as well: they are meant for the preset's command.
  const args = container.args === undefined && container.command === undefined ? program?.args : undefined;
  const command = container.command === undefined ? program?.command : undefined;
  const probes = probesModel(container, program);
  return {
    ...base,
    ...(command === undefined ? {} : { command }),
    ...(args === undefined ? {} : { args }),
    ...(container.workingDir === undefined ? {} : { workingDir: reader.plain(container.workingDir) }),
    env: mergeVariables(program?.env ?? [], base.env),
    ports,
    ...(probes === undefined ? {} : { probes }),
    mounts,
  };
}

function probesModel(
  { probes: given = {} }: TemplateContainer,
  program: PresetProgram | undefined,
): ContainerModel['probes'] {
  const known = program?.probes ?? {};
  const one = (name: 'startup' | 'ready' | 'live'): JsonObject => {
    const probe = given[name] ?? known[name];
    return probe === undefined ? {} : { [name]: completeProbe(probe) };
  };
  const probes = { ...one('startup'), ...one('ready'), ...one('live') };
  return Object.keys(probes).length === 0 ? undefined : probes;
}

function mergeResources(template: TemplateContainer['resources'], override: Resources): TemplateContainer['resources'] {
  if (override === undefined) return template;
  return {
    requests: { ...template?.requests, ...override.requests },
    limits: { ...template?.limits, ...override.limits },
  };
}

type Program = Pick<
  InitPlugin,
  'name' | 'image' | 'command' | 'args' | 'env' | 'envFrom' | 'imagePullPolicy' | 'resources'
>;

function programModel(program: Program, reader: Reader, path: string): ContainerModel {
  const image = reader.plain(program.image);
  const resources = resourcesModel(program.resources, reader, `${path}.resources`);
  const envFrom = (program.envFrom ?? []).map((item) => withoutGaps(item) as JsonObject);
  return {
    name: program.name,
    image,
    imagePullPolicy: program.imagePullPolicy ?? defaultPullPolicy(image),
    ...(program.command === undefined ? {} : { command: program.command.map((text) => reader.expanded(text)) }),
    ...(program.args === undefined ? {} : { args: program.args.map((text) => reader.expanded(text)) }),
    env: (program.env ?? []).map((variable) =>
      completeVariable(
        variable.value === undefined ? variable : { ...variable, value: reader.expanded(variable.value) },
      ),
    ),
    ...(envFrom.length === 0 ? {} : { envFrom }),
    ports: [],
    ...(resources === undefined ? {} : { resources }),
    mounts: [],
  };
}

function resourcesModel(resources: Program['resources'], reader: Reader, path: string): JsonObject | undefined {
  const amounts = (list: 'requests' | 'limits'): JsonObject => {
    const entries = Object.entries(resources?.[list] ?? {}).map(([name, amount]) => [
      name,
      reader.amount(amount, `${path}.${list}.${name}`),
    ]);
    return entries.length === 0 ? {} : { [list]: Object.fromEntries(entries) as JsonObject };
  };
  const model = { ...amounts('requests'), ...amounts('limits') };
  return Object.keys(model).length === 0 ? undefined : model;
}

/** A plugin sees the home where the app sees it, and is told so. */
function pluginModel(
  plugin: InitPlugin,
  reader: Reader,
  home: MountModel | undefined,
  workingDir: string | undefined,
): ContainerModel {
  const model = programModel(plugin, reader, `initPlugins[${plugin.name}]`);
  if (home === undefined) return model;
  const known = [
    { name: 'HOME', value: home.mountPath },
    { name: 'WORKSPACE', value: workingDir === undefined ? home.mountPath : reader.expanded(workingDir) },
  ];
  return { ...model, env: mergeVariables(known, model.env), mounts: [home] };
}

function repeatedNames(names: readonly string[], path: string): Problem[] {
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  return [...new Set(repeated)].map((name) => ({
    path,
    message: `has two containers called ${JSON.stringify(name)}: rename the plugin or sidecar`,
  }));
}
