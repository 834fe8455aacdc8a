/** Kubernetes' own controllers as a process of their own, for an API server that has none. */
import { usedAmounts } from '../../src/apiserver/admission/resource-quota/used-amounts';
import { ControllerManager } from '../../src/programs/controller-manager/controller-manager';
import { runProgram } from './run-program';

void runProgram(
  'controller manager',
  (surroundings) =>
    new ControllerManager({
      ...surroundings,
      countQuota: (quota, { list, isServed, now }) => usedAmounts(quota, { reader: { list }, isServed, now }),
    }),
);
