/**
 * Expressions of policies and webhooks, ready to be run.
 * @see k8s.io/apiserver/pkg/admission/plugin/cel/compile.go, v0.34
 */
import { compile } from '../compilation';
import { ProgramError } from '../evaluation/plan';
import { type Program, plan } from '../evaluation/program';
import type { Environment } from '../typing/environment';
import { BOOL, type CelType, DYN, isSameType, NULL, STRING, typeName } from '../typing/type';

export interface CompiledExpression {
  readonly text: string;
  readonly type: CelType;
  /** Absent where it is wrong. */
  readonly program?: Program;
  /** What is wrong with it. */
  readonly problem?: string;
  /** True where the server is to blame. */
  readonly isInternal?: boolean;
}

/** What an expression may give; undefined: anything. */
export type ResultTypes = readonly CelType[] | undefined;

export const CONDITION_RESULT: ResultTypes = [BOOL];
export const MESSAGE_RESULT: ResultTypes = [STRING];
export const ANNOTATION_RESULT: ResultTypes = [STRING, NULL];

function wrongType(type: CelType, wanted: readonly CelType[]): string | undefined {
  if (wanted.some((each) => isSameType(each, type))) return undefined;
  const names = wanted.map(typeName);
  const told =
    names.length === 1 ? `must evaluate to ${names.join('')}` : `must evaluate to one of [${names.join(' ')}]`;
  return `${told} but got ${typeName(type)}`;
}

export function compileExpression(text: string, environment: Environment, wanted: ResultTypes): CompiledExpression {
  const compiled = compile(text, environment);
  if (compiled.problem !== undefined) return { text, type: DYN, problem: `compilation failed: ${compiled.problem}` };
  const { type } = compiled;
  const problem = wanted === undefined ? undefined : wrongType(type, wanted);
  if (problem !== undefined) return { text, type: DYN, problem };
  try {
    return { text, type, program: plan(compiled.checked) };
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    return { text, type: DYN, problem: `program instantiation failed: ${error.message}`, isInternal: true };
  }
}
