/** What every controller is given. */
import type { Clock } from '../../ports/clock';
import type { Cluster } from '../../ports/cluster';
import type { Logger } from '../../ports/logger';
import type { EventRecorder } from './event-recorder';

export interface ControllerContext {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: EventRecorder;
}
