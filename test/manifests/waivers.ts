/**
 * Findings of other people's checks that stand, each with the reason why. A waiver that nothing needs any more fails its suite.
 */

/** A finding of kube-score that stands. */
export interface ScoreWaiver {
  /** The check's id, as `kube-score list` prints it. */
  readonly check: string;
  /** What kube-score says, without the container's name. */
  readonly finding: string;
  /** Names of the files that it is said of; every one of them has it. */
  readonly of: readonly string[];
  readonly because: string;
}

const PRESETS = ['examples/code-server', 'examples/jupyterlab', 'examples/opa'];
const OUR_API = ['examples/access', 'examples/any-image', ...PRESETS];
const ENVIRONMENTS = [...OUR_API, 'examples/kode'];

export const SCORE_WAIVERS: readonly ScoreWaiver[] = [
  {
    check: 'container-resources',
    finding: 'CPU limit is not set',
    of: ['platform'],
    because:
      'Throttling a controller delays every environment; requests share a busy node fairly without it. Its memory is limited.',
  },
  {
    check: 'container-image-pull-policy',
    finding: 'ImagePullPolicy is not set to Always',
    of: ['platform'],
    because:
      'The tag is the version’s own and is never moved, and a standby has to start on its node while the registry is away.',
  },
  {
    check: 'deployment-has-host-podantiaffinity',
    finding: 'Deployment does not have a host podAntiAffinity set',
    of: ['platform'],
    because:
      'Its topology spread constraint over host names says the same, and still runs both replicas on a single node.',
  },
  {
    check: 'networkpolicy-targets-pod',
    finding: "The NetworkPolicys selector doesn't match any pods",
    of: ['examples/tenancy'],
    because: 'It holds for whatever pods its namespace gets; none is among what a tenant or workspace is given.',
  },
  {
    check: 'container-resources',
    finding: 'CPU limit is not set',
    of: ENVIRONMENTS,
    because: 'Limits are the template’s to set; a limit on CPU slows an interactive program even on an idle node.',
  },
  {
    check: 'container-resources',
    finding: 'Memory limit is not set',
    of: ['examples/kode'],
    because: 'A Kode whose template and spec say no resources is served as its own operator served it: with none.',
  },
  {
    check: 'container-resources',
    finding: 'Memory request is not set',
    of: ['examples/kode'],
    because: 'A Kode whose template and spec say no resources is served as its own operator served it: with none.',
  },
  {
    check: 'container-resources',
    finding: 'CPU request is not set',
    of: ['examples/kode'],
    because: 'A Kode whose template and spec say no resources is served as its own operator served it: with none.',
  },
  {
    check: 'container-ephemeral-storage-request-and-limit',
    finding: 'Ephemeral Storage limit is not set',
    of: ENVIRONMENTS,
    because:
      'How much an image writes outside its home is known to the template’s author alone; a limit made up here would evict pods.',
  },
  {
    check: 'container-ephemeral-storage-request-and-limit',
    finding: 'Ephemeral Storage request is not set',
    of: ENVIRONMENTS,
    because: 'How much an image writes outside its home is known to the template’s author alone.',
  },
  {
    check: 'container-image-pull-policy',
    finding: 'ImagePullPolicy is not set to Always',
    of: ENVIRONMENTS,
    because:
      'Kubernetes chooses by the tag, and these are versions: an environment of gigabytes starts again without asking the registry. A template may say otherwise.',
  },
  {
    check: 'statefulset-has-servicename',
    finding: 'StatefulSet does not have a valid serviceName',
    of: ENVIRONMENTS,
    because:
      'The check wants a headless Service, for names of single pods. There is one pod, and it is reached by the Service’s own name.',
  },
  {
    check: 'container-security-context-user-group-id',
    finding: 'The container is running with a low user ID',
    of: ENVIRONMENTS,
    because: 'The user that owns the files in the image; another one could not write its own home.',
  },
  {
    check: 'container-security-context-user-group-id',
    finding: 'The container running with a low group ID',
    of: ENVIRONMENTS,
    because: 'The group that owns the files in the image.',
  },
  {
    check: 'container-security-context-readonlyrootfilesystem',
    finding: 'The pod has a container with a writable root filesystem',
    of: OUR_API,
    because:
      'People install packages in their environments; what they change outside the home goes with the pod. A template may forbid it.',
  },
  {
    check: 'container-security-context-readonlyrootfilesystem',
    finding: 'Container has no configured security context',
    of: ['examples/kode'],
    because:
      'A Kode’s image starts as root and makes its user before it drops to it, which needs a file system that it can write.',
  },
  {
    check: 'pod-probes-identical',
    finding: 'Container has the same readiness and liveness probe',
    of: PRESETS,
    because:
      'The same question with other patience: not ready after 15 s of silence, ended after 120 s. These programs answer no other one without sign-in.',
  },
  {
    check: 'pod-probes',
    finding: 'Container is missing a livenessProbe',
    of: ['examples/kode'],
    because:
      'kode-operator’s API has no probes, and a program that is busy for its user is not to be ended by a guess.',
  },
];
