/** Pods stay for five minutes on a node that fails, unless they say otherwise. */
import { type DraftObject, ensureObject, findObject, objectsIn } from '../draft';
import type { AdmissionPlugin } from './admission';
import { isAbout } from './refusal';

const SECONDS = 300;
const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const;

export function defaultTolerationSeconds(): AdmissionPlugin {
  return {
    name: 'DefaultTolerationSeconds',
    admit(pod, attributes) {
      const isWrite = attributes.operation === 'CREATE' || attributes.operation === 'UPDATE';
      if (!isWrite || !isAbout(attributes, '', 'pods')) return;
      const tolerations = objectsIn(findObject(pod, 'spec'), 'tolerations');
      const missing = TAINTS.filter((taint) => !tolerations.some((toleration) => tolerates(toleration, taint)));
      if (missing.length === 0) return;
      ensureObject(pod, 'spec')['tolerations'] = [
        ...tolerations,
        ...missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS })),
      ];
    },
  };
}

function tolerates({ key = '', effect = '' }: DraftObject, taint: string): boolean {
  return (key === taint || key === '') && (effect === 'NoExecute' || effect === '');
}
