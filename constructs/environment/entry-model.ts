import { flatLabel } from '../../src/api/name';
import type { EntryModel } from '../../src/model/environment-model';
import type { EntryPointObject } from '../entry-point';
import type { TemplateSpec } from '../template';
import { mainWorkload } from './main-workload';
import type { EnvironmentObject } from './schema';
import { presetOf } from './workload-model';

/** Where an environment is reached, by its entry point and its main workload. */
export function entryOf(
  { metadata }: EnvironmentObject,
  template: TemplateSpec,
  { spec }: EntryPointObject,
): EntryModel {
  const main = mainWorkload(template);
  const preset = main === undefined ? undefined : presetOf(main);
  const namespace = metadata.namespace ?? '';
  return {
    ...(spec.routing === 'Host'
      ? { host: `${hostName(metadata.name, namespace, spec.hostNames)}.${spec.baseDomain}`, path: '/' }
      : { host: spec.baseDomain, path: `/${namespace}/${metadata.name}` }),
    basePath: main?.web?.basePath ?? preset?.basePath ?? 'Keep',
    ...(spec.ingress?.className === undefined ? {} : { ingressClassName: spec.ingress.className }),
    annotations: spec.ingress?.annotations ?? {},
    ...(spec.gateway === undefined ? {} : { gateway: spec.gateway }),
    ...(spec.tls === undefined
      ? {}
      : { tls: spec.tls.secretName === undefined ? {} : { secretName: spec.tls.secretName } }),
  };
}

/** What stands before the base domain. */
function hostName(name: string, namespace: string, style: EntryPointObject['spec']['hostNames']): string {
  return style === 'Nested' ? `${name}.${namespace}` : flatLabel(name, namespace);
}
