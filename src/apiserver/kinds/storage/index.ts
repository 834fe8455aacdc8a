/** What the kinds of `storage.k8s.io` do beyond their schemas. */
import { defaultColumns } from '../checks/default-columns';
import type { KindFacts } from '../kind-facts';
import {
  csiDriverColumns,
  csiNodeColumns,
  storageClassColumns,
  volumeAttachmentColumns,
  volumeAttributesClassColumns,
} from './columns';
import { csiDriverStrategy, csiNodeStrategy, csiStorageCapacityStrategy } from './csi';
import { storageClassStrategy, volumeAttributesClassStrategy } from './storage-class';
import { volumeAttachmentStrategy } from './volume-attachment';

export const storageKinds: Readonly<Record<string, KindFacts>> = {
  storageclasses: { strategy: storageClassStrategy, columns: storageClassColumns },
  csidrivers: { strategy: csiDriverStrategy, columns: csiDriverColumns },
  csinodes: { strategy: csiNodeStrategy, columns: csiNodeColumns },
  csistoragecapacities: { strategy: csiStorageCapacityStrategy, columns: defaultColumns },
  volumeattachments: { strategy: volumeAttachmentStrategy, columns: volumeAttachmentColumns },
  volumeattributesclasses: { strategy: volumeAttributesClassStrategy, columns: volumeAttributesClassColumns },
};
