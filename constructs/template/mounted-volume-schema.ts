/**
 * What templates say of volumes that environments mount and don't make.
 */
import { Optional as optional, Type } from '@sinclair/typebox';
import { EXPLAIN, listMap } from '../../src/schema/keywords';
import { SHARED_VOLUME_NAME_MAX } from '../shared-volume';

const mountPath = Type.String({
  minLength: 1,
  maxLength: 1024,
  pattern: '^/',
  [EXPLAIN]: 'an absolute path',
  description: 'Where the app of the web workload (the first one where none has web) sees it.',
});

/** The personal storage of a tenant. */
export const PERSONAL_STORAGE = Type.Object(
  { mountPath, readOnly: optional(Type.Boolean({ description: 'True: it can’t be written.' })) },
  {
    description: 'The personal storage of the tenant in whose namespace the environment is. Absent: it isn’t mounted.',
  },
);

const sharedVolume = Type.Object({
  name: Type.String({
    minLength: 1,
    maxLength: SHARED_VOLUME_NAME_MAX,
    description: 'Name of a SharedVolume of the template’s namespace.',
  }),
  mountPath,
  readOnly: Type.Boolean({ default: true, description: 'False: it can be written.' }),
});

/** SharedVolumes of a template's namespace. */
export const SHARED_VOLUMES = listMap(sharedVolume, ['name'], {
  maxItems: 16,
  description: 'SharedVolumes of the same namespace that are mounted; a workspace’s also by its members’ environments.',
});
