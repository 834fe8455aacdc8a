/** The cluster's Gate, as plans read it. */
import { describeProblems } from '../api/problem';
import type { Lookup } from '../plan/lookup';
import { admissionOf } from '../schema/admitted';
import { GATE, GATE_NAME, type GateObject, type GateSpec } from './gate';

export type FoundGate =
  | { readonly outcome: 'Found'; readonly spec: GateSpec }
  /** No access layer is there, and what to do about it. */
  | { readonly outcome: 'Missing'; readonly message: string };

const admit = admissionOf<GateObject>(GATE);

/** The Gate called `default`, with its defaults. */
export function findGate(lookup: Lookup): FoundGate {
  const answer = lookup.get<GateObject>(GATE.type, { name: GATE_NAME });
  if (!answer.found)
    return { outcome: 'Missing', message: `no access layer is installed: create Gate ${GATE_NAME} and run the gate` };
  const { problems, object } = admit(answer.object);
  return problems.length > 0
    ? { outcome: 'Missing', message: `Gate ${GATE_NAME} is invalid: ${describeProblems(problems)}` }
    : { outcome: 'Found', spec: object.spec };
}
