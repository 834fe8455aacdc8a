/**
 * What is wrong with the rules of a schema, told to whoever writes the CRD.
 * @see k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go, v0.34
 */
import { type FieldError, invalidField } from '../../field-error';
import type { SchemaNode } from '../../schema/schema-node';
import { findDeclaredProperties, findDeclaredType } from '../schemas/declared-type';
import { type CompiledRule, compileRules } from './compiled-rule';
import { type Cardinality, CostBudget, partCardinality, ruleCost } from './cost-budget';
import { rulesOf, shownRule } from './rule';

export interface RuleCheckOptions {
  /** `spec.validation.openAPIV3Schema`. */
  readonly path: string;
  /** The schema was accepted before: no rule is refused for its own cost. */
  readonly isUnchanged: boolean;
}

/** Where in the schema a node stands. */
interface Place {
  readonly path: string;
  readonly cardinality: Cardinality;
  readonly isRoot: boolean;
  /** The list or map whose items cannot be told apart: below it nothing is known of older values. */
  readonly uncorrelatable: string | undefined;
}

class RuleChecks {
  readonly errors: FieldError[] = [];
  readonly budget = new CostBudget();

  constructor(private readonly options: RuleCheckOptions) {}

  /** Parts before the whole, as the real server does it. */
  check(node: SchemaNode, place: Place): void {
    const cardinality = partCardinality(place.cardinality, node);
    const part = { ...place, cardinality, isRoot: false };
    if (node.additionalProperties !== undefined) {
      this.check(node.additionalProperties, { ...part, path: `${place.path}.additionalProperties` });
    }
    for (const [name, property] of findDeclaredProperties(node) ?? []) {
      this.check(property, { ...part, path: `${place.path}.properties[${name}]` });
    }
    if (node.items !== undefined) {
      const uncorrelatable = place.uncorrelatable ?? (node.listType === 'map' ? undefined : place.path);
      this.check(node.items, { ...part, path: `${place.path}.items`, uncorrelatable });
    }
    this.checkOwn(node, place);
  }

  private checkOwn(node: SchemaNode, place: Place): void {
    if (rulesOf(node).length === 0) return;
    const path = `${place.path}.x-kubernetes-validations`;
    const declared = findDeclaredType(node, place.isRoot || node.embeddedResource === true);
    if (declared === undefined) {
      const detail =
        'internal error: failed to construct type information for x-kubernetes-validations rules: unable to convert structural schema to CEL declarations';
      this.errors.push({ type: 'InternalError', field: path, detail });
      return;
    }
    for (const [index, rule] of compileRules(node, node, declared).entries()) {
      this.checkRule(rule, `${path}[${String(index)}]`, { ...place, minSize: declared.minSize });
    }
  }

  private checkRule(rule: CompiledRule, path: string, place: Place & { readonly minSize: number }): void {
    this.addCost(`${path}.rule`, ruleCost(rule.maxCost, place.cardinality, place.minSize), 'estimated rule cost');
    const shown = shownRule(rule.source);
    if (rule.problem !== undefined) this.errors.push(invalidField(`${path}.rule`, shown, rule.problem));
    if (rule.messageProblem !== undefined) {
      this.errors.push(invalidField(`${path}.messageExpression`, shown, rule.messageProblem));
    } else if (rule.messageProgram !== undefined) {
      this.addCost(`${path}.messageExpression`, rule.messageMaxCost, 'estimated messageExpression cost');
    }
    const { optionalOldSelf } = rule.source;
    if (rule.usesOldSelf && place.uncorrelatable !== undefined) {
      const detail = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${place.uncorrelatable}`;
      this.errors.push(invalidField(`${path}.rule`, rule.source.rule, detail));
    } else if (!rule.usesOldSelf && optionalOldSelf !== undefined) {
      const detail = 'may not be set if oldSelf is not used in rule';
      this.errors.push(invalidField(`${path}.optionalOldSelf`, optionalOldSelf, detail));
    }
  }

  private addCost(path: string, cost: number, what: string): void {
    const error = this.budget.add(path, cost, what);
    if (error !== undefined && !this.options.isUnchanged) this.errors.push(error);
  }
}

/** The errors of all rules of a structural schema, in the order in which the real server finds them. */
export function ruleErrors(schema: SchemaNode, options: RuleCheckOptions): readonly FieldError[] {
  const checks = new RuleChecks(options);
  checks.check(schema, { path: options.path, cardinality: 1, isRoot: true, uncorrelatable: undefined });
  return [...checks.errors, ...checks.budget.errors(options.path)];
}
