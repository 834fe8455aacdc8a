/**
 * What the rules of a schema may cost together, estimated before any object is there.
 * @see k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/cel_validation.go, v0.34
 */

import { type FieldError, forbiddenField } from '../../field-error';
import { findDouble } from '../../json/int64';
import type { SchemaNode } from '../../schema/schema-node';
import { MAXIMUM } from '../cost/range';
import { MAXIMUM_REQUEST } from '../schemas/declared-type';

/** For all evaluations of one rule for one object. */
const RULE_LIMIT = 10_000_000;
/** For all rules of a schema. */
const SCHEMA_LIMIT = 100_000_000;
const BLAMED = 4;
/** What is less than a hundredth of the limit is not blamed. */
const BLAMED_FROM = SCHEMA_LIMIT / 100;

/** How often a value may occur in an object; undefined where the schemas around it set no bound. */
export type Cardinality = number | undefined;

function times(cost: number, count: number): number {
  return Math.min(cost * count, MAXIMUM);
}

function maximum(node: SchemaNode, keyword: 'maxItems' | 'maxProperties'): Cardinality {
  const value = findDouble(node.checks?.[keyword]);
  return value === undefined ? undefined : Math.max(0, value);
}

/** How many values of a part one value of a schema may have. */
function partsOf(node: SchemaNode): Cardinality {
  if (node.type === 'array') return maximum(node, 'maxItems');
  if (node.type === 'object' && node.additionalProperties !== undefined) return maximum(node, 'maxProperties');
  return 1;
}

/** How often a part of a schema may occur. */
export function partCardinality(cardinality: Cardinality, node: SchemaNode): Cardinality {
  const parts = cardinality === undefined ? undefined : partsOf(node);
  return cardinality === undefined || parts === undefined ? undefined : times(cardinality, parts);
}

/** What a rule may cost in an object: without a bound, as often as its values fit into a request. */
export function ruleCost(cost: number, cardinality: Cardinality, minSize: number): number {
  return times(cost, cardinality ?? Math.floor(MAXIMUM_REQUEST / (minSize + 1)));
}

function factorText(cost: number, limit: number): string {
  const factor = cost / limit;
  if (factor > 100) return 'more than 100x';
  return `${factor < 1.5 ? factor.toFixed(6) : factor.toFixed(1)}x`;
}

function exceeds(what: string, cost: number, limit: number): string {
  return `${what} exceeds budget by factor of ${factorText(cost, limit)} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`;
}

/** Adds up what the rules of a schema may cost. */
export class CostBudget {
  private total = 0;
  private readonly expensive: { readonly path: string; readonly cost: number }[] = [];

  /** The error of a rule that costs too much by itself; `what`: `estimated rule cost`. */
  add(path: string, cost: number, what: string): FieldError | undefined {
    this.total = Math.min(this.total + cost, MAXIMUM);
    if (cost >= BLAMED_FROM) this.expensive.push({ path, cost });
    return cost > RULE_LIMIT ? forbiddenField(path, exceeds(what, cost, RULE_LIMIT)) : undefined;
  }

  /** The errors where all together cost too much; `path`: of the schema. */
  errors(path: string): readonly FieldError[] {
    if (this.total <= SCHEMA_LIMIT) return [];
    const blamed = [...this.expensive].sort((a, b) => b.cost - a.cost).slice(0, BLAMED);
    const what = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema';
    return [
      ...blamed.map((rule) =>
        forbiddenField(
          rule.path,
          'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema',
        ),
      ),
      forbiddenField(path, exceeds(what, this.total, SCHEMA_LIMIT)),
    ];
  }
}
