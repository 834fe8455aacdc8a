/**
 * The field manager: who set which field, through every write, and server-side apply.
 *
 * A write's request layer decodes and defaults the new object, then has `update` set its `managedFields`, then admission sees it.
 * For an apply it hands over what the client sent, as it is, and decodes and defaults the result. Both objects of an update are in
 * the form that answers have: what one of them leaves out by its zero value and the other doesn't would count as a change.
 *
 * `tracking.ts` has updates, `application.ts` has applies. Both read and write entries by `managed-fields.ts`, find differences by
 * `comparison.ts`, and settle by `ownership.ts` who keeps what. Everything walks objects by `value-type.ts`.
 * @see k8s.io/apimachinery/pkg/util/managedfields, v0.34
 */
import { appliedObject } from './application';
import type { FieldManager } from './field-manager';
import { trackFields } from './tracking';

export const fieldManager: FieldManager = { apply: appliedObject, update: trackFields };
