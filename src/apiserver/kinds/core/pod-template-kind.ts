/** Pod templates that stand for themselves. */

import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import type { DraftObject } from '../../draft';
import { ensureObject, findObject } from '../../draft';
import type { Strategy } from '../../resources/resource';
import { isSameValue, jsonOf, listAt, mapAt, objectAt } from '../json-members';
import type { KindFacts } from '../kind-facts';
import { dropDisabledFields, podTemplateWarnings, setPodTemplateDefaults, validatePodTemplate } from '../pod-template';
import { containerCells, formatLabels } from '../table-cells';
import { columnsOf } from './column-definitions';
import { metadataUpdateErrors } from './strategy-parts';

const strategy: Strategy = {
  setDefaults: (object) => {
    setPodTemplateDefaults(ensureObject(object, 'template'));
  },
  prepareForCreate: dropFields,
  prepareForUpdate: dropFields,
  validate: (object) => validatePodTemplate(templateOf(object), 'template'),
  validateUpdate: (next, old) => [
    ...metadataUpdateErrors(next, old),
    ...validatePodTemplate(templateOf(next), 'template'),
  ],
  warnings: (next, old) => {
    const isSame = old !== undefined && isSameValue(templateOf(next), templateOf(old));
    return isSame ? [] : podTemplateWarnings(templateOf(next), 'template');
  },
  generation: 'all',
};

export const podTemplates: KindFacts = {
  strategy,
  columns: columnsOf('podtemplates', {
    Containers: (object) => containerCells(containersOf(object)).names,
    Images: (object) => containerCells(containersOf(object)).images,
    'Pod Labels': (object) => formatLabels(mapAt(objectAt(templateOf(object), 'metadata'), 'labels')),
  }),
};

function templateOf(object: KubeObject): JsonObject {
  return objectAt(jsonOf(object), 'template') ?? {};
}

function containersOf(object: KubeObject): readonly JsonObject[] {
  return listAt(objectAt(templateOf(object), 'spec'), 'containers');
}

function dropFields(object: DraftObject): void {
  const spec = findObject(findObject(object, 'template'), 'spec');
  if (spec !== undefined) dropDisabledFields(spec);
}
