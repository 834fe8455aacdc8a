/**
 * Amalthea's API as front ends: the kinds that are served, the translation of each, and what `adra apply` corrects in files
 * written for them.
 */
export { jupyterServerCorrections, jupyterServerKinds } from './jupyter-server';
export { CHILD_KEYS, type Patch, type PatchResult, patchedChildren } from './jupyter-server/patches';
