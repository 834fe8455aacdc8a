/**
 * Rules that are compiled against the schema that they stand in.
 * @see k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/compilation.go, v0.34
 */
import type { SchemaNode } from '../../schema/schema-node';
import { type Compilation, compile, usesVariable } from '../compilation';
import { estimateCost } from '../cost/estimator';
import { sizesOf } from '../cost/size-estimate';
import { ProgramError } from '../evaluation/plan';
import { type Program, plan } from '../evaluation/program';
import { FUNCTIONS } from '../libraries/functions';
import { type DeclaredType, namedTypes } from '../schemas/declared-type';
import type { Environment } from '../typing/environment';
import { optionalOf } from '../typing/type';
import { findFieldPath } from './field-path';
import { rulesOf, type ValidationRule } from './rule';

/** A rule, or what is wrong with it. */
export interface CompiledRule {
  readonly source: ValidationRule;
  /** Absent for an empty rule and for a wrong one. */
  readonly program?: Program;
  readonly problem?: string;
  readonly usesOldSelf: boolean;
  /** The most that one evaluation may cost. */
  readonly maxCost: number;
  readonly messageProgram?: Program;
  readonly messageProblem?: string;
  readonly messageMaxCost: number;
  /** Follows the path of the value: `spec.a[b]`; empty for the value itself. */
  readonly fieldPath: string;
}

/** No rule can name the type of `self`. */
const SELF_TYPE = 'selfType';

interface Environments {
  readonly plain: Environment;
  /** `oldSelf` is an optional. */
  readonly optional: Environment;
}

function environmentsOf(declared: DeclaredType): Environments {
  const { type, structs } = namedTypes(declared, SELF_TYPE);
  const given = { structs: structs.size === 0 ? NO_STRUCTS : structs, functions: FUNCTIONS };
  return {
    plain: {
      ...given,
      variables: new Map([
        ['self', type],
        ['oldSelf', type],
      ]),
    },
    optional: {
      ...given,
      variables: new Map([
        ['self', type],
        ['oldSelf', optionalOf(type)],
      ]),
    },
  };
}

/** Types of schemas are known by name even where `self` is no object. */
const NO_STRUCTS: Environment['structs'] = new Map([[SELF_TYPE, { findField: () => undefined }]]);

/** The rules of a node, compiled against the type that the node, or another that describes its values, declares. */
export function compileRules(rules: SchemaNode, typed: SchemaNode, declared: DeclaredType): readonly CompiledRule[] {
  const sources = rulesOf(rules);
  if (sources.length === 0) return [];
  const environments = environmentsOf(declared);
  return sources.map((source) => {
    const environment = source.optionalOldSelf === true ? environments.optional : environments.plain;
    return compileRule(source, typed, { environment, declared });
  });
}

interface RuleContext {
  readonly environment: Environment;
  readonly declared: DeclaredType;
}

function compileRule(source: ValidationRule, typed: SchemaNode, context: RuleContext): CompiledRule {
  const nothing: CompiledRule = { source, usesOldSelf: false, maxCost: 0, messageMaxCost: 0, fieldPath: '' };
  if (source.rule.trim() === '') return nothing;
  const compiled = compile(source.rule, context.environment);
  if (compiled.problem !== undefined) return { ...nothing, problem: `compilation failed: ${compiled.problem}` };
  if (compiled.type.kind !== 'bool') return { ...nothing, problem: 'cel expression must evaluate to a bool' };
  const usesOldSelf = usesVariable(compiled.checked, 'oldSelf');
  const program = planOrExplain(compiled);
  if (typeof program === 'string')
    return { ...nothing, usesOldSelf, problem: `program instantiation failed: ${program}` };
  const maxCost = estimateCost(compiled.checked, sizesOf(context.declared)).max;
  const rule: CompiledRule = { ...nothing, program, usesOldSelf, maxCost };
  const message = compileMessage(source.messageExpression, context);
  // A path is blamed only by a rule that is right in all else.
  if (message.messageProblem !== undefined) return { ...rule, ...message };
  return {
    ...rule,
    ...message,
    fieldPath: source.fieldPath === '' ? '' : (findFieldPath(source.fieldPath, typed) ?? ''),
  };
}

function compileMessage(
  expression: string,
  { environment, declared }: RuleContext,
): Pick<CompiledRule, 'messageProgram' | 'messageProblem' | 'messageMaxCost'> {
  if (expression === '') return { messageMaxCost: 0 };
  const compiled = compile(expression, environment);
  if (compiled.problem !== undefined) {
    return { messageMaxCost: 0, messageProblem: `messageExpression compilation failed: ${compiled.problem}` };
  }
  if (compiled.type.kind !== 'string') {
    return { messageMaxCost: 0, messageProblem: 'messageExpression must evaluate to a string' };
  }
  const messageProgram = planOrExplain(compiled);
  if (typeof messageProgram === 'string') {
    return { messageMaxCost: 0, messageProblem: `messageExpression instantiation failed: ${messageProgram}` };
  }
  return { messageProgram, messageMaxCost: estimateCost(compiled.checked, sizesOf(declared)).max };
}

function planOrExplain({ checked }: Compilation): Program | string {
  try {
    return plan(checked);
  } catch (error) {
    if (error instanceof ProgramError) return error.message;
    throw error;
  }
}
