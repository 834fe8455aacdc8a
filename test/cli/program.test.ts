import { COMMANDS } from '../../src/cli/commands';
import { wholeProgram } from '../../src/cli/program';
import { recordingSurroundings, runAdra } from './recording-surroundings';

describe('adra', () => {
  it('prints its version', async () => {
    expect(await runAdra(['--version'])).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
      stderr: '',
    });
  });

  it('lists its commands, also as a plugin of kubectl', async () => {
    const { code, stdout } = await runAdra(['--help']);
    expect(code).toBe(0);
    for (const { name } of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect(stdout).toContain('kubectl adra');
  });

  it('without a command prints help on stderr and is misused', async () => {
    const { code, stdout, stderr } = await runAdra([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: adra');
  });

  it.each([
    { args: ['gett'], error: "unknown command 'gett'; did you mean get?; see adra --help" },
    { args: ['get', '--wach'], error: "unknown option '--wach'; did you mean --watch?; see adra get --help" },
    {
      args: ['get', '-o', 'xml'],
      error:
        "option '-o, --output <form>' argument 'xml' is invalid. Allowed choices are table, wide, json, yaml, name; see adra get --help",
    },
    { args: ['tenant', 'lst'], error: "unknown command 'lst'; did you mean list?; see adra tenant --help" },
    {
      args: ['tenant', 'add', 'ada', '--first-name', 'Ada', '--last-name', 'Lovelace'],
      error: "required option '--email <address>' not specified; see adra tenant --help",
    },
    {
      args: ['workspace', 'add', 'tea', '--quota', 'cpus=2'],
      error: expect.stringContaining('cpus is neither one of cpu, memory, storage, environments') as string,
    },
    { args: ['delete'], error: "missing required argument 'targets'; see adra delete --help" },
    { args: ['apply'], error: 'there is nothing to apply: name files or folders by -f' },
    { args: ['synth'], error: 'there is nothing to write: name files or folders, or ask for --platform' },
    {
      args: ['controller', '--health-port', '70000'],
      error: expect.stringContaining('It is no port: write 0 to 65535') as string,
    },
    {
      args: ['up', '--timeout', 'soon'],
      error: expect.stringContaining('It is no duration: write such as 90s or 2m') as string,
    },
  ])('says how it is misused: $args', async ({ args, error }) => {
    const { code, stdout, stderr } = await runAdra(args);
    const [first, second, ...more] = stderr.trimEnd().split('\n');
    expect({ code, stdout, first: first?.replace('error: ', ''), second, more }).toEqual({
      code: 2,
      stdout: '',
      first: error,
      second: 'code: UsageInvalid',
      more: [],
    });
  });

  it('takes shared flags before and after the command', async () => {
    for (const args of [
      ['--kubeconfig', '/none', 'get'],
      ['get', '--kubeconfig', '/none'],
    ]) {
      const { code, stderr } = await runAdra(args);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringContaining('cannot read the kubeconfig /none') as string,
      });
    }
  });

  it('refuses a group without a user', async () => {
    expect(await runAdra(['get', '--as-group', 'dev'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('name a user by --as') as string,
    });
  });

  it('shows causes only when asked', async () => {
    const quiet = await runAdra(['apply', '-f', '/none/at/all.yaml']);
    const verbose = await runAdra(['apply', '-f', '/none/at/all.yaml', '--verbose']);
    expect(quiet.stderr).toBe(
      'error: cannot read objects from "/none/at/all.yaml": there is no such file\ncode: ManifestUnreadable\n',
    );
    expect(verbose.stderr).toBe(
      `${quiet.stderr}caused by: ENOENT: no such file or directory, stat '/none/at/all.yaml'\n`,
    );
  });

  it('has a description and documented flags for every command, and none that takes a secret', () => {
    const program = wholeProgram(recordingSurroundings());
    for (const command of program.commands.flatMap((one) => [one, ...one.commands])) {
      expect(command.description()).toMatch(/^[A-Z].*\.$/);
      for (const option of command.options) expect(option.description).not.toBe('');
      expect(
        command.options.map(({ long }) => long).filter((flag) => /token|password|secret|key/.test(flag ?? '')),
      ).toEqual([]);
    }
  });
});
