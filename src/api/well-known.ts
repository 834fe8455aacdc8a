/** Names that are part of Adrasteia's contract with the objects it reads and writes. */

export const API_GROUP = 'adrasteia.dev';
export const API_VERSION = 'v1alpha1';

/** The one field manager under which the controller applies objects. */
export const FIELD_MANAGER = 'adrasteia';

/** Label on every object that the controller makes: the UID of the custom resource it was made for. */
export const OWNER_UID_LABEL = 'adrasteia.dev/owner-uid';

/** Annotation on objects that outlive their owner: `Kind.group/name`, so that a re-created owner finds them again. */
export const OWNER_ANNOTATION = 'adrasteia.dev/owner';

/** Annotation on a custom resource: `"true"` makes the controller leave it and its children alone. */
export const PAUSED_ANNOTATION = 'adrasteia.dev/paused';

/** Annotation on a referenced object: namespaces, comma-separated or `*`, from which it may be referred to. */
export const ALLOWED_NAMESPACES_ANNOTATION = 'adrasteia.dev/allowed-namespaces';

/** Finalizer on custom resources whose deletion takes ordered steps. */
export const FINALIZER = 'adrasteia.dev/teardown';

/** Label on a simulated node and annotation on what it made ready. */
export const SIMULATED_LABEL = 'adrasteia.dev/simulated';

/** Label on every pod of an environment: the name of its workload. The controller watches pods by it. */
export const WORKLOAD_LABEL = 'adrasteia.dev/workload';

/** Annotation on a pod template: digest of the files that its pods mount, so that changed files start new pods. */
export const FILES_ANNOTATION = 'adrasteia.dev/files';

/** Annotation on a claim: `Delete` lets a teardown delete it with its environment; anything else keeps it. */
export const RECLAIM_ANNOTATION = 'adrasteia.dev/reclaim';
