/**
 * The Pulumi program: the platform, and the environments of a folder. Thin on purpose; the components do the work, and
 * programs of your own use them the same way.
 *
 * | setting | meaning | default |
 * |---|---|---|
 * | `adrasteia:image` | the controller's image | `adrasteia/controller:<version>` |
 * | `adrasteia:namespace` | where the controller runs | `adrasteia-system` |
 * | `adrasteia:tenancy` | `true`: tenants and workspaces are served | `false` |
 * | `adrasteia:quotaWebhook` | `true`: environments that a quota has no room for are refused at admission | `false` |
 * | `adrasteia:targetLabel` | `key=value`: of tenants and workspaces the controller acts only on those with this label | all |
 * | `adrasteia:instance` | a further controller of this name instead of the platform, for those with the target label | the platform |
 * | `adrasteia:gate` | the gate, as an object: `image`, `replicas`, `ingress.host`, … | no gate |
 * | `adrasteia:platform` | `false`: no platform, for stacks that hold only environments | `true` |
 * | `adrasteia:source` | file or folder of objects, relative to the project | none |
 * | `adrasteia:form` | `CustomResources` or `Expanded` | `CustomResources` |
 */
import { resolve } from 'node:path';
import { Config, getRootDirectory } from '@pulumi/pulumi';
import { readManifests } from '../src/adapters/files/manifest-files';
import type { WrittenForm } from '../src/synth/written-form';
import { EnvironmentComponent } from './environment';
import { PlatformComponent, type PlatformComponentArgs } from './platform';

const config = new Config('adrasteia');
const image = config.get('image');
const namespace = config.get('namespace');
const gate = config.getObject<NonNullable<PlatformComponentArgs['gate']>>('gate');
const tenancy = config.getBoolean('tenancy');
const quotaWebhook = config.getBoolean('quotaWebhook');
const targetLabel = config.get('targetLabel');
const instance = config.get('instance');
const source = config.get('source');
const form = config.get<WrittenForm>('form', { allowedValues: ['CustomResources', 'Expanded'] });

const platform =
  config.getBoolean('platform') === false
    ? undefined
    : new PlatformComponent('adrasteia', {
        ...(image === undefined ? {} : { image }),
        ...(namespace === undefined ? {} : { namespace }),
        ...(tenancy === undefined ? {} : { tenancy }),
        ...(quotaWebhook === undefined ? {} : { quotaWebhook }),
        ...(targetLabel === undefined ? {} : { targetLabel }),
        ...(instance === undefined ? {} : { instance }),
        ...(gate === undefined ? {} : { gate }),
      });

const environments =
  source === undefined
    ? undefined
    : new EnvironmentComponent(
        'environments',
        // The program's working directory is the folder of its compiled main file, not the project.
        { objects: readManifests(resolve(getRootDirectory(), source)), ...(form === undefined ? {} : { form }) },
        platform === undefined ? {} : { dependsOn: platform },
      );

/** Stack outputs. */
export const platformVersion = platform?.version;
export const objects = environments === undefined ? undefined : [...environments.objects.keys()];
