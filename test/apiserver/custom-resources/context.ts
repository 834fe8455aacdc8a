/** What strategies are told of a request, where it doesn't matter. */
import type { StrategyContext } from '../../../src/apiserver/resources/resource';

export const NOW = new Date('2026-11-21T12:00:00Z');

/** The context of a creation. */
export const CREATION: StrategyContext = {
  reader: { find: () => undefined, list: () => [], hasValue: () => false },
  user: { username: 'tester', groups: [], extra: {}, uid: '' },
  now: NOW,
  dryRun: false,
  subresource: '',
};

/** The context of an update of the object, or of one of its subresources. */
export function updateContext(subresource = ''): StrategyContext {
  return { ...CREATION, subresource };
}
