import { AdrasteiaError } from '../src/errors';
import { createLogger, type LogLevel } from '../src/log';

function logged(level: LogLevel, write: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  write(createLogger(level, { write: (line) => lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a logger', () => {
  it('writes one JSON line with the message, the level by name and the keys', () => {
    const [line, ...more] = logged('info', (logger) =>
      logger.info('applied', { kind: 'Environment', namespace: 'tenant-ada', name: 'thesis', uid: undefined }),
    );
    expect(more).toEqual([]);
    expect(line).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown,
      kind: 'Environment',
      namespace: 'tenant-ada',
      name: 'thesis',
      message: 'applied',
    });
  });

  it.each([
    { level: 'debug', written: ['debug', 'info', 'warn', 'error'] },
    { level: 'info', written: ['info', 'warn', 'error'] },
    { level: 'warn', written: ['warn', 'error'] },
    { level: 'error', written: ['error'] },
    { level: 'silent', written: [] },
  ] as const)('at $level writes $written', ({ level, written }) => {
    const lines = logged(level, (logger) => {
      for (const each of ['debug', 'info', 'warn', 'error'] as const) logger[each]('message');
    });
    expect(lines.map((line) => line['level'])).toEqual(written);
  });

  it('tells an error with its code and the causes behind it', () => {
    const cause = new Error('connection refused');
    const [line] = logged('info', (logger) =>
      logger.error('apply failed', {
        error: new AdrasteiaError('ApiUnreachable', 'the API does not answer', { cause }),
      }),
    );
    expect(line?.['error']).toMatchObject({
      code: 'ApiUnreachable',
      message: 'the API does not answer',
      stack: expect.stringContaining('log.test.ts') as unknown,
      cause: { name: 'Error', message: 'connection refused' },
    });
  });
});
