/** Labels of the platform's own objects. */

/** On every object. */
export function platformLabels(version: string): Readonly<Record<string, string>> {
  return {
    'app.kubernetes.io/name': 'adrasteia',
    'app.kubernetes.io/part-of': 'adrasteia',
    'app.kubernetes.io/version': version,
  };
}

/**
 * On namespaces whose pods are held to Pod Security Restricted.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-admission-labels-for-namespaces
 */
export function restrictedPods(): Readonly<Record<string, string>> {
  const modes = ['enforce', 'audit', 'warn'];
  return Object.fromEntries(modes.map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']));
}
