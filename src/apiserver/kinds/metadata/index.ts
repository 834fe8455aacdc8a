/**
 * Metadata and names: the checks that the registry makes of every resource, custom ones too, and the rules that kinds
 * share. Pure: each function says what is wrong, and changes nothing.
 */
export { knowsFinalizers } from './finalizer-groups';
export { addProblems, annotationErrors, labelErrors, labelSelectorErrors } from './labels';
export {
  accountIdProblems,
  configMapKeyProblems,
  dns1035LabelProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  dnsSubdomainWithUnderscoreProblems,
  environmentNameProblems,
  httpHeaderNameProblems,
  isDns1035LabelName,
  isDnsLabelName,
  isDnsSubdomainName,
  isPathSegmentName,
  labelValueProblems,
  maxLengthProblem,
  type NameRule,
  portNameProblems,
  portNumberProblems,
  qualifiedNameProblems,
  rangeProblem,
  regexProblem,
} from './names';
export {
  finalizerNameErrors,
  immutableErrors,
  type ObjectMetaRules,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './object-meta';
