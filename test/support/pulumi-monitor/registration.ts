/**
 * What a Pulumi program asked for, as plain values.
 */
import { runtime } from '@pulumi/pulumi';
import type { RegisterResourceRequest } from '@pulumi/pulumi/proto/resource_pb';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/api/json';
import type { Manifest } from '../../../src/api/object';

/** One `RegisterResource` call. References are URNs. */
export interface Registration {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Empty for the stack itself. */
  readonly parent: string;
  /** False for components and the stack. */
  readonly custom: boolean;
  /** Inputs with secrets unwrapped. */
  readonly inputs: JsonObject;
  /** Inputs that came marked as secret, by path: `data`, `spec.password`. */
  readonly secretInputs: readonly string[];
  readonly dependencies: readonly string[];
  /** `URN::id` of the provider; empty for the default one. */
  readonly provider: string;
  readonly retainOnDelete: boolean;
  /** Plugin version that the SDK asks for; empty where the program names none. */
  readonly version: string;
}

/** The request as a `Registration` under the URN that an engine would give it. */
export function registrationOf(request: RegisterResourceRequest, urn: string): Registration {
  const secretInputs: string[] = [];
  const inputs = plain(request.getObject()?.toJavaScript() ?? {}, '', secretInputs);
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    custom: request.getCustom(),
    inputs: isJsonObject(inputs) ? inputs : {},
    secretInputs,
    dependencies: [...request.getDependenciesList()].sort(),
    provider: request.getProvider(),
    retainOnDelete: request.getRetainondelete() === true,
    version: request.getVersion(),
  };
}

/** Registrations that are Kubernetes objects, as manifests in the order of registration. */
export function manifestsOf(registrations: readonly Registration[]): readonly Manifest[] {
  return registrations.filter(isObject).map(({ inputs }) => inputs as unknown as Manifest);
}

function isObject({ custom, type }: Registration): boolean {
  return custom && type.startsWith('kubernetes:');
}

/** The value behind Pulumi's wire marks; `path` of what is marked secret is added to `secrets`. */
function plain(value: unknown, path: string, secrets: string[]): JsonValue {
  if (Array.isArray(value)) return value.map((item, index) => plain(item, `${path}[${index}]`, secrets));
  if (value === runtime.unknownValue) throw new Error(`an unknown value is registered at "${path}"`);
  if (!isJsonObject(value)) return value as JsonValue;
  switch (value[runtime.specialSigKey]) {
    case undefined: {
      const members = Object.entries(value).map(([key, member]) => {
        return [key, plain(member, path === '' ? key : `${path}.${key}`, secrets)] as const;
      });
      return Object.fromEntries(members);
    }
    case runtime.specialSecretSig:
      secrets.push(path);
      return plain(value['value'], path, secrets);
    case runtime.specialResourceSig:
      return value['urn'] ?? null;
    default:
      throw new Error(`a value of an unexpected sort is registered at "${path}"`);
  }
}
