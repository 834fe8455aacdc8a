import { spawnSync } from 'node:child_process';
import { COMMANDS } from '../../../src/cli/commands';
import { completionScript, SHELLS } from '../../../src/cli/print/completion-script';
import { wholeProgram } from '../../../src/cli/program';
import { recordingSurroundings } from '../recording-surroundings';

const program = wholeProgram(recordingSurroundings());

describe('completion', () => {
  it.each(SHELLS)('for %s knows every command and every flag', (shell) => {
    const script = completionScript(program, shell);
    for (const { name } of COMMANDS) expect(script).toContain(name);
    for (const command of [program, ...program.commands.flatMap((one) => [one, ...one.commands])]) {
      for (const { long } of command.options)
        expect(script).toContain(shell === 'fish' ? `-l ${(long ?? '').slice(2)}` : (long ?? ''));
    }
    expect(script).toContain('kubectl-adra');
  });

  it.each([
    { words: ['adra', 'co'], offers: ['controller', 'completion'] },
    { words: ['adra', 'get', '-o', ''], offers: ['table', 'wide', 'json', 'yaml', 'name'] },
    { words: ['adra', 'get', '--wat'], offers: ['--watch'] },
    { words: ['adra', '-n', 'team-a', 'apply', '--dry-run', ''], offers: ['client', 'server'] },
    { words: ['adra', 'completion', ''], offers: ['bash', 'zsh', 'fish'] },
    { words: ['adra', 'up', '--kube'], offers: ['--kubeconfig'] },
    { words: ['adra', 'workspace', 'w'], offers: ['withdraw'] },
    { words: ['adra', 'workspace', 'enrol', 'analysis', 'ada', '--rol'], offers: ['--role'] },
    { words: ['adra', 'workspace', 'add', 'analysis', '--enrolment', ''], offers: ['None', 'Approval', 'Immediate'] },
  ])('for bash offers $offers after $words', ({ words, offers }) => {
    const ask = `COMP_WORDS=(${words.map((word) => `"${word}"`).join(' ')}); COMP_CWORD=${words.length - 1}; _adra; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', `${completionScript(program, 'bash')}\n${ask}`], {
      encoding: 'utf8',
    });
    expect({ stderr, offered: stdout.trim().split('\n') }).toEqual({ stderr: '', offered: offers });
  });
});
