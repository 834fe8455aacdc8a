/** Every namespace has a ConfigMap with the certificate by which its pods know the API. */
import type { KubeObject, ObjectName } from '../../api/object';
import { hasCode } from '../../errors';
import type { ControllerContext } from './controller-context';
import { FIELD_MANAGER } from './field-manager';
import type { FollowedKinds } from './followed-kinds';
import { KeyedController } from './keyed-controller';
import { saysNamespaceIsTerminating } from './refusal';
import { CONFIG_MAP, NAMESPACE } from './resource-types';
import { isActiveNamespace } from './service-accounts';
import type { SharedStores } from './shared-stores';
import type { Store } from './store';

const NAME = 'kube-root-ca.crt';
const DATA_KEY = 'ca.crt';
const DESCRIPTION_ANNOTATION = 'kubernetes.io/description';
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. ' +
  'No other usage is guaranteed across distributions of Kubernetes clusters.';

interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

export class RootCertificates extends KeyedController {
  readonly #namespaces: Store;
  readonly #kinds: FollowedKinds;
  readonly #certificate: string;
  /** The version of each namespace's ConfigMap that was found to be right. */
  readonly #right = new Map<string, string>();

  /** The certificate is PEM text. */
  constructor(
    context: ControllerContext,
    { stores, kinds, certificate }: { stores: SharedStores; kinds: FollowedKinds; certificate: string },
  ) {
    super(context, 'root-ca-certificate-publisher-controller');
    this.#certificate = certificate;
    this.#kinds = kinds;
    this.#namespaces = stores.of(NAMESPACE, (_before, after) => {
      if (after !== undefined) this.enqueue({ name: after.metadata.name });
    });
    kinds.listen((type, before, after) => {
      const { name, namespace = '' } = (after ?? before)?.metadata ?? { name: '' };
      if (name === NAME && type.kind === 'ConfigMap' && type.group === '') this.enqueue({ name: namespace });
    });
  }

  override async start(): Promise<void> {
    // One question instead of one for each namespace.
    const selection = { fieldSelector: `metadata.name=${NAME}` };
    for (const map of (await this.context.cluster.list(CONFIG_MAP, selection)).items) this.#check(map);
    this.work.start();
  }

  protected async reconcile({ name: namespace }: ObjectName): Promise<undefined> {
    if (!isActiveNamespace(this.#namespaces.get({ name: namespace }))) {
      this.#right.delete(namespace);
      return;
    }
    const name = { namespace, name: NAME };
    const known = this.#kinds.get(CONFIG_MAP, name)?.metadata.resourceVersion;
    if (known !== undefined && this.#right.get(namespace) === known) return;
    const { cluster } = this.context;
    const map = await cluster.get(CONFIG_MAP, name);
    if (map === undefined) await this.#create(namespace);
    else if (!this.#check(map)) {
      const annotations = { ...map.metadata.annotations, [DESCRIPTION_ANNOTATION]: DESCRIPTION };
      const next = { ...map, metadata: { ...map.metadata, annotations }, data: { [DATA_KEY]: this.#certificate } };
      this.#check(await cluster.replace(CONFIG_MAP, next, { fieldManager: FIELD_MANAGER }));
    }
  }

  async #create(namespace: string): Promise<void> {
    const annotations = { [DESCRIPTION_ANNOTATION]: DESCRIPTION };
    const manifest = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace, name: NAME, annotations },
      data: { [DATA_KEY]: this.#certificate },
    };
    try {
      this.#check(await this.context.cluster.create(CONFIG_MAP, manifest, { fieldManager: FIELD_MANAGER }));
    } catch (error) {
      if (!hasCode(error, 'ApiAlreadyExists') && !saysNamespaceIsTerminating(error)) throw error;
    }
  }

  #check(map: ConfigMap): boolean {
    const { namespace = '', resourceVersion = '', annotations } = map.metadata;
    const { data = {} } = map;
    const isRight =
      Object.keys(data).length === 1 &&
      data[DATA_KEY] === this.#certificate &&
      (annotations?.[DESCRIPTION_ANNOTATION] ?? '') !== '';
    if (isRight) this.#right.set(namespace, resourceVersion);
    else this.#right.delete(namespace);
    return isRight;
  }
}
