/** What the kinds of `events.k8s.io` do beyond their schemas. */

import { coreKinds } from '../core';
import type { KindFacts } from '../kind-facts';
import { eventStrategy } from './event';

export { eventFromCore, eventToCore } from './conversion';

export const eventsKinds: Readonly<Record<string, KindFacts>> = {
  events: { strategy: eventStrategy, columns: coreKinds['events']?.columns ?? [] },
};
