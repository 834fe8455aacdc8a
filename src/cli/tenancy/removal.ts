/** The command `remove`, the same for tenants and workspaces. */
import type { Command } from 'commander';
import { describeObject, type KubeObject } from '../../api/object';
import type { ResourceType } from '../../api/resource-type';
import { AdrasteiaError } from '../../errors';
import type { Cluster } from '../../ports/cluster';
import { withCluster } from '../cluster/open-cluster';
import { timeoutOption } from '../cluster/timeout-option';
import { waitUntil } from '../cluster/wait-until';
import { type CommandContext, type SharedOptions, settingsOf } from '../command-context';
import { reportErrors } from '../failures';
import { tenancyState } from './tenancy-state';
import { removeObject, type WriteForm, writeOutputOption, writtenText } from './writes';

interface RemoveOptions extends SharedOptions {
  readonly deleteVolumes?: boolean;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly timeout: number;
  readonly output: WriteForm;
}

export interface RemovableKind {
  readonly type: ResourceType;
  readonly get: (cluster: Cluster, name: string) => Promise<KubeObject>;
  /** Namespaces that go with an object of this name. */
  readonly namespaces: (name: string) => readonly string[];
}

/** Fills in arguments, options and action of `remove`. */
export function declareRemoval(command: Command, context: CommandContext, kind: RemovableKind): void {
  command
    .argument('<names...>', 'which')
    .option('--delete-volumes', 'delete the volumes in its namespaces with it; personal storage stays')
    .option('--wait', 'wait until they are gone')
    .addOption(timeoutOption('120s'))
    .option('--dry-run', 'let the server say what it would do; nothing is stored')
    .addOption(writeOutputOption())
    .action(async (names: readonly string[]) => {
      const { options, output } = settingsOf<RemoveOptions>(command, context);
      const { clock, signal } = context.surroundings;
      const dryRun = options.dryRun === true;
      const errors: AdrasteiaError[] = [];
      const collectError = (error: unknown): void => {
        if (!(error instanceof AdrasteiaError)) throw error;
        errors.push(error);
      };
      await withCluster(options, async ({ cluster }) => {
        const removed: KubeObject[] = [];
        for (const name of names) {
          try {
            const object = await kind.get(cluster, name);
            const namespaces = kind.namespaces(name);
            const removal = { type: kind.type, object, namespaces, deleteVolumes: options.deleteVolumes === true };
            await removeObject(cluster, removal, { dryRun });
            output.print(writtenText(object, 'removed', { form: options.output, dryRun }));
            removed.push(object);
          } catch (error) {
            collectError(error);
          }
        }
        if (options.wait !== true || dryRun) return;
        // They go side by side: a namespace takes Kubernetes several seconds, however many there are.
        const waiting = { clock, signal, timeoutMs: options.timeout };
        await Promise.all(
          removed.map((object) => waitUntil(() => leftOf(cluster, kind.type, object), waiting).catch(collectError)),
        );
      });
      reportErrors(errors, output, context);
    });
}

/** What is still there, and why; undefined once it is gone, or another one is there under its name. */
async function leftOf(cluster: Cluster, type: ResourceType, object: KubeObject): Promise<string | undefined> {
  const current = await cluster.get(type, { name: object.metadata.name });
  if (current === undefined || current.metadata.uid !== object.metadata.uid) return undefined;
  return `${describeObject(object)} is still there: ${tenancyState(current).message}`;
}
