import { findDanglingCondition } from '../../../src/apiserver/flow-control/dangling-condition';

const BEFORE = '2026-01-01T00:00:00Z';
const NOW = '2026-01-02T00:00:00Z';
const FOUND = {
  type: 'Dangling',
  status: 'False',
  reason: 'Found',
  message: 'This FlowSchema references the PriorityLevelConfiguration object named "system" and it exists',
};
const MISSING = {
  type: 'Dangling',
  status: 'True',
  reason: 'NotFound',
  message:
    'This FlowSchema references the PriorityLevelConfiguration object named "system" but there is no such object',
};

function schema(conditions: readonly object[]) {
  return {
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
    kind: 'FlowSchema',
    metadata: { name: 'system-nodes' },
    spec: { priorityLevelConfiguration: { name: 'system' }, matchingPrecedence: 500 },
    status: { conditions },
  };
}

describe('the condition Dangling', () => {
  it('tells whether the priority level is there', () => {
    expect(findDanglingCondition(schema([]), () => true, NOW)).toEqual({ ...FOUND, lastTransitionTime: NOW });
    expect(findDanglingCondition(schema([]), () => false, NOW)).toEqual({ ...MISSING, lastTransitionTime: NOW });
  });

  it('is left alone where it is right already', () => {
    const said = schema([{ ...FOUND, lastTransitionTime: BEFORE }]);
    expect(findDanglingCondition(said, () => true, NOW)).toBeUndefined();
  });

  it('has a new time when the level goes', () => {
    const said = schema([{ ...FOUND, lastTransitionTime: BEFORE }]);
    expect(findDanglingCondition(said, () => false, NOW)).toEqual({ ...MISSING, lastTransitionTime: NOW });
  });

  it('keeps its time where only its words are wrong', () => {
    const said = schema([{ ...FOUND, message: 'once', lastTransitionTime: BEFORE }]);
    expect(findDanglingCondition(said, () => true, NOW)).toEqual({ ...FOUND, lastTransitionTime: BEFORE });
  });
});
