/**
 * Environments in a Pulumi stack, with what they refer to.
 */
import { ComponentResource, type ComponentResourceOptions, type CustomResource } from '@pulumi/pulumi';
import { kinds } from '../constructs/kinds';
import type { Manifest } from '../src/api/object';
import { inForm, type WrittenForm } from '../src/synth/written-form';
import { registerObjects } from './kubernetes-objects';

export interface EnvironmentComponentArgs {
  /** Custom resources: environments of any API that Adrasteia serves, templates, policies; also Secrets they refer to. */
  readonly objects: readonly Manifest[];
  /**
   * CustomResources: registered as they are; the controller expands them. Expanded: what the controller would make of them is
   * registered, and no controller is needed. Default: CustomResources.
   */
  readonly form?: WrittenForm;
}

/** One or more environments. Throws `ObjectInvalid` with everything that is wrong, and what `inForm` throws. */
export class EnvironmentComponent extends ComponentResource {
  /** What was registered, by `referenceKey`. */
  readonly objects: ReadonlyMap<string, CustomResource>;

  constructor(name: string, args: EnvironmentComponentArgs, options?: ComponentResourceOptions) {
    super('adrasteia:environment:Environment', name, {}, options);
    const manifests = inForm(args.form ?? 'CustomResources', args.objects, kinds);
    this.objects = registerObjects({
      name,
      component: this,
      objects: manifests.map((manifest) => ({ manifest })),
      ...(options === undefined ? {} : { options }),
    });
    this.registerOutputs({ objects: [...this.objects.keys()] });
  }
}
