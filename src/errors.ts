/**
 * The one error class, and the catalogue of its codes. `docs/errors.md` is written from this catalogue; a test keeps
 * catalogue, page and code in step. Match on `code`, never on text.
 */

/** When the same call may be tried again: never by itself, at once, or after a growing pause. */
export type Retry = 'Never' | 'Now' | 'Backoff';

interface CatalogueEntry {
  readonly meaning: string;
  readonly remedy: string;
  readonly retry: Retry;
}

export const ERROR_CATALOGUE = {
  ApiUnreachable: {
    meaning: 'The Kubernetes API did not answer.',
    remedy: 'Check the server address, the network and that the API server is up.',
    retry: 'Backoff',
  },
  ApiTimeout: {
    meaning: 'The Kubernetes API took longer than the time allowed for the request.',
    remedy: 'Look at the load of the API server; the request is tried again.',
    retry: 'Backoff',
  },
  ApiUnauthorized: {
    meaning: 'The Kubernetes API does not know who is asking.',
    remedy: 'Renew the credentials that the kubeconfig names.',
    retry: 'Backoff',
  },
  ApiForbidden: {
    meaning: 'The account may not do this, or an admission rule refuses it.',
    remedy: 'Grant the verb to the account, or change what the message names.',
    retry: 'Backoff',
  },
  ApiNotFound: {
    meaning: 'The object, its namespace or its kind does not exist.',
    remedy: 'Create what the message names, or install the missing CRD.',
    retry: 'Backoff',
  },
  ApiAlreadyExists: {
    meaning: 'An object of this name is already there.',
    remedy: 'Choose another name, or remove the object.',
    retry: 'Backoff',
  },
  ApiConflict: {
    meaning: 'The object changed meanwhile, or another field manager owns the field.',
    remedy: 'Read the object again; for a field conflict decide who owns it.',
    retry: 'Now',
  },
  ApiInvalid: {
    meaning: 'The Kubernetes API refuses the object.',
    remedy: 'Change the fields that the message names.',
    retry: 'Backoff',
  },
  ApiTooLarge: {
    meaning: 'The object is larger than the Kubernetes API takes (about 1.5 MB, or 256 kB of annotations).',
    remedy: 'Move large values into files, images or volumes.',
    retry: 'Never',
  },
  GateNotReady: {
    meaning: 'The gate has no key or no settings yet.',
    remedy: 'None needed: it answers once it has read them. Look at its log if it stays so.',
    retry: 'Backoff',
  },
  TokenTooLarge: {
    meaning: 'A session would be longer than a browser keeps.',
    remedy: 'Let the provider say less of the account: fewer groups, fewer kept claims.',
    retry: 'Never',
  },
  ApiExpired: {
    meaning: 'The resource version is too old to watch from.',
    remedy: 'None needed: the kind is listed again.',
    retry: 'Now',
  },
  ApiTooManyRequests: {
    meaning: 'The Kubernetes API asks to slow down.',
    remedy: 'None needed: the request is tried again after the pause asked for.',
    retry: 'Backoff',
  },
  ApiInternal: {
    meaning: 'The Kubernetes API failed.',
    remedy: 'Look at the log of the API server; the request is tried again.',
    retry: 'Backoff',
  },
  KubeconfigInvalid: {
    meaning: 'The kubeconfig cannot be read or names something that is not there.',
    remedy: 'Mend the file or choose another context.',
    retry: 'Never',
  },
  CredentialPluginFailed: {
    meaning: 'The exec plugin named by the kubeconfig gave no usable credential.',
    remedy: 'Run the plugin by hand and mend what it reports.',
    retry: 'Backoff',
  },
  StorageLocked: {
    meaning: 'The folder with the embedded API’s objects is in use by another process.',
    remedy: 'End the other one (its process is named), or choose another folder.',
    retry: 'Never',
  },
  StorageFormatUnknown: {
    meaning: 'The objects on disk are in a form that this version doesn’t know.',
    remedy: 'Use the version that wrote them, or choose another folder.',
    retry: 'Never',
  },
  StorageDamaged: {
    meaning: 'The objects on disk can’t be read.',
    remedy: 'Restore the folder from a backup, or begin anew in another one.',
    retry: 'Never',
  },
  StorageFull: {
    meaning: 'The disk has no space left; nothing was written.',
    remedy: 'Free space on the disk that the message names and start again.',
    retry: 'Never',
  },
  StorageWriteFailed: {
    meaning: 'The disk refused a write; what was acknowledged before is kept.',
    remedy: 'Look at the disk that the message names and start again.',
    retry: 'Never',
  },
  PortTaken: {
    meaning: 'The port that was asked for is in use.',
    remedy: 'End what uses it, choose another port, or let one be chosen.',
    retry: 'Never',
  },
  PartEnded: {
    meaning: 'A part of the embedded cluster ended by itself.',
    remedy: 'Look at its last lines above; start again.',
    retry: 'Never',
  },
  ObjectInvalid: {
    meaning: 'The object does not meet the schema or the rules of its kind.',
    remedy: 'Change each field that the message names.',
    retry: 'Never',
  },
  SchemaUnsupported: {
    meaning: 'The schema of a kind says something that the schema of a CRD can’t.',
    remedy: 'Say it in keywords that structural schemas have, or as a rule.',
    retry: 'Never',
  },
  ManifestUnreadable: {
    meaning: 'A file is not YAML or JSON, or holds something that is no Kubernetes object.',
    remedy: 'Mend the document that the message names.',
    retry: 'Never',
  },
  KindUnknown: {
    meaning: 'No kind of this name is known here.',
    remedy: 'Check apiVersion and kind; install the CRD if it is another product’s.',
    retry: 'Never',
  },
  ReadNotDeclared: {
    meaning: 'A plan reads a kind that it does not declare.',
    remedy: 'Add the kind to `reads` of the planner; the controller’s rights follow from it.',
    retry: 'Never',
  },
  ApplyNotDeclared: {
    meaning: 'A plan applies a kind that it does not declare.',
    remedy: 'Add the kind to `applies` of the planner; the controller’s rights follow from it.',
    retry: 'Never',
  },
  DependencyCycle: {
    meaning: 'Objects of one tree wait for each other.',
    remedy: 'Take out one of the dependencies that the message lists.',
    retry: 'Never',
  },
  ObjectDuplicate: {
    meaning: 'One tree holds the same object twice.',
    remedy: 'Give one of the two another name.',
    retry: 'Never',
  },
  LayoutIncomplete: {
    meaning: 'A layout gives no name to something that the model holds.',
    remedy: 'Correct the front end: every workload, secret and made claim needs a name.',
    retry: 'Never',
  },
  IdentityProviderUnavailable: {
    meaning: 'The identity provider did not answer, or says that it can’t now.',
    remedy: 'Look at the provider; the request is tried again.',
    retry: 'Backoff',
  },
  IdentityProviderRefused: {
    meaning: 'The identity provider refuses what is asked of it.',
    remedy: 'Do what the message says, such as giving the service account a role.',
    retry: 'Backoff',
  },
  IdentityCredentialsMissing: {
    meaning: 'The Secret with the credentials for the identity provider is not there, or lacks a key.',
    remedy: 'Create the Secret in the controller’s namespace with the keys that the message names.',
    retry: 'Backoff',
  },
  GeneratedValueNeeded: {
    meaning: 'The expanded form needs a value that only the controller generates.',
    remedy: 'Name an existing Secret, or write the custom resource instead of the expanded objects.',
    retry: 'Never',
  },
  ReferenceMissing: {
    meaning: 'The object refers to another one that was not given.',
    remedy: 'Add the object to the input, or correct the reference.',
    retry: 'Never',
  },
  QuantityInvalid: {
    meaning: 'The text is not a Kubernetes quantity.',
    remedy: 'Write a number with an optional suffix, such as 500m, 2 or 20Gi.',
    retry: 'Never',
  },
  DurationInvalid: {
    meaning: 'The text is not a duration.',
    remedy: 'Write a number and a unit: s, m, h or d, such as 90s, 2h or 30d.',
    retry: 'Never',
  },
  LeaseLost: {
    meaning: 'Another replica holds the leader lease.',
    remedy: 'None needed: the process stops and starts again as standby.',
    retry: 'Never',
  },
  TimedOut: {
    meaning: 'What was waited for did not happen in the time given.',
    remedy: 'Look at the status that the message shows, or wait longer.',
    retry: 'Never',
  },
  UsageInvalid: {
    meaning: 'The command line cannot be understood.',
    remedy: 'Follow the usage that is printed with the message.',
    retry: 'Never',
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

const MARK = Symbol.for('adrasteia.dev/error');

/** Every error that Adrasteia throws. `instanceof` holds across two copies of the package. */
export class AdrasteiaError extends Error {
  readonly code: ErrorCode;
  /** Milliseconds after which the server asked to be called again. */
  readonly retryAfterMs?: number;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly retryAfterMs?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AdrasteiaError';
    this.code = code;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
    Object.defineProperty(this, MARK, { value: true });
  }

  get retry(): Retry {
    return ERROR_CATALOGUE[this.code].retry;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && MARK in value;
  }
}

/** True for an `AdrasteiaError` with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly ErrorCode[]): error is AdrasteiaError {
  return error instanceof AdrasteiaError && codes.includes(error.code);
}
