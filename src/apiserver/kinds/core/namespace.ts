/**
 * Namespaces: they begin to end when they are deleted, and are gone when nobody holds them in `spec.finalizers` either.
 */
import type { KubeObject } from '../../../api/object';
import { type DraftObject, ensureObject, findObject } from '../../draft';
import { type FieldError, invalidField } from '../../field-error';
import type { Strategy, StrategyContext } from '../../resources/resource';
import { textAt, textsAt } from '../json-members';
import type { KindFacts } from '../kind-facts';
import { finalizerNameErrors, isDnsLabelName } from '../metadata';
import { columnsOf } from './column-definitions';
import { keepMember, metadataErrors, metadataUpdateErrors, specOf, statusOf } from './strategy-parts';

const NAME_LABEL = 'kubernetes.io/metadata.name';
const KEEPER = 'kubernetes';
const RULES = { namespaced: false, validateName: isDnsLabelName };

const strategy: Strategy = {
  setDefaults: (namespace) => {
    if (textAt(findObject(namespace, 'metadata'), 'name') !== '') setNameLabel(namespace);
    const status = ensureObject(namespace, 'status');
    if (textAt(status, 'phase') === '') status['phase'] = 'Active';
  },
  prepareForCreate: (namespace) => {
    namespace['status'] = { phase: 'Active' };
    const spec = ensureObject(namespace, 'spec');
    const finalizers = textsAt(spec, 'finalizers');
    if (!finalizers.includes(KEEPER)) spec['finalizers'] = [...finalizers, KEEPER];
  },
  prepareForUpdate: (namespace, old, { subresource }) => {
    if (subresource === 'status') {
      keepMember(namespace, old, 'spec');
      return;
    }
    keepMember(namespace, old, 'status');
    if (subresource === 'finalize') return;
    const finalizers = textsAt(specOf(old), 'finalizers');
    const spec = ensureObject(namespace, 'spec');
    if (finalizers.length === 0) delete spec['finalizers'];
    else spec['finalizers'] = [...finalizers];
  },
  validateName: isDnsLabelName,
  validate: (namespace) => keeperErrors(namespace, false),
  validateUpdate,
  canonicalize: setNameLabel,
  hasFinalizers: (namespace) =>
    textsAt(specOf(namespace), 'finalizers').length > 0 || (namespace.metadata.finalizers ?? []).length > 0,
  prepareForDelete: (namespace) => {
    ensureObject(namespace, 'status')['phase'] = 'Terminating';
  },
  fields: (namespace) => ({ 'status.phase': textAt(statusOf(namespace), 'phase') }),
  fieldNames: ['status.phase'],
  resetFields: { '': [['status']], status: [['spec']], finalize: [['status']] },
};

export const namespaces: KindFacts = {
  strategy,
  columns: columnsOf('namespaces', { Status: (namespace) => textAt(statusOf(namespace), 'phase') }),
};

/** Selectors find a namespace by its name through this label. */
function setNameLabel(namespace: DraftObject): void {
  const metadata = ensureObject(namespace, 'metadata');
  ensureObject(metadata, 'labels')[NAME_LABEL] = textAt(metadata, 'name');
}

function keeperErrors(namespace: KubeObject, isIndexed: boolean): FieldError[] {
  return textsAt(specOf(namespace), 'finalizers').flatMap((finalizer, index) =>
    finalizerNameErrors(finalizer, isIndexed ? `spec.finalizers[${String(index)}]` : 'spec.finalizers'),
  );
}

function validateUpdate(namespace: KubeObject, old: KubeObject, { subresource }: StrategyContext): FieldError[] {
  const errors = metadataUpdateErrors(namespace, old);
  switch (subresource) {
    case 'status':
      return [...errors, ...phaseErrors(namespace)];
    case 'finalize':
      return [...errors, ...keeperErrors(namespace, true)];
    default:
      return [...metadataErrors(namespace, RULES), ...keeperErrors(namespace, false), ...errors];
  }
}

function phaseErrors(namespace: KubeObject): FieldError[] {
  const phase = textAt(statusOf(namespace), 'phase');
  const isDeleted = namespace.metadata.deletionTimestamp !== undefined;
  const expected = isDeleted ? 'Terminating' : 'Active';
  if (phase === expected) return [];
  const detail = `may only be '${expected}' if \`deletionTimestamp\` is ${isDeleted ? 'not ' : ''}empty`;
  return [invalidField('status.Phase', phase, detail)];
}
