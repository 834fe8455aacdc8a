/**
 * The kind Tenancy. What it says is read by tenants and workspaces; by itself it makes the namespace of personal storage.
 */
export { tenancyKindPlanner } from './plan';
