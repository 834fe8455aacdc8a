/** What becomes of every field of Amalthea's kinds. */
import type { FieldTable } from '../../field-table';
import { amaltheaSessionFields } from './amalthea-session';
import { jupyterServerFields, renkuJupyterServerFields } from './jupyter-server';

export const jupyterServerFieldTables: readonly FieldTable[] = [jupyterServerFields, renkuJupyterServerFields];

export const amaltheaFieldTables: readonly FieldTable[] = [amaltheaSessionFields, ...jupyterServerFieldTables];
