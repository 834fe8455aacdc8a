/**
 * The two services that a Pulumi program talks to, resource monitor and engine, served over gRPC on loopback. They record
 * and answer as an engine does in an update where every resource is created as asked: URNs by the engine's grammar,
 * duplicates and unknown references refused, inputs given back as outputs. They plan nothing and call no provider.
 *
 * @see https://github.com/pulumi/pulumi/tree/v3.248.0/proto/pulumi
 */
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import { EngineService, type IEngineServer } from '@pulumi/pulumi/proto/engine_grpc_pb';
import { GetRootResourceResponse, LogSeverity, SetRootResourceResponse } from '@pulumi/pulumi/proto/engine_pb';
import { type IResourceMonitorServer, ResourceMonitorService } from '@pulumi/pulumi/proto/resource_grpc_pb';
import {
  type RegisterResourceRequest,
  RegisterResourceResponse,
  Result,
  SupportsFeatureResponse,
} from '@pulumi/pulumi/proto/resource_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { Struct } from 'google-protobuf/google/protobuf/struct_pb';
import type { JsonObject } from '../../../src/api/json';
import { type Registration, registrationOf } from './registration';

/** Features of an engine that the recorder has too. Callbacks into the program (transforms, hooks) are not among them. */
const FEATURES = new Set(['secrets', 'resourceReferences', 'deletedWith', 'aliasSpecs']);

/** What has been recorded so far, and where the services listen. */
export interface RecordingMonitor {
  /** `host:port`, for `--monitor` and `--engine` alike. */
  readonly address: string;
  readonly registrations: readonly Registration[];
  /** Outputs by URN: those of `registerOutputs`, and of the stack. */
  readonly outputs: ReadonlyMap<string, JsonObject>;
  readonly logs: readonly LogLine[];
  close(): void;
}

export interface LogLine {
  readonly severity: 'Debug' | 'Info' | 'Warning' | 'Error';
  readonly message: string;
}

const SEVERITIES = {
  [LogSeverity.DEBUG]: 'Debug',
  [LogSeverity.INFO]: 'Info',
  [LogSeverity.WARNING]: 'Warning',
  [LogSeverity.ERROR]: 'Error',
} as const;

/** Starts both services on a free port of 127.0.0.1. */
export async function startRecordingMonitor(names: {
  readonly project: string;
  readonly stack: string;
}): Promise<RecordingMonitor> {
  const registrations: Registration[] = [];
  const outputs = new Map<string, JsonObject>();
  const logs: LogLine[] = [];
  let root = '';

  const register = (request: RegisterResourceRequest): Registration => {
    const urn = urnOf(request, names);
    const known = new Set(registrations.map((earlier) => earlier.urn));
    if (known.has(urn)) throw new Error(`duplicate resource URN "${urn}"`);
    const registration = registrationOf(request, urn);
    const references = [registration.parent, ...registration.dependencies].filter((reference) => reference !== '');
    const missing = references.find((reference) => !known.has(reference));
    if (missing !== undefined) throw new Error(`"${urn}" refers to "${missing}", which isn't registered`);
    registrations.push(registration);
    return registration;
  };

  const monitor: Partial<IResourceMonitorServer> = {
    supportsFeature: unary((request) => new SupportsFeatureResponse().setHassupport(FEATURES.has(request.getId()))),
    registerResource: unary((request) => {
      const { urn, inputs, custom } = register(request);
      const response = new RegisterResourceResponse().setUrn(urn).setResult(Result.SUCCESS);
      if (custom) response.setId(idOf(inputs));
      return response.setObject(Struct.fromJavaScript(inputs as Record<string, never>));
    }),
    registerResourceOutputs: unary((request) => {
      outputs.set(request.getUrn(), request.getOutputs()?.toJavaScript() ?? {});
      return new Empty();
    }),
    signalAndWaitForShutdown: unary(() => new Empty()),
  };
  const engine: Partial<IEngineServer> = {
    log: unary((request) => {
      logs.push({ severity: SEVERITIES[request.getSeverity()], message: request.getMessage() });
      return new Empty();
    }),
    getRootResource: unary(() => new GetRootResourceResponse().setUrn(root)),
    setRootResource: unary((request) => {
      root = request.getUrn();
      return new SetRootResourceResponse();
    }),
  };

  const server = new Server();
  server.addService(ResourceMonitorService, monitor as IResourceMonitorServer);
  server.addService(EngineService, engine as IEngineServer);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return { address: `127.0.0.1:${port}`, registrations, outputs, logs, close: () => server.forceShutdown() };
}

/** A handler that answers with what the function returns, and refuses with what it throws. */
function unary<Request, Response>(answer: (request: Request) => Response) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    try {
      callback(null, answer(call.request));
    } catch (error) {
      callback({ code: status.INVALID_ARGUMENT, message: error instanceof Error ? error.message : String(error) });
    }
  };
}

/**
 * `urn:pulumi:<stack>::<project>::<types of the parents, joined by $>$<type>::<name>`; the stack's own type is left out.
 * @see https://www.pulumi.com/docs/iac/concepts/resources/names/#urns
 */
function urnOf(request: RegisterResourceRequest, names: { readonly project: string; readonly stack: string }): string {
  const parentTypes = request.getParent().split('::')[2] ?? '';
  const isBelowComponent = parentTypes !== '' && parentTypes !== 'pulumi:pulumi:Stack';
  const type = isBelowComponent ? `${parentTypes}$${request.getType()}` : request.getType();
  return `urn:pulumi:${names.stack}::${names.project}::${type}::${request.getName()}`;
}

/** The id that the Kubernetes provider gives: namespace and name. */
function idOf(inputs: JsonObject): string {
  const { namespace, name } = (inputs['metadata'] ?? {}) as { namespace?: string; name?: string };
  return namespace === undefined ? (name ?? 'id') : `${namespace}/${name ?? ''}`;
}
