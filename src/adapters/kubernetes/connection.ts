/**
 * Where a Kubernetes API is and how one proves who one is: what a kubeconfig or a pod's service account comes to.
 */

/** PEM text, or a file that holds it and is read again when it changes. */
export type PemSource = { readonly data: string } | { readonly file: string };

/** Asks the server to treat the request as another's. */
export interface Impersonation {
  readonly user: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
}

/**
 * A program that prints a credential.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
export interface ExecPlugin {
  readonly apiVersion: 'client.authentication.k8s.io/v1' | 'client.authentication.k8s.io/v1beta1';
  /** Absolute, or a bare name that is looked up in PATH. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode: 'Never' | 'IfAvailable' | 'Always';
  readonly installHint?: string;
  /** What the kubeconfig's cluster says to plugins: the extension `client.authentication.k8s.io/exec`. */
  readonly clusterConfig?: unknown;
}

/** How a user proves who they are; several members may be set, as in a kubeconfig. */
export interface UserCredentials {
  readonly token?: string;
  /** Read again when it changes; goes before `token`. */
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly certificate?: PemSource;
  readonly key?: PemSource;
  readonly exec?: ExecPlugin;
}

/** One cluster as one user. */
export interface ClusterConnection {
  /** Scheme, host, port and an optional path prefix, without a trailing slash. */
  readonly server: string;
  /** The kubeconfig's context; `in-cluster` in a pod. */
  readonly context: string;
  /** The namespace that commands work in unless told otherwise. */
  readonly namespace: string;
  /** Absent: the certificate authorities that Node trusts. */
  readonly certificateAuthority?: PemSource;
  readonly insecureSkipTlsVerify: boolean;
  /** The name that the server's certificate must bear; default the host. */
  readonly tlsServerName?: string;
  /** An HTTP proxy. */
  readonly proxyUrl?: string;
  readonly user: UserCredentials;
  readonly impersonation?: Impersonation;
}

/** What one request proves its sender with. */
export interface Credential {
  /** Value of the `Authorization` header. */
  readonly authorization?: string;
  /** Client certificate and key, PEM. */
  readonly certificate?: string;
  readonly key?: string;
}

/** Gives credentials; the same object as long as nothing has changed. */
export interface CredentialSource {
  current(): Credential | Promise<Credential>;
  /** Called after the server refused a credential (401). True where another one is at hand, so that a second try makes sense. */
  renew(refused: Credential): Promise<boolean>;
}
