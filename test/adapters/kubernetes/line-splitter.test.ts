import fc from 'fast-check';
import { LineSplitter } from '../../../src/adapters/kubernetes/line-splitter';

function linesOf(bytes: Buffer, cuts: readonly number[]): readonly string[] {
  const splitter = new LineSplitter();
  const ends = [...cuts.map((at) => at % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.flatMap((end, index) => splitter.take(bytes.subarray(ends[index - 1] ?? 0, end)));
}

describe('the lines of a stream', () => {
  it('are the same wherever the stream is cut, inside characters too', () => {
    const line = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\n'));
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat()), (texts, cuts) => {
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
        expect(linesOf(bytes, cuts)).toEqual(texts);
      }),
    );
  });

  it('leave out what follows the last newline, and empty lines', () => {
    expect(linesOf(Buffer.from('whole\n\nbrok'), [])).toEqual(['whole']);
  });
});
