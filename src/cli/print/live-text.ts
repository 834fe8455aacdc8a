/** A text on a terminal that is drawn over when it changes. */
import type { Output } from '../output';

export class LiveText {
  private lines = 0;

  constructor(private readonly output: Pick<Output, 'draw'>) {}

  /** Draws the text in the place of the one before. */
  show(text: string): void {
    const body = text.endsWith('\n') || text === '' ? text : `${text}\n`;
    const back = this.lines === 0 ? '' : `\u001b[${this.lines}A\u001b[J`;
    this.output.draw(`${back}${body}`);
    this.lines = body.split('\n').length - 1;
  }
}
