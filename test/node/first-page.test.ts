/**
 * From `kubectl apply` to the first page: what `adra get -w` prints of the start is what the cluster's own events say.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Browser } from 'playwright-core';
import { type KubeObject, valueAt } from '../../src/api/object';
import { durationText } from '../../src/cli/environments/stage-times';
import { openWindow } from '../support/browser/environment-page';
import { launchBrowser } from '../support/browser/launch-browser';
import { kubectl, testKubeconfig } from '../support/cluster';
import { typeOf } from '../support/engine';
import { eventually } from '../support/eventually';
import { imageReference } from '../support/node/images';
import { EVENT } from '../support/node/resource-types';
import { NODE_PATIENCE_MS, Team } from '../support/node/team';

jest.setTimeout(2 * NODE_PATIENCE_MS);

const ROOT = join(__dirname, '..', '..');
const KODE = typeOf('Kode', 'kode.jacero.io');
const NAME = 'editor';

/** Events that are recorded when a stage is reached, by the stage. Nobody records that a pod is initialized, or ready. */
const RECORDED: readonly (readonly [string, { readonly kind: string; readonly reason: string }])[] = [
  ['Admitted', { kind: 'StatefulSet', reason: 'SuccessfulCreate' }],
  ['VolumesBound', { kind: 'PersistentVolumeClaim', reason: 'ProvisioningSucceeded' }],
  ['Scheduled', { kind: 'Pod', reason: 'Scheduled' }],
  ['Started', { kind: 'Pod', reason: 'Started' }],
];

/** Both are whole seconds, each cut off where it was written down. */
const CUT_OFF_MS = 1_000;

let team: Team;
let browser: Browser;
let printed = '';
let firstPage: number | undefined;
let firstPageMs = 0;
let kode: KubeObject;
let watching: ChildProcess;

beforeAll(async () => {
  // Images of this dialect are held to Baseline: they may start as root.
  team = await Team.make('baseline');
  browser = await launchBrowser();
  watching = spawn(
    process.execPath,
    ['lib/src/cli/main.js', 'get', 'kode', '-w', '-n', team.namespace, '--kubeconfig', testKubeconfig()],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  watching.stdout?.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const startedAt = performance.now();
  kubectl(['apply', '-n', team.namespace, '-f', '-'], { input: JSON.stringify(objects()) });
  const page = await openWindow(browser);
  firstPage = (await page.goto(await team.url(NAME)))?.status();
  firstPageMs = performance.now() - startedAt;
  kode = await team.until(KODE, NAME, 'is active', (object) => valueAt(object, ['status', 'phase']) === 'Active');
  await eventually('adra get -w says so too', () => / Ready( |$)/m.test(printed), NODE_PATIENCE_MS);
  mkdirSync(join(ROOT, 'test', 'results'), { recursive: true });
  writeFileSync(
    join(ROOT, 'test', 'results', 'first-page.json'),
    `${JSON.stringify({ firstPageMs: Math.round(firstPageMs), printed: printed.split('\n') }, undefined, 2)}\n`,
  );
});
afterAll(async () => {
  const ended = once(watching, 'exit');
  watching.kill('SIGINT');
  await ended;
  await browser.close();
  await team.close();
});

/** A template, a Kode, and the way in that its owner makes for it. */
function objects(): object {
  const kodeGroup = 'kode.jacero.io/v1alpha1';
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        apiVersion: kodeGroup,
        kind: 'KodeTemplate',
        metadata: { name: NAME },
        spec: { type: 'code-server', image: imageReference('code-server'), port: 8000 },
      },
      {
        apiVersion: kodeGroup,
        kind: 'Kode',
        metadata: { name: NAME },
        spec: {
          templateRef: { kind: 'KodeTemplate', name: NAME },
          username: 'ada',
          password: 'only-for-this-test',
          storage: { resources: { requests: { storage: '1Gi' } } },
        },
      },
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: {
          name: NAME,
          annotations: {
            'nginx.ingress.kubernetes.io/use-regex': 'true',
            'nginx.ingress.kubernetes.io/rewrite-target': '/$2',
          },
        },
        spec: {
          ingressClassName: 'nginx',
          rules: [
            {
              host: 'localhost',
              http: {
                paths: [
                  {
                    path: `/${team.namespace}/${NAME}(/|$)(.*)`,
                    pathType: 'ImplementationSpecific',
                    backend: { service: { name: NAME, port: { number: 8000 } } },
                  },
                ],
              },
            },
          ],
        },
      },
    ],
  };
}

describe('from kubectl apply of a Kode to its first page', () => {
  test('the browser gets a page, and the Kode says where it stands', async () => {
    expect(firstPage).toBe(200);
    expect(valueAt(kode, ['status', 'phase'])).toBe('Active');
  });

  test('adra get -w prints each stage with its time, and the cluster’s events say the same', async () => {
    const { items } = await team.cluster.list(EVENT, { namespace: team.namespace });
    const at = (kind: string, reason: string): number =>
      Math.max(
        ...items
          .filter((event) => event['reason'] === reason && valueAt(event, ['involvedObject', 'kind']) === kind)
          .map((event) => Date.parse((event['eventTime'] ?? event['lastTimestamp']) as string)),
      );
    const admitted = at('StatefulSet', 'SuccessfulCreate');
    for (const [name, { kind, reason }] of RECORDED) {
      const recorded = at(kind, reason) - admitted;
      const possible = [recorded - CUT_OFF_MS, recorded, recorded + CUT_OFF_MS].map(
        (ms) => `stage ${name} +${durationText(Math.max(0, Math.floor(ms / 1000) * 1000))}`,
      );
      expect(printed.split('\n').filter((line) => possible.some((text) => line.includes(text)))).not.toEqual([]);
    }
  });
});
