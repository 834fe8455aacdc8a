import type { AdmissionPlugin } from './admission/admission';
export function admissionPlugins(_deps: unknown): readonly AdmissionPlugin[] {
  return [];
}
