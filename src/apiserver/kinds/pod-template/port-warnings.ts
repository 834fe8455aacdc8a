/** Ports of a pod's containers that stand in each other's way. */
import type { JsonObject } from '../../../api/json';
import { listAt, numberAt, textAt } from '../json-members';
import { visitContainers } from './containers-of-pod';

interface PlacedPort {
  readonly path: string;
  readonly hostIP: string;
  readonly hostPort: number;
}

/** Texts for the ports of a pod; `path` is that of the spec. */
export function portWarnings(spec: JsonObject, path: string): string[] {
  const warnings: string[] = [];
  const placed = new Map<string, PlacedPort[]>();
  const names = new Map<string, string>();
  const nameWarnings: string[] = [];
  visitContainers(spec, path, (container, containerPath) => {
    for (const [index, port] of listAt(container, 'ports').entries()) {
      const at = `${containerPath}.ports[${String(index)}]`;
      const own = { path: at, hostIP: textAt(port, 'hostIP'), hostPort: numberAt(port, 'hostPort') };
      if (own.hostIP !== '' && own.hostPort === 0) warnings.push(`${at}: hostIP set without hostPort: ${goText(port)}`);
      const key = `${String(numberAt(port, 'containerPort'))}/${textAt(port, 'protocol')}`;
      const others = placed.get(key) ?? [];
      for (const other of others) warnings.push(...conflictWarnings(own, other));
      placed.set(key, [...others, own]);
      const name = textAt(port, 'name');
      const other = name === '' ? undefined : names.get(name);
      if (other !== undefined) {
        const used = `services and probes that select ports by name will use ${other}`;
        nameWarnings.push(`${at}: duplicate port name ${JSON.stringify(name)} with ${other}, ${used}`);
      } else if (name !== '') names.set(name, at);
    }
  });
  return [...warnings, ...nameWarnings];
}

function conflictWarnings(own: PlacedPort, other: PlacedPort): string[] {
  if (own.hostIP === other.hostIP && own.hostPort === other.hostPort) {
    return [`${own.path}: duplicate port definition with ${other.path}`];
  }
  if (own.hostPort === 0 || other.hostPort === 0) {
    return [`${own.path}: overlapping port definition with ${other.path}`];
  }
  const isAmbiguous = own.hostPort === other.hostPort && (own.hostIP === '') !== (other.hostIP === '');
  return isAmbiguous ? [`${own.path}: dangerously ambiguous port definition with ${other.path}`] : [];
}

/** A port as a Go server prints the struct. */
function goText(port: JsonObject): string {
  const members = [
    `Name:${textAt(port, 'name')}`,
    `HostPort:${String(numberAt(port, 'hostPort'))}`,
    `ContainerPort:${String(numberAt(port, 'containerPort'))}`,
    `Protocol:${textAt(port, 'protocol')}`,
    `HostIP:${textAt(port, 'hostIP')}`,
  ];
  return `{${members.join(' ')}}`;
}
