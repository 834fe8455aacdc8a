/**
 * Checks of raw additions to the sidecar's configuration: what would take the gate's place, let through what nobody could be
 * asked about, or be refused by Envoy, which then goes on with what it had. What only Envoy knows, such as the fields of a filter,
 * is seen when the sidecar refuses it (see the gate's discovery).
 *
 * Names of fields may be written as Envoy's files have them (`typed_config`) or as its JSON has them (`typedConfig`).
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import type { Problem } from '../../api/problem';
import type { RawEnvoy } from '../access-rules';
import { clusterType, RAW_CLUSTER_TYPES } from './raw-clusters';
import { isPlainRouter, isRouter } from './raw-filters';
import { clustersNamed, member, whereTrue } from './raw-reading';
import { RESERVED_PREFIX } from './sidecar-names';
import { TYPE_PREFIX } from './typed-config';

/** What is wrong, by field; paths begin with `at`, by default `spec.envoy`. Empty: the sidecar's configuration can be made of it. */
export function checkRawEnvoy(raw: RawEnvoy, at = 'spec.envoy'): readonly Problem[] {
  const names = raw.clusters.map((cluster) => nameOf(cluster));
  return [
    ...repeated(raw.httpFilters.map(nameOf), `${at}.httpFilters`),
    ...raw.httpFilters.flatMap((filter, index) => filterProblems(filter, names, `${at}.httpFilters[${index}]`)),
    ...repeated(names, `${at}.clusters`),
    ...raw.clusters.flatMap((cluster, index) => clusterProblems(cluster, `${at}.clusters[${index}]`)),
  ];
}

const FILTER_FIELDS = ['name', 'typed_config', 'typedConfig'];

function filterProblems(filter: JsonObject, clusters: readonly string[], path: string): readonly Problem[] {
  const problems: Problem[] = [...nameProblems(filter, `${path}.name`)];
  for (const field of Object.keys(filter)) {
    if (!FILTER_FIELDS.includes(field)) {
      // Among them is_optional and disabled: a filter that isn't there must not be taken for one that agrees.
      problems.push({
        path: `${path}.${field}`,
        message: 'can’t be given here: a filter has a name and its typed_config',
      });
    }
  }
  const config = member(filter, 'typed_config');
  if (!isJsonObject(config))
    return [...problems, { path: `${path}.typed_config`, message: 'is needed, with its @type' }];
  problems.push(...typeProblems(config, `${path}.typed_config`));
  if (isRouter(filter) && !isPlainRouter(filter)) {
    problems.push({ path: `${path}.typed_config`, message: 'the router is the sidecar’s own: leave it out' });
  }
  for (const named of clustersNamed(config, `${path}.typed_config`)) {
    if (!clusters.includes(named.name)) {
      problems.push({ path: named.path, message: `there is no cluster "${named.name}" in clusters` });
    }
  }
  for (const open of whereTrue(config, 'failure_mode_allow', `${path}.typed_config`)) {
    problems.push({ path: open, message: 'must not be true: what can’t be asked about is refused' });
  }
  return problems;
}

function clusterProblems(cluster: JsonObject, path: string): readonly Problem[] {
  const problems: Problem[] = [...nameProblems(cluster, `${path}.name`)];
  const type = member(cluster, 'type');
  if (type !== undefined && (typeof type !== 'string' || clusterType(type) === undefined)) {
    problems.push({ path: `${path}.type`, message: `must be one of ${RAW_CLUSTER_TYPES.join(', ')}` });
  }
  const assignment = member(cluster, 'load_assignment');
  if (isJsonObject(assignment)) problems.push(...addressProblems(assignment, `${path}.load_assignment`));
  else if (member(cluster, 'cluster_type') === undefined) {
    problems.push({ path: `${path}.load_assignment`, message: 'is needed: the addresses of the cluster' });
  }
  const options = member(cluster, 'typed_extension_protocol_options');
  if (isJsonObject(options)) {
    for (const [name, option] of Object.entries(options)) {
      problems.push(...typeProblems(option, `${path}.typed_extension_protocol_options[${name}]`));
    }
  }
  return problems;
}

/** Sockets by a path are the sidecar's own; everything else has an address. */
function addressProblems(assignment: JsonObject, path: string): readonly Problem[] {
  const problems: Problem[] = [];
  const visit = (value: JsonValue | undefined, at: string): void => {
    if (Array.isArray(value)) {
      value.forEach((item: JsonValue, index) => visit(item, `${at}[${index}]`));
    } else if (isJsonObject(value)) {
      for (const [key, inner] of Object.entries(value)) {
        const isOther = key === 'pipe' || key === 'envoy_internal_address' || key === 'envoyInternalAddress';
        if (isOther) problems.push({ path: `${at}.${key}`, message: 'can’t be given here: write socket_address' });
        else visit(inner, `${at}.${key}`);
      }
    }
  };
  visit(assignment, path);
  return problems;
}

function typeProblems(config: JsonValue | undefined, path: string): readonly Problem[] {
  const type = isJsonObject(config) ? config['@type'] : undefined;
  if (typeof type === 'string' && type.startsWith(TYPE_PREFIX) && type.length > TYPE_PREFIX.length) return [];
  return [{ path: `${path}.@type`, message: `is needed: ${TYPE_PREFIX} and the type’s full name` }];
}

function nameProblems(named: JsonObject, path: string): readonly Problem[] {
  const name = nameOf(named);
  if (name === '') return [{ path, message: 'is needed' }];
  if (!name.toLowerCase().startsWith(RESERVED_PREFIX)) return [];
  return [{ path, message: `names that begin with "${RESERVED_PREFIX}" are the sidecar’s own: choose another` }];
}

function repeated(names: readonly string[], path: string): readonly Problem[] {
  return names.flatMap((name, index) =>
    name !== '' && names.indexOf(name) < index
      ? [{ path: `${path}[${index}].name`, message: `"${name}" is there already: give each a name of its own` }]
      : [],
  );
}

function nameOf(named: JsonObject): string {
  const { name } = named;
  return typeof name === 'string' ? name : '';
}
