/** `adra start`: sets the intent of stopped environments to running. */
import { declareIntentCommand } from './change-intent';
import type { CommandModule } from './command-context';

export const declare: CommandModule['declare'] = (command, context) => {
  command.description(
    'Start stopped environments. Only kinds whose specification says whether they are to run can be started.',
  );
  declareIntentCommand(command, context, 'running');
};
