/** Something that the caller of the test cluster can mend; its message is one line and says how. */
export class ClusterProblem extends Error {}
