import { listOption, takeVariables, variableOf } from '../../src/cli/environment-variables';
import { wholeProgram } from '../../src/cli/program';
import { recordingSurroundings } from './recording-surroundings';

const program = wholeProgram(recordingSurroundings());

function command() {
  return program
    .createCommand('sample')
    .exitOverride()
    .option('--health-port <port>', 'a port', (text) => Number(text), 8081)
    .option('--leader-elect', 'a switch', true)
    .option('--no-leader-elect', 'its opposite')
    .addOption(
      program
        .createCommand()
        .createOption('-o, --output <form>', 'a choice')
        .choices(['table', 'json'])
        .default('table'),
    )
    .addOption(listOption('--as-group <group>', 'a list'));
}

function optionsOf(args: readonly string[], environment: Readonly<Record<string, string>>): Record<string, unknown> {
  const parsed = command().parse([...args], { from: 'user' });
  takeVariables(parsed, environment);
  return parsed.opts();
}

describe('environment variables', () => {
  it('are named after the flag', () => {
    expect(command().options.map(variableOf)).toEqual([
      'ADRA_HEALTH_PORT',
      'ADRA_LEADER_ELECT',
      'ADRA_LEADER_ELECT',
      'ADRA_OUTPUT',
      'ADRA_AS_GROUP',
    ]);
  });

  it('go before defaults, are read as flags are, and split lists at commas', () => {
    const environment = {
      ADRA_HEALTH_PORT: '9000',
      ADRA_LEADER_ELECT: 'false',
      ADRA_OUTPUT: 'json',
      ADRA_AS_GROUP: 'dev,ops',
    };
    expect(optionsOf([], environment)).toEqual({
      healthPort: 9000,
      leaderElect: false,
      output: 'json',
      asGroup: ['dev', 'ops'],
    });
  });

  it('go after flags', () => {
    const flags = ['--health-port', '1', '--no-leader-elect', '--as-group', 'a', '--as-group', 'b'];
    const environment = { ADRA_HEALTH_PORT: '2', ADRA_LEADER_ELECT: 'true', ADRA_AS_GROUP: 'c' };
    expect(optionsOf(flags, environment)).toEqual({
      healthPort: 1,
      leaderElect: false,
      output: 'table',
      asGroup: ['a', 'b'],
    });
  });

  it('count as absent where they are empty', () => {
    expect(optionsOf([], { ADRA_OUTPUT: '', ADRA_LEADER_ELECT: '' })).toMatchObject({
      output: 'table',
      leaderElect: true,
    });
  });

  it.each([
    {
      environment: { ADRA_LEADER_ELECT: 'maybe' },
      message: 'cannot read ADRA_LEADER_ELECT: "maybe" is neither true nor false',
    },
    { environment: { ADRA_OUTPUT: 'xml' }, message: 'cannot read ADRA_OUTPUT: Allowed choices are table, json.' },
  ] as readonly { readonly environment: Readonly<Record<string, string>>; readonly message: string }[])(
    'that can’t be read are named: $message',
    ({ environment, message }) => {
      expect(() => optionsOf([], environment)).toThrow(
        expect.objectContaining({ code: 'UsageInvalid', message }) as Error,
      );
    },
  );
});
