/**
 * Rendering: from plans to plain objects, the one way that all doors go.
 */
export { type Expansion, expand, type ObjectProblem } from './expand';
export { withForeseenStatus } from './foreseen-status';
export { DEFAULT_NAMESPACE, type LookupOverOptions, lookupOver } from './lookup-over';
export { renderPlanner } from './render-planner';
export { renderTree } from './render-tree';
export { TreeMemo } from './tree-memo';
