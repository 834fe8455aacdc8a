/** `adra up` in the controller's image, which has no cluster to bring along. */
import type { CommandModule } from '../../src/cli/command-context';
import { AdrasteiaError } from '../../src/errors';

export const declare: CommandModule['declare'] = (command) => {
  command
    .description('Not in this image: it runs in a cluster, and brings none along.')
    .allowUnknownOption()
    .argument('[words...]')
    .action(() => {
      throw new AdrasteiaError(
        'UsageInvalid',
        'this image has no embedded cluster: run adra up where the package is installed',
      );
    });
};
