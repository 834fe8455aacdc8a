/** Starting and stopping: the same steps, towards another state. */
import type { Command } from 'commander';
import { describeObject, type KubeObject } from '../api/object';
import { AdrasteiaError } from '../errors';
import { isEnvironment, kindOfObject } from './cluster/environment-kinds';
import { findIntentField, intentPatch } from './cluster/intent';
import { type OpenCluster, withCluster } from './cluster/open-cluster';
import { getTarget, nameIn, parseTargets } from './cluster/targets';
import { timeoutOption } from './cluster/timeout-option';
import { waitUntil } from './cluster/wait-until';
import { type CommandContext, type SharedOptions, settingsOf } from './command-context';
import { statusLine } from './environments/change-lines';
import { environmentRow } from './environments/environment-row';
import { isSettled } from './environments/settled';
import { reportErrors } from './failures';
import { CLI_FIELD_MANAGER } from './manifests/send';
import { resourceName } from './print/formats';

interface IntentOptions extends SharedOptions {
  readonly wait?: boolean;
  readonly timeout: number;
}

/** Fills in `start` or `stop`. */
export function declareIntentCommand(command: Command, context: CommandContext, state: 'running' | 'stopped'): void {
  command
    .argument('<targets...>', 'KIND/NAME, or a kind and names')
    .option('--wait', 'wait until it is done')
    .addOption(timeoutOption('120s'))
    .action(async (targets: readonly string[]) => {
      const { options, output } = settingsOf<IntentOptions>(command, context);
      const errors: AdrasteiaError[] = [];
      await withCluster(options, async (open) => {
        for (const target of parseTargets(targets)) {
          try {
            const { type, object } = await getTarget(target, open);
            const changed = await open.cluster.patch(
              type,
              nameIn(type, object.metadata.name, open.namespace),
              patchFor(object, state),
              {
                type: 'merge',
                fieldManager: CLI_FIELD_MANAGER,
              },
            );
            const isSame = changed.metadata.resourceVersion === object.metadata.resourceVersion;
            output.print(
              `${resourceName({ apiVersion: object.apiVersion, kind: object.kind, name: object.metadata.name })} ${isSame ? 'unchanged' : state === 'running' ? 'started' : 'stopped'}`,
            );
            if (options.wait === true) await waitSettled(changed, { state, options, open, context });
          } catch (error) {
            if (!(error instanceof AdrasteiaError)) throw error;
            errors.push(error);
          }
        }
      });
      reportErrors(errors, output, context);
    });
}

function patchFor(object: KubeObject, state: 'running' | 'stopped') {
  const kind = kindOfObject(object);
  const intent = kind === undefined || !isEnvironment(object) ? undefined : findIntentField(kind);
  if (intent !== undefined) return intentPatch(intent, state);
  const verb = state === 'running' ? 'started' : 'stopped';
  const why = isEnvironment(object)
    ? `${object.kind} has no field that says whether it is to run`
    : `${object.kind} is no environment`;
  throw new AdrasteiaError(
    'UsageInvalid',
    `${describeObject(object)} can't be ${verb}: ${why}${isEnvironment(object) ? '; delete it and apply it again, its volume stays unless its template says otherwise' : ''}`,
  );
}

interface Wait {
  readonly state: 'running' | 'stopped';
  readonly options: IntentOptions;
  readonly open: OpenCluster;
  readonly context: CommandContext;
}

async function waitSettled(object: KubeObject, { state, options, open, context }: Wait): Promise<void> {
  const { clock, signal } = context.surroundings;
  const type = await open.discovery.byKind(object.apiVersion, object.kind);
  await waitUntil(
    async () => {
      const current = await open.cluster.get(type, nameIn(type, object.metadata.name, open.namespace));
      if (current === undefined) throw new AdrasteiaError('ApiNotFound', `${describeObject(object)} is gone`);
      const row = environmentRow(current);
      const isThere = isSettled(current) && (state === 'stopped' ? row.status === 'Stopped' : row.ready);
      return isThere ? undefined : statusLine(row);
    },
    { clock, signal, timeoutMs: options.timeout },
  );
}
