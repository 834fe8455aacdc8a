/**
 * The numbers that costs are made of. One unit is about 50 ns.
 * @see github.com/google/cel-go/common/cost.go, v0.26; k8s.io/apiserver/pkg/apis/cel/config.go, v0.34
 */

export const LIST_BASE = 10;
export const MAP_BASE = 30;
export const STRUCT_BASE = 40;
/** Per character read. */
export const STRING_TRAVERSAL = 0.1;
/** Per character of a pattern. */
export const REGEX_LENGTH_FACTOR = 0.25;
/** An expression has room for two. */
export const AUTHORIZATION_CHECK = 350_000;
/** The shortest part of a selector has two characters. */
export const SELECTOR_REQUIREMENTS_PER_CHARACTER = 0.5;
export const SELECTOR_REQUIREMENT = LIST_BASE + STRUCT_BASE;

/** What one evaluation may cost. */
export const CALL_LIMIT = 1_000_000;
/** What all evaluations for an object may cost together. */
export const OBJECT_BUDGET = 10_000_000;
/** What all match conditions of a webhook or of a policy's binding may cost together. */
export const MATCH_CONDITIONS_BUDGET = 2_500_000;
