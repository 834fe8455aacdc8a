/**
 * The kind Inventory: machinery of the controller, without a planner of its own.
 */
export { INVENTORY } from './schema';
