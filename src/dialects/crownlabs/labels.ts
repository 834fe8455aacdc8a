/** Labels of CrownLabs, under which its clients look for tenants, workspaces and namespaces. */
import { CROWNLABS_GROUP } from './resource-types';

/** A label of CrownLabs: `crownlabs.polito.it/type`. */
export function crownlabsLabel(name: string): string {
  return `${CROWNLABS_GROUP}/${name}`;
}

/** Names of people as label values: spaces become underscores, and what no label may hold is left out. */
export function labelValue(name: string): string {
  return name
    .replaceAll(' ', '_')
    .replace(/[^A-Za-z0-9_]/g, '')
    .slice(0, 63)
    .replace(/^_+|_+$/g, '');
}

/** Part of an object's name: dots become dashes, as in `tenant-john-doe`. */
export function dashed(name: string): string {
  return name.replaceAll('.', '-');
}

/** Marks what is made for one kind of object. */
export function managedBy(kind: 'tenant' | 'workspace'): Readonly<Record<string, string>> {
  return { [crownlabsLabel('managed-by')]: kind };
}
