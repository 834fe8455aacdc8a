/**
 * Tables that the API server makes of any kind, with the columns that the kind declares.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
 */
import { isJsonObject, type JsonObject } from '../../api/json';
import { textAt } from '../text-at';
import { type Column, tableLines } from './table';

/** What to ask for by the Accept header. */
export const TABLE_MEDIA_TYPE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

export interface ServerTableSettings {
  /** Also columns of lower priority. */
  readonly wide: boolean;
  /** A column with namespaces goes first. */
  readonly withNamespace: boolean;
  /** Only rows of these names; default all. */
  readonly names?: ReadonlySet<string>;
}

/** The lines of a table, and the names that it holds. */
export function serverTable(
  answer: unknown,
  { wide, withNamespace, names }: ServerTableSettings,
): { readonly lines: readonly string[]; readonly names: readonly string[] } {
  const definitions = objects(isJsonObject(answer) ? answer['columnDefinitions'] : undefined);
  const rows = objects(isJsonObject(answer) ? answer['rows'] : undefined).filter(
    (row) => names?.has(nameOf(row)) ?? true,
  );
  const columns = definitions.flatMap((definition, index): Column<JsonObject>[] => {
    const isShown = wide || !(typeof definition['priority'] === 'number' && definition['priority'] > 0);
    return isShown ? [{ title: textAt(definition, ['name']).toUpperCase(), cell: (row) => cellText(row, index) }] : [];
  });
  const namespace: Column<JsonObject> = {
    title: 'NAMESPACE',
    cell: (row) => textAt(row, ['object', 'metadata', 'namespace']),
  };
  return { lines: tableLines(rows, withNamespace ? [namespace, ...columns] : columns), names: rows.map(nameOf) };
}

function nameOf(row: JsonObject): string {
  return textAt(row, ['object', 'metadata', 'name']);
}

function cellText(row: JsonObject, index: number): string {
  const { cells } = row;
  const cell: unknown = Array.isArray(cells) ? cells[index] : undefined;
  if (cell === null || cell === undefined) return '<none>';
  return typeof cell === 'string' ? cell : JSON.stringify(cell);
}

function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
