/** `adra completion`: completion scripts, made from the program itself. */
import { Argument } from 'commander';
import { type CommandModule, settingsOf } from './command-context';
import { completionScript, SHELLS, type Shell } from './print/completion-script';

const HELP = `
Examples:
  source <(adra completion bash)
  adra completion zsh > "\${fpath[1]}/_adra"
  adra completion fish > ~/.config/fish/completions/adra.fish`;

export const declare: CommandModule['declare'] = (command, context) => {
  command
    .description('Print a script that completes commands, flags and their values.')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText('after', HELP)
    .action((shell: Shell) => {
      settingsOf(command, context).output.print(completionScript(context.wholeProgram(), shell));
    });
};
