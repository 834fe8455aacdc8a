/** The name under which controllers write. */
export const FIELD_MANAGER = 'kube-controller-manager';
