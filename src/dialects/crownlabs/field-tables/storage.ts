/** ImageList, InstanceSnapshot and SharedVolume: what environments start from and leave behind. */
import { type FieldTable, ignored, later } from '../../field-table';

export const imageListFields: FieldTable = {
  crd: 'imagelists.crownlabs.polito.it',
  kind: 'ImageList',
  rows: [
    later('spec.images[].name', 'image catalogs'),
    later('spec.images[].versions[]', 'image catalogs'),
    later('spec.registryName', 'image catalogs'),
    ignored('status', 'an object without members'),
  ],
};

export const instanceSnapshotFields: FieldTable = {
  crd: 'instancesnapshots.crownlabs.polito.it',
  kind: 'InstanceSnapshot',
  rows: [
    later('spec.environmentRef.name', 'snapshots'),
    ignored(
      'spec.environmentRef.namespace',
      'it names an environment of the instance, which has no namespace of its own',
    ),
    later('spec.imageName', 'snapshots'),
    later('spec.instanceRef.name', 'snapshots'),
    later('spec.instanceRef.namespace', 'snapshots', 'another namespace has to be permitted'),
    later('status.phase', 'snapshots'),
  ],
};

export const sharedVolumeFields: FieldTable = {
  crd: 'sharedvolumes.crownlabs.polito.it',
  kind: 'SharedVolume',
  rows: [
    later('spec.prettyName', 'shared volumes'),
    later('spec.size', 'shared volumes'),
    later('status.exportPath', 'shared volumes'),
    later('status.phase', 'shared volumes'),
    later('status.serverAddress', 'shared volumes'),
  ],
};
