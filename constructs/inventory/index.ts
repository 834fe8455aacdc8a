/**
 * The kind Inventory: machinery of the controller, without a planner of its own.
 */
import type { Kind } from '../../src/plan/kind';
import { defineKind } from '../../src/schema/define-kind';
import { INVENTORY } from './schema';

export { INVENTORY, type InventorySpec } from './schema';

/** The kind Inventory. */
export const inventory: Kind<never> = defineKind(INVENTORY);
