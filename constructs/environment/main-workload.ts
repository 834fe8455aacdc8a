import type { TemplateSpec, TemplateWorkload } from '../template';
import { presetOf } from './workload-model';

/** The workload that users open; the first one where none is opened. */
export function mainWorkload({ workloads }: TemplateSpec): TemplateWorkload | undefined {
  return (
    workloads.find(({ web }) => web !== undefined) ??
    workloads.find((workload) => presetOf(workload) !== undefined) ??
    workloads[0]
  );
}
