/** AppArmor profiles that a pod says as annotations: they become the fields that took their place. */
import type { KubeObject } from '../../../../api/object';
import { type DraftObject, ensureObject, findObject, findString, objectsIn } from '../../../draft';
import { isSameValue, jsonOf, mapAt, objectAt, textAt } from '../../json-members';
import { visitContainers } from '../../pod-template/containers-of-pod';
import { APP_ARMOR_PREFIX, annotationsOf, findAppArmorProfile } from '../../pod-template/pod-annotations';
import { appArmorWarning } from '../../pod-template/warnings';

/** Sets the profiles of containers from annotations, where fields don't say one, in place. */
export function applyAppArmorAnnotations(pod: DraftObject): void {
  const annotations = mapAt(findObject(pod, 'metadata'), 'annotations');
  const spec = findObject(pod, 'spec');
  if (!Object.keys(annotations).some((key) => key.startsWith(APP_ARMOR_PREFIX))) return;
  if (findString(findObject(spec, 'os'), 'name') === 'windows') return;
  const podProfile = findObject(findObject(spec, 'securityContext'), 'appArmorProfile');
  for (const list of ['initContainers', 'containers', 'ephemeralContainers']) {
    for (const container of objectsIn(spec, list)) {
      const key = `${APP_ARMOR_PREFIX}${findString(container, 'name') ?? ''}`;
      const isSaid = findObject(container, 'securityContext')?.['appArmorProfile'] !== undefined;
      if (isSaid || !Object.hasOwn(annotations, key)) continue;
      const profile = findAppArmorProfile(annotations[key] ?? '');
      if (profile !== undefined && !isSameValue(profile, podProfile)) {
        ensureObject(container, 'securityContext')['appArmorProfile'] = profile;
      }
    }
  }
}

/** Texts for annotations that have become fields, or stand for none. */
export function appArmorWarnings(pod: KubeObject): string[] {
  const annotations = annotationsOf(jsonOf(pod));
  const spec = objectAt(jsonOf(pod), 'spec') ?? {};
  const podProfile = objectAt(objectAt(spec, 'securityContext'), 'appArmorProfile');
  const warnings: string[] = [];
  if (textAt(objectAt(spec, 'os'), 'name') === 'windows') return warnings;
  visitContainers(spec, '', (container) => {
    const name = textAt(container, 'name');
    const key = `${APP_ARMOR_PREFIX}${name}`;
    if (!Object.hasOwn(annotations, key)) return;
    const profile = findAppArmorProfile(annotations[key] ?? '');
    if (profile === undefined || !isSameValue(profile, podProfile)) warnings.push(appArmorWarning('', name));
  });
  return warnings;
}
