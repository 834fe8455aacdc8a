/** Expressions as cel-go, with the libraries of Kubernetes 1.34, checks, estimates and evaluates them: its answers are recorded beside this file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/api/json';
import { compile } from '../../../src/apiserver/cel/compilation';
import { estimateCost } from '../../../src/apiserver/cel/cost/estimator';
import { sizesOf } from '../../../src/apiserver/cel/cost/size-estimate';
import { ProgramError } from '../../../src/apiserver/cel/evaluation/plan';
import { plan } from '../../../src/apiserver/cel/evaluation/program';
import { FUNCTIONS } from '../../../src/apiserver/cel/libraries/functions';
import { findDeclaredType, namedTypes } from '../../../src/apiserver/cel/schemas/declared-type';
import { schemaValue } from '../../../src/apiserver/cel/schemas/schema-value';
import type { StructType } from '../../../src/apiserver/cel/typing/environment';
import { typeText } from '../../../src/apiserver/cel/typing/type';
import { CelError } from '../../../src/apiserver/cel/values/value';
import { nodeOf } from '../../../src/apiserver/schema/structural-schema';
import { shownValue } from './shown-value';

interface Answer {
  readonly expression: string;
  /** Of `self`, among the schemas; absent for an empty object. */
  readonly schema?: number;
  readonly self?: JsonObject;
  readonly isOnlyChecked?: boolean;
  /** Why it doesn't compile. */
  readonly problem?: string;
  readonly type?: string;
  /** Why it can't be run. */
  readonly program?: string;
  /** The least and the most that it may cost. */
  readonly costs?: readonly [number, number];
  /** Why it has no value. */
  readonly failure?: string;
  /** Absent for values of libraries. */
  readonly result?: string;
  readonly cost?: number;
}

const recorded = JSON.parse(readFileSync(join(__dirname, 'expression-answers.json'), 'utf8')) as {
  readonly schemas: readonly JsonObject[];
  readonly answers: readonly Answer[];
};

const SELF_TYPE = 'selfType1';
const NO_STRUCTS: ReadonlyMap<string, StructType> = new Map([[SELF_TYPE, { findField: () => undefined }]]);

function answer({ expression, schema, self = {}, isOnlyChecked, result: wanted }: Answer): Omit<Answer, 'expression'> {
  const node = nodeOf((schema === undefined ? undefined : recorded.schemas[schema]) ?? { type: 'object' });
  const declared = findDeclaredType(node, false);
  if (declared === undefined) throw new Error('the schema declares no type');
  const { type, structs } = namedTypes(declared, SELF_TYPE);
  const environment = {
    variables: new Map([['self', type]]),
    structs: structs.size === 0 ? NO_STRUCTS : structs,
    functions: FUNCTIONS,
  };
  const compiled = compile(expression, environment);
  if (compiled.problem !== undefined) return { problem: compiled.problem };
  const typed = { type: typeText(compiled.type) };
  try {
    const program = plan(compiled.checked);
    const { min, max } = estimateCost(compiled.checked, sizesOf(declared));
    const checked = { ...typed, costs: [min, max] as const };
    if (isOnlyChecked === true) return checked;
    const value = schemaValue(self, node);
    const { result, cost } = program.run((name) => (name === 'self' ? value : undefined));
    if (result instanceof CelError) return { ...checked, failure: result.message, cost };
    return { ...checked, ...(wanted === undefined ? {} : { result: shownValue(result) }), cost };
  } catch (error) {
    if (error instanceof ProgramError) return { ...typed, program: error.message };
    throw error;
  }
}

/** Costs are products of floating point numbers. */
function rounded(told: Omit<Answer, 'expression'>): object {
  const { costs } = told;
  return costs === undefined ? told : { ...told, costs: costs.map((cost) => Number(cost.toPrecision(12))) };
}

describe('an expression', () => {
  it.each(recorded.answers)('is taken as cel-go takes it: $expression', (recordedAnswer) => {
    const { expression: _expression, schema: _schema, self: _self, isOnlyChecked: _only, ...told } = recordedAnswer;
    expect(rounded(answer(recordedAnswer))).toEqual(rounded(told));
  });
});
