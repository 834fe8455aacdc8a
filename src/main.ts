/**
 * The cdk8s door: what `cdk8s synth` runs. One chart, so one file, for the platform, and one for each folder of objects.
 *
 *     node lib/src/main.js [--source <file or folder>] [--expanded] [--image <image>] [--namespace <name>] [--no-platform]
 *                          [--tenancy] [--quota-webhook] [--target-label <key=value>] [--instance <name>] [--gate] [--gate-image <image>] [--gate-host <host>] [--gate-class <ingress class>]
 *
 * Objects are written as custom resources, which the controller expands, or expanded, which needs no controller. Settings
 * are arguments (in `cdk8s.yaml`, or `cdk8s synth --app`). The environment says only where the files go: cdk8s tells its app
 * so by CDK8S_OUTDIR. Nothing else of it is read, so no variable changes a byte of what is written.
 */

import { readdirSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { App, Chart, YamlOutputType } from 'cdk8s';
import { kinds } from '../constructs/kinds';
import { type GateProps, platformTree } from '../constructs/platform';
import { manifestPaths, readManifests } from './adapters/files/manifest-files';
import { packageVersion } from './adapters/files/package-version';
import type { Manifest } from './api/object';
import { AdrasteiaError } from './errors';
import { renderTree } from './synth';
import { inForm } from './synth/written-form';

export interface SynthSettings {
  /** File or folder of objects. Absent: only the platform. */
  readonly source?: string;
  /** Write what the controller would make of the objects, instead of them. Default false. */
  readonly expanded?: boolean;
  /** The controller's image. Default: that of this version. */
  readonly image?: string;
  /** Where the controller runs. Default: `adrasteia-system`. */
  readonly namespace?: string;
  /** Write the platform too. Default true. */
  readonly platform?: boolean;
  /** Serve tenants and workspaces. Default false. */
  readonly tenancy?: boolean;
  /** As `PlatformProps`: refuse at admission what a quota has no room for. Default false. */
  readonly quotaWebhook?: boolean;
  /** As `PlatformProps`: which tenants and workspaces the controller acts on. Default: all. */
  readonly targetLabel?: string;
  /** As `PlatformProps`: a further controller instead of the platform. Default: the platform. */
  readonly instance?: string;
  /** Write the gate with it. Default: none. */
  readonly gate?: Omit<GateProps, 'version'>;
}

/**
 * The app that writes `<chart>.k8s.yaml` files into a folder: `platform`, and one for each file or folder in the source.
 * Throws `ManifestUnreadable`, and what `inForm` throws.
 */
export function synthApp(settings: SynthSettings, outdir: string): App {
  const app = new App({
    outdir,
    outputFileExtension: '.k8s.yaml',
    yamlOutputType: YamlOutputType.FILE_PER_CHART,
    recordConstructMetadata: false,
  });
  if (settings.platform !== false) new ManifestChart(app, 'platform', platformManifests(settings));
  const groups = settings.source === undefined ? [] : groupsIn(settings.source);
  for (const { name, objects } of groups) {
    new ManifestChart(app, name, inForm(settings.expanded === true ? 'Expanded' : 'CustomResources', objects, kinds));
  }
  return app;
}

/** A chart that gives objects as they are: they are rendered, or somebody's own, and their order means something. */
class ManifestChart extends Chart {
  constructor(
    app: App,
    id: string,
    private readonly manifests: readonly Manifest[],
  ) {
    super(app, id, { disableResourceNameHashes: true, labels: {} });
  }

  override toJson(): Manifest[] {
    // Copied through text: a member that two objects share would be written as a YAML alias.
    return JSON.parse(JSON.stringify(this.manifests)) as Manifest[];
  }
}

function platformManifests({
  image,
  namespace,
  tenancy,
  quotaWebhook,
  targetLabel,
  instance,
  gate,
}: SynthSettings): readonly Manifest[] {
  const props = {
    ...(image === undefined ? {} : { image }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(tenancy === undefined ? {} : { tenancy }),
    ...(quotaWebhook === undefined ? {} : { quotaWebhook }),
    ...(targetLabel === undefined ? {} : { targetLabel }),
    ...(instance === undefined ? {} : { instance }),
    ...(gate === undefined ? {} : { gate }),
  };
  return renderTree(platformTree({ kinds, version: packageVersion(), ...props })).map(({ manifest }) => manifest);
}

interface Group {
  readonly name: string;
  readonly objects: readonly Manifest[];
}

/** A folder that holds folders is a collection, one group each; anything else is one group. */
function groupsIn(source: string): readonly Group[] {
  const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const inner = isFolder(source)
    ? readdirSync(source)
        .sort()
        .map((name) => join(source, name))
    : [];
  const files = new Set(manifestPaths(source));
  const paths = inner.some(isFolder) ? inner.filter((path) => isFolder(path) || files.has(path)) : [source];
  return paths
    .map((path) => ({ name: basename(path, extname(path)), objects: readManifests(path) }))
    .filter(({ objects }) => objects.length > 0);
}

/** Runs the door and gives the exit code: 0, or 1 with one line on `complain`. */
export function main(args: readonly string[], outdir: string, complain: (line: string) => void): 0 | 1 {
  try {
    synthApp(settingsFrom(args), outdir).synth();
    return 0;
  } catch (error) {
    if (!(error instanceof AdrasteiaError)) throw error;
    complain(`${error.code}: ${error.message}`);
    return 1;
  }
}

function settingsFrom(args: readonly string[]): SynthSettings {
  try {
    const { values } = parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        source: { type: 'string' },
        expanded: { type: 'boolean' },
        image: { type: 'string' },
        namespace: { type: 'string' },
        platform: { type: 'boolean' },
        tenancy: { type: 'boolean' },
        'quota-webhook': { type: 'boolean' },
        'target-label': { type: 'string' },
        instance: { type: 'string' },
        gate: { type: 'boolean' },
        'gate-image': { type: 'string' },
        'gate-host': { type: 'string' },
        'gate-class': { type: 'string' },
      },
    });
    const {
      gate,
      'gate-image': gateImage,
      'gate-host': host,
      'gate-class': className,
      'quota-webhook': quotaWebhook,
      'target-label': targetLabel,
      ...others
    } = values;
    const settings = {
      ...others,
      ...(quotaWebhook === undefined ? {} : { quotaWebhook }),
      ...(targetLabel === undefined ? {} : { targetLabel }),
    };
    return gate === true || gateImage !== undefined || host !== undefined
      ? { ...settings, gate: gateProps(gateImage, host, className) }
      : settings;
  } catch (cause) {
    throw new AdrasteiaError(
      'UsageInvalid',
      `cannot read the arguments of the cdk8s app: ${(cause as Error).message}`,
      { cause },
    );
  }
}

function gateProps(
  image: string | undefined,
  host: string | undefined,
  className: string | undefined,
): Omit<GateProps, 'version'> {
  return {
    ...(image === undefined ? {} : { image }),
    ...(host === undefined ? {} : { ingress: { host, ...(className === undefined ? {} : { className }) } }),
  };
}

if (require.main === module) {
  process.exitCode = main(process.argv.slice(2), process.env['CDK8S_OUTDIR'] ?? 'dist', (line) => {
    process.stderr.write(`${line}\n`);
  });
}
