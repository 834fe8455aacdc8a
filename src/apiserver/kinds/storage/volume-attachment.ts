/**
 * Volume attachments.
 * @see k8s.io/kubernetes/pkg/apis/storage/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { type DraftObject, findObject } from '../../draft';
import { type FieldError, forbiddenField, invalidField, requiredField, tooLongField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { specOf, statusOf } from '../checks/object-parts';
import { CLIENT_METADATA, statusPreparations } from '../checks/restore';
import { isSameValue, mapAt, objectAt, optionalTextAt, textAt } from '../json-members';
import { addProblems, dnsSubdomainProblems } from '../metadata';
import { csiDriverNameErrors } from './class-parameters';

const METADATA_MAX_BYTES = 256 * 1024;
const MESSAGE_MAX = 1024;
const ERROR_KEYS = ['attachError', 'detachError'];

const preparations = statusPreparations([...CLIENT_METADATA, 'deletionTimestamp', 'generation']);

export const volumeAttachmentStrategy: Strategy = {
  prepareForCreate: preparations.prepareForCreate,
  prepareForUpdate(attachment, old, context) {
    preparations.prepareForUpdate(attachment, old, context);
    if (context.subresource === 'status') dropErrorCodes(attachment, old);
  },
  updatesUnconditionally: false,
  resetFields: { '': [['status']], status: [['metadata'], ['spec']] },
  validate(attachment) {
    const spec = specOf(attachment);
    const errors = [...attachmentErrors(attachment), ...csiDriverNameErrors(textAt(spec, 'attacher'), 'spec.attacher')];
    const volume = optionalTextAt(objectAt(spec, 'source'), 'persistentVolumeName');
    if (volume !== undefined) {
      addProblems(errors, 'spec.source.persistentVolumeName', volume, dnsSubdomainProblems(volume));
    }
    return errors;
  },
  validateUpdate(attachment, old) {
    const errors = attachmentErrors(attachment);
    const twice = [...errors, ...errors];
    if (isSameValue(specOf(attachment), specOf(old))) return twice;
    return [...twice, invalidField('spec', shownSpec(specOf(attachment)), 'field is immutable')];
  },
};

/** The codes of errors belong to a feature that is off by default; what was there stays. */
function dropErrorCodes(attachment: DraftObject, old: KubeObject): void {
  for (const key of ERROR_KEYS) {
    const error = findObject(findObject(attachment, 'status'), key);
    if (error !== undefined && objectAt(statusOf(old), key)?.['errorCode'] === undefined) delete error['errorCode'];
  }
}

function attachmentErrors(attachment: KubeObject): FieldError[] {
  const spec = specOf(attachment);
  const errors: FieldError[] = textAt(spec, 'attacher') === '' ? [requiredField('spec.attacher')] : [];
  errors.push(...sourceErrors(objectAt(spec, 'source')));
  const node = textAt(spec, 'nodeName');
  addProblems(errors, 'spec.nodeName', node, dnsSubdomainProblems(node));
  return [...errors, ...statusErrors(statusOf(attachment))];
}

function sourceErrors(source: JsonObject | undefined): FieldError[] {
  const path = 'spec.source';
  const why = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
  const volume = optionalTextAt(source, 'persistentVolumeName');
  const hasInline = objectAt(source, 'inlineVolumeSpec') !== undefined;
  if (!hasInline && volume === undefined) return [requiredField(path, why)];
  if (hasInline && volume !== undefined) return [forbiddenField(path, why)];
  if (volume !== '') return [];
  return [requiredField(`${path}.persistentVolumeName`, 'must specify non empty persistentVolumeName')];
}

function statusErrors(status: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(mapAt(status, 'attachmentMetadata'))) {
    size += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (size > METADATA_MAX_BYTES) errors.push(tooLongField('status.attachmentMetadata', METADATA_MAX_BYTES));
  for (const key of ERROR_KEYS) {
    if (Buffer.byteLength(textAt(objectAt(status, key), 'message')) > MESSAGE_MAX) {
      // The server names another limit than the one it holds to.
      errors.push(tooLongField(`status.${key}.message`, METADATA_MAX_BYTES));
    }
  }
  return errors;
}

/** The spec with the server's own names of its members. */
function shownSpec(spec: JsonObject): JsonObject {
  const source = objectAt(spec, 'source');
  return {
    Attacher: textAt(spec, 'attacher'),
    Source: {
      PersistentVolumeName: source?.['persistentVolumeName'] ?? null,
      InlineVolumeSpec: source?.['inlineVolumeSpec'] ?? null,
    },
    NodeName: textAt(spec, 'nodeName'),
  };
}
