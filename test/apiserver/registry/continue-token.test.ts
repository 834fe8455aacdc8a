import { continueExpired, decodeContinue, encodeContinue } from '../../../src/apiserver/registry/continue-token';

describe('a continue token', () => {
  it.each([
    { revision: 12, start: 'team-a/web\u0000' },
    { revision: undefined, start: 'ä/✓' },
  ])('is read as it was written: $start', (token) => {
    const text = encodeContinue(token);
    expect(text).toMatch(/^[-_A-Za-z0-9]+$/);
    expect(decodeContinue(text)).toEqual(token);
  });

  it('that has expired goes on with what is there now', () => {
    const { status } = continueExpired('web\u0000');
    expect(status).toMatchObject({ code: 410, reason: 'Expired' });
    const { continue: next = '' } = status.metadata as { readonly continue?: string };
    expect(decodeContinue(next)).toEqual({ revision: undefined, start: 'web\u0000' });
  });
});
