/** Rows of a list of init plugins, which templates and Kodes share. */
import { type FieldRow, ignored, mapped } from '../../field-table';

/** Rows for the list at `path`. */
export function initPluginRows(path: string): readonly FieldRow[] {
  const init = 'model.workloads[].init[]';
  const refused = 'refused with NotSupported where it is given: a plugin mounts the home plainly';
  return [
    mapped(`${path}.name`, `${init}.name`, 'as `init-plugin-<name>`'),
    mapped(`${path}.image`, `${init}.image`),
    mapped(`${path}.command[]`, `${init}.command[]`),
    mapped(`${path}.args[]`, `${init}.args[]`),
    mapped(`${path}.envVars[]`, `${init}.env[]`, { subtree: 'core/v1 EnvVar', note: 'after HOME and WORKSPACE' }),
    mapped(`${path}.env[]`, `${init}.env[]`, { subtree: 'core/v1 EnvVar', note: 'after envVars' }),
    mapped(`${path}.envFrom[]`, `${init}.envFrom[]`, { subtree: 'core/v1 EnvFromSource' }),
    mapped(
      `${path}.volumeMounts[].name`,
      `${init}.mounts[].volume`,
      '`kode-storage` is the home volume; no other is there',
    ),
    mapped(`${path}.volumeMounts[].mountPath`, `${init}.mounts[].mountPath`),
    mapped(`${path}.volumeMounts[].subPath`, `${init}.mounts[].subPath`),
    mapped(`${path}.volumeMounts[].readOnly`, `${init}.mounts[].readOnly`),
    ignored(`${path}.volumeMounts[].subPathExpr`, refused),
    ignored(`${path}.volumeMounts[].recursiveReadOnly`, refused),
    ignored(`${path}.volumeMounts[].mountPropagation`, refused),
  ];
}
