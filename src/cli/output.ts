/**
 * What a command says, and where: data on stdout, everything else on stderr.
 */
import { oneLine } from './one-line';
import type { Surroundings, TextSink } from './surroundings';

/** How sure a word makes its reader: colours where a terminal shows them, nothing elsewhere. */
export type Tone = 'good' | 'busy' | 'bad' | 'plain';

const ESCAPES: Readonly<Record<Exclude<Tone, 'plain'>, string>> = { good: '[32m', busy: '[33m', bad: '[31m' };

export interface OutputSettings {
  /** False: no colours, whatever the terminal can. Default true. */
  readonly color?: boolean;
  /** True: causes of errors and the log of what runs inside. Default false. */
  readonly verbose?: boolean;
}

export class Output {
  /** True where stdout is a terminal that can be drawn over. */
  readonly isLive: boolean;
  readonly isVerbose: boolean;
  private readonly isColored: boolean;
  private readonly stdout: TextSink;
  private readonly stderr: TextSink;

  constructor(
    { stdout, stderr, environment }: Pick<Surroundings, 'stdout' | 'stderr' | 'environment'>,
    settings: OutputSettings = {},
  ) {
    this.stdout = stdout;
    this.stderr = stderr;
    this.isLive = stdout.isTTY === true && environment['TERM'] !== 'dumb';
    // @see https://no-color.org: any value that isn't empty.
    this.isColored = this.isLive && settings.color !== false && (environment['NO_COLOR'] ?? '') === '';
    this.isVerbose = settings.verbose === true;
  }

  /** Characters of a line of the terminal; unbounded where stdout is none. */
  get columns(): number {
    return this.isLive ? (this.stdout.columns ?? 80) : Number.POSITIVE_INFINITY;
  }

  /** Data, ended with one line feed; nothing for an empty text. */
  print(text: string): void {
    if (text !== '') this.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** Data as it is: for drawing over what stands there. */
  draw(text: string): void {
    this.stdout.write(text);
  }

  /** One line for people. */
  note(line: string): void {
    this.stderr.write(`${oneLine(line)}\n`);
  }

  /** The word in the colour of its tone, where stdout shows colours. */
  toned(word: string, tone: Tone): string {
    return this.isColored && tone !== 'plain' ? `\u001b${ESCAPES[tone]}${word}\u001b[0m` : word;
  }
}
