/** `adra stop`: sets the intent of environments to stopped. */
import { declareIntentCommand } from './change-intent';
import type { CommandModule } from './command-context';

export const declare: CommandModule['declare'] = (command, context) => {
  command.description(
    'Stop environments; their volumes stay. Only kinds whose specification says whether they are to run can be stopped.',
  );
  declareIntentCommand(command, context, 'stopped');
};
