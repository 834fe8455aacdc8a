/** Versions of resources, and what field tracking must know of them. */
import type { FieldManagedType } from '../fields/field-manager';
import type { Resource } from '../resources/resource';

/** The `apiVersion` of a resource's version. */
export function apiVersionIn({ group }: Resource, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

/** A resource as field tracking sees it, at one of its endpoints. */
export function fieldManagedType(resource: Resource, subresource: string): FieldManagedType {
  return {
    schemaOf: (apiVersion) => {
      const slash = apiVersion.indexOf('/');
      const group = slash < 0 ? '' : apiVersion.slice(0, slash);
      return group === resource.group ? resource.versions.get(apiVersion.slice(slash + 1))?.schema : undefined;
    },
    convert: (object, apiVersion) => resource.convert(object, apiVersion.slice(apiVersion.indexOf('/') + 1)),
    resetFields: resource.strategy.resetFields?.[subresource] ?? [],
  };
}
