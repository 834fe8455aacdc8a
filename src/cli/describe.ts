/** `adra describe`: one environment explained. */
import type { KubeObject } from '../api/object';
import { withCluster } from './cluster/open-cluster';
import { getTarget, parseTargets } from './cluster/targets';
import { type CommandModule, type SharedOptions, settingsOf } from './command-context';
import { childrenOf } from './environments/children';
import { description } from './environments/description';
import { eventsOf } from './environments/events';

export const declare: CommandModule['declare'] = (command, context) => {
  command
    .description('Explain environments: status, what blocks them and what to do, stages of the start, objects, events.')
    .argument('<targets...>', 'KIND/NAME, or a kind and names')
    .action(async (args: readonly string[]) => {
      const { options, output } = settingsOf<SharedOptions>(command, context);
      await withCluster(options, async (open) => {
        const parts: string[] = [];
        for (const target of parseTargets(args)) {
          const { object } = await getTarget(target, open);
          const children = await childrenOf(object, open);
          const live = children.flatMap((child): readonly KubeObject[] =>
            child.object === undefined ? [] : [child.object],
          );
          const events = await eventsOf([object, ...live], open.cluster);
          parts.push(description(object, { children, events, now: context.surroundings.clock.now() }));
        }
        output.print(parts.join('\n'));
      });
    });
};
