/** Events in both groups, as a Kubernetes API server of v1.34.4 gives them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '../../../../src/api/object';
import { eventFromCore, eventToCore } from '../../../../src/apiserver/kinds';

interface RecordedEvent {
  readonly title: string;
  readonly core: KubeObject;
  readonly events: KubeObject;
}

const RECORDED = JSON.parse(
  readFileSync(join(__dirname, 'conversions/events.json'), 'utf8'),
) as readonly RecordedEvent[];

describe.each(RECORDED)('$title', ({ core, events }) => {
  it('reads in events.k8s.io as the server gives it', () => {
    expect(JSON.stringify(eventFromCore(core))).toBe(JSON.stringify(events));
  });

  it('comes back to the core group as it was', () => {
    expect(JSON.stringify(eventToCore(events))).toBe(JSON.stringify(core));
  });
});
