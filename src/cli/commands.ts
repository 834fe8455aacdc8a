/**
 * The commands of `adra`, in the order of its help. A command's module is loaded only when its name is on the command line:
 * `adra --version` mustn't wait for what a controller needs.
 */
import type { CommandModule } from './command-context';

export interface CommandEntry {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** True where a running `adra up` is the cluster unless another one is named. */
  readonly findsEmbedded?: boolean;
  readonly load: () => CommandModule;
}

/* eslint-disable @typescript-eslint/no-require-imports -- `import()` would need file extensions and a second module system */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'up',
    summary: 'try it out: a cluster of its own, the controller, examples, and what becomes of them',
    load: () => require('./up') as CommandModule,
  },
  {
    name: 'get',
    summary: 'list environments, or follow them',
    findsEmbedded: true,
    load: () => require('./get') as CommandModule,
  },
  {
    name: 'describe',
    summary: 'explain one environment: its conditions, what blocks it, its objects and events',
    findsEmbedded: true,
    load: () => require('./describe') as CommandModule,
  },
  {
    name: 'apply',
    summary: 'create or change objects from files',
    findsEmbedded: true,
    load: () => require('./apply') as CommandModule,
  },
  {
    name: 'plan',
    summary: 'show what applying files would change, children included; changes nothing',
    findsEmbedded: true,
    load: () => require('./plan') as CommandModule,
  },
  {
    name: 'start',
    summary: 'start stopped environments',
    findsEmbedded: true,
    load: () => require('./start') as CommandModule,
  },
  {
    name: 'stop',
    summary: 'stop environments; their volumes stay',
    findsEmbedded: true,
    load: () => require('./stop') as CommandModule,
  },
  {
    name: 'delete',
    summary: 'delete environments',
    findsEmbedded: true,
    load: () => require('./delete') as CommandModule,
  },
  {
    name: 'tenant',
    summary: 'list, explain, add and remove people who have environments',
    findsEmbedded: true,
    load: () => require('./tenant') as CommandModule,
  },
  {
    name: 'workspace',
    summary: 'list, explain, add and remove groups of tenants, and say who is in them',
    findsEmbedded: true,
    load: () => require('./workspace') as CommandModule,
  },
  {
    name: 'controller',
    summary: 'run the controller until it is told to end',
    load: () => require('./controller') as CommandModule,
  },
  {
    name: 'synth',
    summary: 'write manifests for GitOps',
    load: () => require('./synth') as CommandModule,
  },
  {
    name: 'crds',
    summary: 'print the CustomResourceDefinitions',
    load: () => require('./crds') as CommandModule,
  },
  {
    name: 'completion',
    summary: 'print a completion script for bash, zsh or fish',
    load: () => require('./completion') as CommandModule,
  },
];
/* eslint-enable @typescript-eslint/no-require-imports */
