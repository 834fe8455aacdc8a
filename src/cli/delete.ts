/** `adra delete`: asks for the deletion of objects by name. */
import { describeObject } from '../api/object';
import { AdrasteiaError } from '../errors';
import { withCluster } from './cluster/open-cluster';
import { getTarget, nameIn, parseTargets } from './cluster/targets';
import { timeoutOption } from './cluster/timeout-option';
import { waitUntil } from './cluster/wait-until';
import { type CommandModule, type SharedOptions, settingsOf } from './command-context';
import { reportErrors } from './failures';
import { resourceName } from './print/formats';

interface DeleteOptions extends SharedOptions {
  readonly wait?: boolean;
  readonly timeout: number;
}

export const declare: CommandModule['declare'] = (command, context) => {
  command
    .description('Delete environments. Volumes stay unless their template, or they themselves, say otherwise.')
    .argument('<targets...>', 'KIND/NAME, or a kind and names')
    .option('--wait', 'wait until they are gone')
    .addOption(timeoutOption('120s'))
    .action(async (args: readonly string[]) => {
      const { options, output } = settingsOf<DeleteOptions>(command, context);
      const { clock, signal } = context.surroundings;
      const errors: AdrasteiaError[] = [];
      await withCluster(options, async (open) => {
        for (const target of parseTargets(args)) {
          try {
            const { type, object } = await getTarget(target, open);
            const name = nameIn(type, object.metadata.name, open.namespace);
            const { uid } = object.metadata;
            // The one that was seen, not another of its name.
            await open.cluster.delete(type, name, uid === undefined ? {} : { uid });
            output.print(
              `${resourceName({ apiVersion: object.apiVersion, kind: object.kind, name: object.metadata.name })} deleted`,
            );
            if (options.wait !== true) continue;
            await waitUntil(
              async () => {
                const current = await open.cluster.get(type, name);
                return current?.metadata.uid === uid && current !== undefined
                  ? `${describeObject(object)} is still there`
                  : undefined;
              },
              { clock, signal, timeoutMs: options.timeout },
            );
          } catch (error) {
            if (!(error instanceof AdrasteiaError)) throw error;
            errors.push(error);
          }
        }
      });
      reportErrors(errors, output, context);
    });
};
