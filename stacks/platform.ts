/**
 * The platform in a Pulumi stack: the objects that `cdk8s synth` writes, with their dependencies.
 */
import { ComponentResource, type ComponentResourceOptions, type CustomResource } from '@pulumi/pulumi';
import { kinds } from '../constructs/kinds';
import { PLATFORM_NAMESPACE, type PlatformProps, platformTree } from '../constructs/platform';
import { packageVersion } from '../src/adapters/files/package-version';
import { renderTree } from '../src/synth';
import { registerObjects } from './kubernetes-objects';

/** As `PlatformProps`. Default of `kinds`: all. Default of `version`: this package's. */
export type PlatformComponentArgs = Partial<PlatformProps>;

/** CRDs, rights and the controller of Adrasteia. */
export class PlatformComponent extends ComponentResource {
  /** Where the controller runs. */
  readonly namespace: string;
  readonly version: string;
  /** The platform's objects by `referenceKey`, for what has to wait for one of them. */
  readonly objects: ReadonlyMap<string, CustomResource>;

  constructor(name: string, args: PlatformComponentArgs = {}, options?: ComponentResourceOptions) {
    super('adrasteia:platform:Platform', name, {}, options);
    this.namespace = args.namespace ?? PLATFORM_NAMESPACE;
    this.version = args.version ?? packageVersion();
    const planned = renderTree(platformTree({ kinds, ...args, version: this.version }));
    this.objects = registerObjects({
      name,
      component: this,
      objects: planned,
      ...(options === undefined ? {} : { options }),
    });
    this.registerOutputs({ namespace: this.namespace, version: this.version });
  }
}
