/** Checks of annotations that mean something to a pod: older forms of fields. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../api/json';
import { type FieldError, forbiddenField, invalidField } from '../../field-error';
import { entryAt, hasKey, mapAt, objectAt, optionalTextAt, textAt } from '../json-members';
import { visitContainers } from './containers-of-pod';
import { addDescendingPathErrors } from './paths';
import { addTolerationErrors } from './pod-spec';

export const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';
export const APP_ARMOR_PREFIX = 'container.apparmor.security.beta.kubernetes.io/';
export const SECCOMP_POD_ANNOTATION = 'seccomp.security.alpha.kubernetes.io/pod';
export const SECCOMP_CONTAINER_PREFIX = 'container.seccomp.security.alpha.kubernetes.io/';
const TOLERATIONS_ANNOTATION = 'scheduler.alpha.kubernetes.io/tolerations';
const DELETION_COST_ANNOTATION = 'controller.kubernetes.io/pod-deletion-cost';
const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;

type TextMap = Readonly<Record<string, string>>;

interface AnnotatedSpec {
  readonly annotations: TextMap;
  readonly spec: JsonObject;
}

/** Adds what is wrong with the annotations of a pod or a template; `path` is that of the annotations. */
export function addPodAnnotationErrors(errors: FieldError[], { annotations, spec }: AnnotatedSpec, path: string): void {
  const mirror = entryAt(annotations, MIRROR_ANNOTATION);
  if (mirror !== undefined && textAt(spec, 'nodeName') === '') {
    const detail = 'must set spec.nodeName if mirror pod annotation is set';
    errors.push(invalidField(`${path}[${MIRROR_ANNOTATION}]`, mirror, detail));
  }
  const tolerations = entryAt(annotations, TOLERATIONS_ANNOTATION) ?? '';
  if (tolerations !== '') addTolerationsTextErrors(errors, tolerations, path);
  const cost = entryAt(annotations, DELETION_COST_ANNOTATION);
  if (cost !== undefined && !isInt32(cost)) {
    errors.push(invalidField(`${path}[${DELETION_COST_ANNOTATION}]`, cost, 'must be a 32bit integer'));
  }
  addSeccompErrors(errors, annotations, path);
  for (const [key, profile] of Object.entries(annotations)) {
    if (key.startsWith(APP_ARMOR_PREFIX)) addAppArmorErrors(errors, { key, profile, spec }, `${path}[${key}]`);
  }
}

function isInt32(text: string): boolean {
  const value = /^(?:0|-?[0-9]+)$/.test(text) && !/^0./.test(text) ? Number(text) : Number.NaN;
  return value >= INT32_MIN && value <= INT32_MAX;
}

function addTolerationsTextErrors(errors: FieldError[], text: string, path: string): void {
  let parsed: JsonValue;
  try {
    parsed = JSON.parse(text) as JsonValue;
  } catch (error) {
    errors.push(invalidField(path, TOLERATIONS_ANNOTATION, error instanceof Error ? error.message : ''));
    return;
  }
  const tolerations = Array.isArray(parsed) ? parsed.filter(isJsonObject) : [];
  addTolerationErrors(errors, tolerations, `${path}.${TOLERATIONS_ANNOTATION}`);
}

function addSeccompErrors(errors: FieldError[], annotations: TextMap, path: string): void {
  for (const [key, profile] of Object.entries(annotations)) {
    if (key !== SECCOMP_POD_ANNOTATION && !key.startsWith(SECCOMP_CONTAINER_PREFIX)) continue;
    if (profile === 'runtime/default' || profile === 'docker/default' || profile === 'unconfined') continue;
    const at = `${path}.${key}`;
    if (profile.startsWith('localhost/')) addDescendingPathErrors(errors, profile.slice('localhost/'.length), at);
    else errors.push(invalidField(at, profile, 'must be a valid seccomp profile'));
  }
}

interface AppArmorAnnotation {
  readonly key: string;
  readonly profile: string;
  readonly spec: JsonObject;
}

