/**
 * Checks that a value is of its type before it is applied: members that the schema doesn't know, values of another kind,
 * items that are there twice.
 * @see sigs.k8s.io/structured-merge-diff/v6/typed/validate.go, v6.3
 */

import { isJsonObject, type JsonValue } from '../../api/json';
import { isNumeric } from '../json/int64';
import { findItemElement } from './list-item';
import { elementText, fieldElement, type PathElement } from './path-element';
import { below, type TypeProblem } from './type-problem';
import { valueGoType, valueSource, valueText } from './value-text';
import { kindOf, type ListType, type MapType, type ScalarType, type ValueType } from './value-type';

/** Everything wrong with a value; empty where it is of its type. */
export function typeProblems(type: ValueType, value: JsonValue): readonly TypeProblem[] {
  const kind = kindOf(type, value);
  if (value === null) return [];
  if (kind === 'scalar') return scalarProblems(type.scalar ?? 'untyped', value);
  if (kind === 'list') {
    if (!Array.isArray(value)) return [{ path: '', message: `expected list, got &{${valueText(value)}}` }];
    return type.list === undefined ? [] : listProblems(type.list, value as readonly JsonValue[]);
  }
  if (!isJsonObject(value)) return [{ path: '', message: `expected map, got &{${valueText(value)}}` }];
  return type.map === undefined ? [] : mapProblems(type.map, value);
}

function scalarProblems(type: ScalarType, value: JsonValue): readonly TypeProblem[] {
  switch (type) {
    case 'numeric':
      if (isNumeric(value)) return [];
      return [{ path: '', message: `expected numeric (int or float), got ${valueGoType(value)}` }];
    case 'string':
      if (typeof value === 'string') return [];
      return [{ path: '', message: `expected string, got &value.valueUnstructured{Value:${valueSource(value)}}` }];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [{ path: '', message: `expected boolean, got &{${valueText(value)}}` }];
    case 'untyped':
      return typeof value !== 'object'
        ? []
        : [{ path: '', message: `expected any scalar, got &{${valueText(value)}}` }];
  }
}

function listProblems(list: ListType, items: readonly JsonValue[]): readonly TypeProblem[] {
  const problems: TypeProblem[] = [];
  const seen = new Set<PathElement>();
  for (const [index, item] of items.entries()) {
    let element: PathElement = `i:${index}`;
    if (!list.atomic) {
      const found = findItemElement(list, item);
      // Without its element nothing more can be told of the list.
      if ('problem' in found) return [...problems, { path: '', message: `element ${index}: ${found.problem}` }];
      element = found.element;
      if (seen.has(element)) {
        problems.push({ path: '', message: `duplicate entries for key ${elementText(element, 'int64')}` });
      }
      seen.add(element);
    }
    problems.push(...below(element, typeProblems(list.items, item)));
  }
  return problems;
}

function mapProblems(map: MapType, members: Readonly<Record<string, JsonValue | undefined>>): readonly TypeProblem[] {
  const problems: TypeProblem[] = [];
  for (const name of Object.keys(members)) {
    const member = members[name];
    if (member === undefined) continue;
    const type = map.findMember(name);
    if (type === undefined) {
      problems.push({ path: elementText(fieldElement(name), 'int64'), message: 'field not declared in schema' });
      // The real server looks no further into this object.
      return problems;
    }
    problems.push(...below(fieldElement(name), typeProblems(type, member)));
  }
  return problems;
}
