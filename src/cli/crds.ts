/** `adra crds`: the CustomResourceDefinitions of every kind. */
import { allKinds } from './cluster/environment-kinds';
import { type CommandModule, type SharedOptions, settingsOf } from './command-context';
import { jsonObjects, nameLines, outputOption, yamlDocuments } from './print/formats';

interface CrdsOptions extends SharedOptions {
  readonly output: 'yaml' | 'json' | 'name';
}

export const declare: CommandModule['declare'] = (command, context) => {
  command
    .description(
      'Print the CustomResourceDefinitions of every kind, our own and those of other systems that are served.',
    )
    .addOption(outputOption(['yaml', 'json', 'name']))
    .addHelpText('after', '\nExample:\n  adra crds | kubectl apply --server-side -f -')
    .action(() => {
      const { options, output } = settingsOf<CrdsOptions>(command, context);
      const crds = allKinds.map((kind) => kind.crd());
      switch (options.output) {
        case 'yaml':
          output.print(yamlDocuments(crds));
          return;
        case 'json':
          output.print(jsonObjects(crds));
          return;
        case 'name':
          output.print(nameLines(crds));
      }
    });
};