function addAppArmorErrors(errors: FieldError[], { key, profile, spec }: AppArmorAnnotation, path: string): void {
  const name = key.slice(APP_ARMOR_PREFIX.length);
  const names = new Set<string>();
  visitContainers(spec, '', (container) => {
    names.add(textAt(container, 'name'));
  });
  if (!names.has(name)) errors.push(invalidField(path, name, 'container not found'));
  const isGood =
    profile === '' || profile === 'runtime/default' || profile === 'unconfined' || profile.startsWith('localhost/');
  if (!isGood) {
    errors.push(invalidField(path, profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`));
  }
}

/** Adds errors for changes of annotations that a pod keeps for life. */
export function addPodAnnotationUpdateErrors(
  errors: FieldError[],
  { annotations, old }: { readonly annotations: TextMap; readonly old: TextMap },
  path: string,
): void {
  const refuse = (key: string, verb: string) => {
    const at = `${path}[${key}]`;
    if (key.startsWith(APP_ARMOR_PREFIX)) errors.push(forbiddenField(at, `may not ${verb} AppArmor annotations`));
    if (key === MIRROR_ANNOTATION) errors.push(forbiddenField(at, `may not ${verb} mirror pod annotation`));
  };
  for (const [key, value] of Object.entries(old)) {
    if (entryAt(annotations, key) !== value) refuse(key, 'remove or update');
  }
  for (const key of Object.keys(annotations)) if (!hasKey(old, key)) refuse(key, 'add');
}

/** Adds errors for annotations that say other than the fields that took their place; `path` is that of the spec. */
export function addProfileMatchErrors(errors: FieldError[], { annotations, spec }: AnnotatedSpec, path: string): void {
  const context = objectAt(spec, 'securityContext');
  const podSeccomp = objectAt(context, 'seccompProfile');
  if (podSeccomp !== undefined) {
    const annotation = entryAt(annotations, SECCOMP_POD_ANNOTATION);
    addMatchErrors(errors, { ...SECCOMP, annotation, profile: podSeccomp }, `${path}.securityContext.seccompProfile`);
  }
  if (Object.keys(annotations).length === 0) return;
  visitContainers(spec, path, (container, at) => {
    const profile = objectAt(objectAt(container, 'securityContext'), 'seccompProfile');
    const annotation = entryAt(annotations, `${SECCOMP_CONTAINER_PREFIX}${textAt(container, 'name')}`);
    addMatchErrors(errors, { ...SECCOMP, annotation, profile }, `${at}.securityContext.seccompProfile`);
  });
  if (textAt(objectAt(spec, 'os'), 'name') === 'windows') return;
  const podAppArmor = objectAt(context, 'appArmorProfile');
  visitContainers(spec, path, (container, at) => {
    const profile = objectAt(objectAt(container, 'securityContext'), 'appArmorProfile') ?? podAppArmor;
    const annotation = entryAt(annotations, `${APP_ARMOR_PREFIX}${textAt(container, 'name')}`);
    addMatchErrors(errors, { ...APP_ARMOR, annotation, profile }, `${at}.securityContext.appArmorProfile`);
  });
}

const SECCOMP = { called: 'seccomp', defaults: ['runtime/default', 'docker/default'] };
const APP_ARMOR = { called: 'apparmor', defaults: ['runtime/default'] };

interface ProfileMatch {
  readonly called: string;
  readonly defaults: readonly string[];
  readonly annotation: string | undefined;
  readonly profile: JsonObject | undefined;
}

function addMatchErrors(
  errors: FieldError[],
  { called, defaults, annotation, profile }: ProfileMatch,
  path: string,
): void {
  if (annotation === undefined || profile === undefined) return;
  const refuse = (member: string, what: string) => {
    errors.push(forbiddenField(`${path}.${member}`, `${called} ${what} in annotation and field must match`));
  };
  switch (textAt(profile, 'type')) {
    case 'Unconfined':
      if (annotation !== 'unconfined') refuse('type', 'type');
      return;
    case 'RuntimeDefault':
      if (!defaults.includes(annotation)) refuse('type', 'type');
      return;
    case 'Localhost':
      if (!annotation.startsWith('localhost/')) refuse('type', 'type');
      else if (annotation.slice('localhost/'.length) !== optionalTextAt(profile, 'localhostProfile')) {
        refuse('localhostProfile', 'profile');
      }
      return;
    default:
  }
}

/** The profile that an annotation stands for, or undefined where it is none. */
export function findAppArmorProfile(annotation: string): { type: string; localhostProfile?: string } | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  const local = annotation.startsWith('localhost/') ? annotation.slice('localhost/'.length) : '';
  return local === '' ? undefined : { type: 'Localhost', localhostProfile: local };
}

/** The annotations of an object or a template. */
export function annotationsOf(holder: JsonObject): TextMap {
  return mapAt(objectAt(holder, 'metadata'), 'annotations');
}
