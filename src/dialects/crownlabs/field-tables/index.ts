/** What becomes of every field of CrownLabs' kinds. */
import type { FieldTable } from '../../field-table';
import { instanceFields } from './instance';
import { imageListFields, instanceSnapshotFields, sharedVolumeFields } from './storage';
import { templateFields } from './template';
import { tenantFields, workspaceFields } from './tenancy';

export const crownlabsFieldTables: readonly FieldTable[] = [
  imageListFields,
  instanceFields,
  instanceSnapshotFields,
  sharedVolumeFields,
  templateFields,
  tenantFields,
  workspaceFields,
];
