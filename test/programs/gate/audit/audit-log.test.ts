import { auditLog } from '../../../../src/programs/gate/audit/audit-log';
import { silentLogger } from '../../../support/silent-logger';

const ADA = { provider: 'id', user: 'ada', sessionId: 's-1' };

describe('the audit log', () => {
  test('has one line for each sign-in, refusal and sign-out', () => {
    const log = silentLogger();
    const audit = auditLog(log);
    audit.signedIn(ADA, '192.0.2.7');
    audit.refused(
      { environment: 'team/thesis', method: 'GET', path: '/lab', sourceAddress: '192.0.2.7' },
      'NotGranted',
      ADA,
    );
    audit.signedOut(ADA);
    expect(log.lines.map(({ level, keys }) => ({ level, ...keys }))).toEqual([
      { level: 'info', audit: 'SignedIn', sourceAddress: '192.0.2.7', ...ADA },
      {
        level: 'info',
        audit: 'Refused',
        reason: 'NotGranted',
        environment: 'team/thesis',
        method: 'GET',
        path: '/lab',
        sourceAddress: '192.0.2.7',
        ...ADA,
      },
      { level: 'info', audit: 'SignedOut', ...ADA },
    ]);
  });

  test('cuts what somebody chose to be long', () => {
    const log = silentLogger();
    const long = 'a'.repeat(10_000);
    auditLog(log).refused({ environment: long, method: long, path: long, sourceAddress: long }, 'NotGranted');
    expect(JSON.stringify(log.lines).length).toBeLessThan(2000);
  });
});
