/** Requests from inside the cluster's network, as somebody there sends them who has a shell in a container, and Node. */

import { isReadyPod, observedPod } from '../../constructs/parts/observed-pod';
import { POD } from '../../constructs/parts/resource-types';
import type { Cluster } from '../../src/ports/cluster';
import { kubectl } from '../support/cluster';
import { eventually } from '../support/eventually';
import { imageReference } from '../support/node/images';
import { NODE_PATIENCE_MS } from '../support/node/team';

/** A request; by GET unless it says otherwise. */
export interface Attack {
  readonly host: string;
  readonly port: number;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What came of it: an answer, or why there is none (a code of the system's, such as ECONNREFUSED). */
export type AttackOutcome =
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }
  | { readonly error: string };

/** Where the image `code-server` has its Node. */
const NODE = '/usr/lib/code-server/lib/node';

/** What runs in the container: sends all attacks at once, and prints what came of them in their order. */
const SCRIPT = `
const { request } = require('node:http');
const attack = ({ host, port, path = '/', method = 'GET', headers = {} }) =>
  new Promise((resolve) => {
    const asked = request({ host, port, path, method, headers: { host, ...headers }, agent: false, timeout: 15000 });
    asked.on('error', ({ code, message }) => resolve({ error: code ?? message }));
    asked.on('timeout', () => asked.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })));
    asked.on('upgrade', ({ statusCode, headers }, socket) => {
      socket.destroy();
      resolve({ status: statusCode, headers, body: '' });
    });
    asked.on('response', (answer) => {
      let body = '';
      answer.on('data', (chunk) => (body += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body }));
    });
    asked.end();
  });
Promise.all(JSON.parse(process.argv[1]).map(attack)).then((outcomes) => console.log(JSON.stringify(outcomes)));
`;

export class AttackingContainer {
  /** The first container of a pod that is there. */
  constructor(
    private readonly namespace: string,
    private readonly pod: string,
  ) {}

  /** Makes a pod for it, and waits until it runs. It goes with its namespace. */
  static async make(cluster: Cluster, namespace: string, pod: string): Promise<AttackingContainer> {
    await cluster.create(POD, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace, name: pod },
      spec: {
        terminationGracePeriodSeconds: 0,
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: 'shell',
            image: imageReference('code-server'),
            command: ['sleep', 'infinity'],
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          },
        ],
      },
    });
    await eventually(
      `pod ${pod} runs`,
      async () => {
        const live = await cluster.get(POD, { namespace, name: pod });
        return live !== undefined && isReadyPod(observedPod(live));
      },
      NODE_PATIENCE_MS,
    );
    return new AttackingContainer(namespace, pod);
  }

  /** Sends requests, all at once; outcomes are in their order. */
  send(attacks: readonly Attack[]): readonly AttackOutcome[] {
    const command = ['exec', this.pod, '--', NODE, '-e', SCRIPT, JSON.stringify(attacks)];
    return JSON.parse(kubectl(['-n', this.namespace, ...command]).stdout) as readonly AttackOutcome[];
  }
}
