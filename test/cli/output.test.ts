import { Output, type OutputSettings } from '../../src/cli/output';

const surroundings = (isTTY: boolean, environment: Readonly<Record<string, string>> = {}) => {
  const sink = { write: () => true, isTTY, columns: 60 };
  return { stdout: sink, stderr: sink, environment };
};

interface ColorCase {
  readonly because: string;
  readonly isTTY: boolean;
  readonly environment: Readonly<Record<string, string>>;
  readonly settings: OutputSettings;
  readonly colored: boolean;
}

describe('colours', () => {
  it.each([
    { because: 'a terminal shows them', isTTY: true, environment: {}, settings: {}, colored: true },
    { because: 'a file is no terminal', isTTY: false, environment: {}, settings: {}, colored: false },
    { because: 'NO_COLOR is set', isTTY: true, environment: { NO_COLOR: '1' }, settings: {}, colored: false },
    { because: 'an empty NO_COLOR is none', isTTY: true, environment: { NO_COLOR: '' }, settings: {}, colored: true },
    { because: 'the terminal is dumb', isTTY: true, environment: { TERM: 'dumb' }, settings: {}, colored: false },
    { because: '--no-color is given', isTTY: true, environment: {}, settings: { color: false }, colored: false },
  ] as readonly ColorCase[])('are there or not, since $because', ({ isTTY, environment, settings, colored }) => {
    const word = new Output(surroundings(isTTY, environment), settings).toned('Ready', 'good');
    expect(word).toBe(colored ? '\u001b[32mReady\u001b[0m' : 'Ready');
  });
});

describe('width', () => {
  it('is the terminal’s, and unbounded elsewhere', () => {
    expect(new Output(surroundings(true)).columns).toBe(60);
    expect(new Output(surroundings(false)).columns).toBe(Number.POSITIVE_INFINITY);
  });
});
