/** Checks of paths inside volumes and on hosts. */
import { type FieldError, invalidField } from '../../field-error';

/** Adds an error for a path that climbs. */
export function addBackstepErrors(errors: FieldError[], target: string, path: string): void {
  if (target.includes('..') && target.split('/').includes('..')) {
    errors.push(invalidField(path, target, "must not contain '..'"));
  }
}

/** Adds errors for a path that leaves the folder it is relative to. */
export function addDescendingPathErrors(errors: FieldError[], target: string, path: string): void {
  if (target.startsWith('/')) errors.push(invalidField(path, target, 'must be a relative path'));
  addBackstepErrors(errors, target, path);
}

/** As `addDescendingPathErrors`; names that begin with two dots are the kubelet's. */
export function addLocalPathErrors(errors: FieldError[], target: string, path: string): void {
  addDescendingPathErrors(errors, target, path);
  if (target.startsWith('..') && !target.startsWith('../')) {
    errors.push(invalidField(path, target, "must not start with '..'"));
  }
}
