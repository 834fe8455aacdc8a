/** What a client is told that uses a version on its way out. */
import type { DefinitionSpec, DefinitionVersion } from './definition';
import { compareVersions } from './version-order';

/** The text of the warning; undefined for a version that is not deprecated. */
export function deprecationText(
  version: DefinitionVersion,
  { group, names, versions }: DefinitionSpec,
): string | undefined {
  if (version.deprecated !== true) return undefined;
  if (version.deprecationWarning !== undefined) return version.deprecationWarning;
  const better = versions
    .filter(({ name, served, deprecated }) => served && deprecated !== true && compareVersions(name, version.name) < 0)
    .sort((a, b) => compareVersions(a.name, b.name));
  const [best] = better;
  const text = `${group}/${version.name} ${names.kind} is deprecated`;
  return best === undefined ? text : `${text}; use ${group}/${best.name} ${names.kind}`;
}
