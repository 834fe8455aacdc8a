/**
 * The soak: environments are made, changed and removed while the controller's pods are killed, over and over; then everything
 * must be as asked for, and no environment restarted for it.
 *
 *     npm run soak -- [--environments 200] [--minutes 10] [--kill-every 20]
 *
 * On a cluster with a node that is gone afterwards, where the platform runs as its Deployment. Every fifth kill takes all
 * replicas at once. Ends with 1 where anything is not as it must be.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { NAMESPACE as NAMESPACE_TYPE } from '../../constructs/parts/resource-types';
import { connectCluster } from '../../src/adapters/kubernetes/client';
import type { Cluster } from '../../src/ports/cluster';
import { testKubeconfig } from '../support/cluster';
import { typeOf } from '../support/engine';
import { provideImages } from '../support/node/images';
import { installPlatform } from '../support/node/platform';
import { testNodeCluster } from '../support/node-cluster';
import { ControllerKills } from './controller-kills';
import { differences } from './end-state';
import { environment, NAMESPACE, prerequisites } from './objects';
import { PodHistory } from './pod-history';
import { CPU, endStates, type Step, steps } from './schedule';

const ENVIRONMENT = typeOf('Environment');
const TYPES = {
  Namespace: NAMESPACE_TYPE,
  EnvironmentTemplate: typeOf('EnvironmentTemplate'),
} as const;

/** Every so many kills, all replicas go at once. */
const ALL_EVERY = 5;

/** Longest time, after the last kill, until everything is as asked for. */
const SETTLE_MS = 180_000;

interface Settings {
  readonly environments: number;
  readonly durationMs: number;
  readonly killEveryMs: number;
}

async function soak(settings: Settings): Promise<boolean> {
  const cluster = connectCluster({ kubeconfig: testKubeconfig() });
  const pods = new PodHistory(cluster, NAMESPACE);
  const kills = new ControllerKills(cluster);
  try {
    const { registry, kubeconfig } = testNodeCluster();
    const images = await provideImages(registry, ['controller'], say);
    installPlatform(kubeconfig, images['controller'] ?? '');
    for (const object of prerequisites(`${registry}/pause:latest`)) {
      await cluster.apply(TYPES[object.kind as keyof typeof TYPES], object, { fieldManager: 'soak', force: true });
    }
    pods.start();
    kills.start();
    while (kills.currentHolder === '') await pause(100);
    say(
      `${settings.environments} environments, ${settings.durationMs / 60_000} minutes, a kill every ${settings.killEveryMs / 1000} s`,
    );
    const over = performance.now() + settings.durationMs;
    await Promise.all([users(cluster, settings), killer(kills, settings, over)]);
    return await verdict(cluster, settings, pods, kills);
  } finally {
    await Promise.all([pods.close(), kills.close()]);
    await cluster.close();
  }
}

async function users(cluster: Cluster, { environments, durationMs }: Settings): Promise<void> {
  const startedAt = performance.now();
  const underWay: Promise<void>[] = [];
  for (const step of steps(environments, durationMs)) {
    await pause(Math.max(0, startedAt + step.atMs - performance.now()));
    underWay.push(carryOut(cluster, step));
  }
  await Promise.all(underWay);
}

async function carryOut(cluster: Cluster, { name, action }: Step): Promise<void> {
  const place = { namespace: NAMESPACE, name };
  const merge = async (spec: object): Promise<void> => {
    await cluster.patch(ENVIRONMENT, place, { spec }, { type: 'merge', fieldManager: 'user' });
  };
  switch (action) {
    case 'create':
      await cluster.apply(ENVIRONMENT, environment(name), { fieldManager: 'user' });
      break;
    case 'rename':
      await merge({ displayName: `Renamed ${name}` });
      break;
    case 'resize':
      await merge({ overrides: { resources: { requests: { cpu: CPU.after } } } });
      break;
    case 'stop':
      await merge({ desiredState: 'Stopped' });
      break;
    case 'start':
      await merge({ desiredState: 'Running' });
      break;
    case 'delete':
      await cluster.delete(ENVIRONMENT, place);
      break;
  }
}

async function killer(kills: ControllerKills, { killEveryMs }: Settings, over: number): Promise<void> {
  for (let count = 1; performance.now() + killEveryMs <= over; count += 1) {
    await pause(killEveryMs);
    await kills.kill(count % ALL_EVERY === 0 ? 'all' : 'leader');
  }
  await pause(Math.max(0, over - performance.now()));
}

async function verdict(
  cluster: Cluster,
  { environments }: Settings,
  pods: PodHistory,
  kills: ControllerKills,
): Promise<boolean> {
  const wanted = endStates(environments);
  const deadline = performance.now() + SETTLE_MS;
  const from = performance.now();
  let left = await differences(cluster, wanted);
  while (left.length > 0 && performance.now() < deadline) {
    await pause(1_000);
    left = await differences(cluster, wanted);
  }
  const settled = performance.now() - from;
  const restarted = wanted.filter(
    ({ name, mostPods }) => pods.podsCalled(`${name}-0`) > mostPods || pods.containerRestarts(`${name}-0`) > 0,
  );
  const times = kills.takeovers.map(({ takeoverMs }) => takeoverMs ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const seconds = (ms: number | undefined): string => (ms === undefined ? '-' : `${(ms / 1000).toFixed(1)} s`);
  const worst = (killed: (count: number) => boolean): string => {
    const all = kills.takeovers.filter((one) => killed(one.killed));
    const slowest = Math.max(...all.map(({ takeoverMs }) => takeoverMs ?? Number.POSITIVE_INFINITY));
    return `${all.length} times, at most ${seconds(slowest)}`;
  };
  say(`lease: ${kills.leaseSeconds} s`);
  say(`takeover after a kill: median ${seconds(times[Math.floor(times.length / 2)])}`);
  say(`  of the leader alone: ${worst((killed) => killed === 1)}`);
  say(`  of all replicas at once: ${worst((killed) => killed > 1)}`);
  say(`  one after another: ${kills.takeovers.map(({ takeoverMs }) => seconds(takeoverMs)).join(', ')}`);
  say(`settled ${seconds(settled)} after the end; differences from what was asked for: ${left.length}`);
  for (const line of left.slice(0, 20)) say(`  ${line}`);
  say(`environments restarted though nobody asked: ${restarted.length}`);
  for (const { name, mostPods } of restarted.slice(0, 20)) {
    say(
      `  ${name}: ${pods.podsCalled(`${name}-0`)} pods (${mostPods} asked for), ${pods.containerRestarts(`${name}-0`)} container restarts`,
    );
  }
  const slow = times.filter((ms) => ms >= 15_000).length;
  if (slow > 0) say(`takeovers of 15 s or more: ${slow}`);
  return left.length === 0 && restarted.length === 0 && slow === 0;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function number(text: string | undefined, fallback: number): number {
  return text === undefined ? fallback : Number(text);
}

const { values } = parseArgs({
  options: { environments: { type: 'string' }, minutes: { type: 'string' }, 'kill-every': { type: 'string' } },
});
void soak({
  environments: number(values.environments, 200),
  durationMs: number(values.minutes, 10) * 60_000,
  killEveryMs: number(values['kill-every'], 20) * 1000,
}).then((isRight) => {
  process.exitCode = isRight ? 0 : 1;
});
