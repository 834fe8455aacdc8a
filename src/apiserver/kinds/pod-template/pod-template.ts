/** Checks of a `PodTemplateSpec`. */
import type { JsonObject } from '../../../api/json';
import { type FieldError, forbiddenField } from '../../field-error';
import { listAt, mapAt, objectAt } from '../json-members';
import { annotationErrors, labelErrors } from '../metadata';
import { addPodAnnotationErrors, addProfileMatchErrors, annotationsOf } from './pod-annotations';
import { validatePodSpec } from './pod-spec';

/** What is wrong with a template; `path` is that of the template: `spec.template`. */
export function validatePodTemplate(template: JsonObject, path: string): FieldError[] {
  const spec = objectAt(template, 'spec') ?? {};
  const annotations = annotationsOf(template);
  // The server leaves `metadata` out of these paths.
  const errors = [
    ...labelErrors(mapAt(objectAt(template, 'metadata'), 'labels'), `${path}.labels`),
    ...annotationErrors(annotations, `${path}.annotations`),
  ];
  addPodAnnotationErrors(errors, { annotations, spec }, `${path}.annotations`);
  errors.push(...validatePodSpec(spec, { path: `${path}.spec` }));
  addProfileMatchErrors(errors, { annotations, spec }, `${path}.spec`);
  if (listAt(spec, 'ephemeralContainers').length > 0) {
    errors.push(forbiddenField(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'));
  }
  return errors;
}
