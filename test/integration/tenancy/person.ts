/** Requests to an API server as somebody, with nothing of ours between: what is answered is what the server says. */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import type { ClusterConnection, PemSource } from '../../../src/adapters/kubernetes/connection';
import { isJsonObject, type JsonObject } from '../../../src/api/json';

/** One request. What would change something is a dry run, unless it is meant to. */
export interface Attempt {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** Default: a merge patch where the method is PATCH. */
  readonly contentType?: string;
  /** True: it happens. Default false. */
  readonly isMeant?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly message: string;
  readonly body: JsonObject;
}

/** Somebody who sends requests. */
export class Person {
  private readonly agent: Agent;

  private constructor(
    private readonly server: string,
    connection: ClusterConnection,
    private readonly headers: Readonly<Record<string, string | string[]>>,
    isKnown: boolean,
  ) {
    const { certificateAuthority, user } = connection;
    this.agent = new Agent({
      connections: 4,
      connect: {
        ...optional('ca', certificateAuthority),
        ...(isKnown ? { ...optional('cert', user.certificate), ...optional('key', user.key) } : {}),
      },
    });
  }

  /** Who the connection's credentials say. */
  static as(connection: ClusterConnection): Person {
    const { token } = connection.user;
    return new Person(
      connection.server,
      connection,
      token === undefined ? {} : { authorization: `Bearer ${token}` },
      token === undefined,
    );
  }

  /** Somebody else, on an administrator's word. */
  static impersonating(connection: ClusterConnection, user: string, groups: readonly string[] = []): Person {
    const { token } = connection.user;
    return new Person(
      connection.server,
      connection,
      {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        'impersonate-user': user,
        'impersonate-group': ['system:authenticated', ...groups],
      },
      true,
    );
  }

  /** Nobody: without any credential. */
  static anonymous(connection: ClusterConnection): Person {
    return new Person(connection.server, connection, {}, false);
  }

  async ask({ method, path, body, contentType, isMeant = false }: Attempt): Promise<Answer> {
    const isDry = method !== 'GET' && !isMeant;
    const url = `${this.server}${path}${isDry ? `${path.includes('?') ? '&' : '?'}dryRun=All` : ''}`;
    const answer = await request(url, {
      method,
      dispatcher: this.agent,
      headers: {
        ...this.headers,
        accept: 'application/json',
        ...(body === undefined
          ? {}
          : {
              'content-type': contentType ?? (method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'),
            }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    const parsed = parsedObject(text);
    const { message } = parsed as { readonly message?: unknown };
    return { status: answer.statusCode, message: typeof message === 'string' ? message : text, body: parsed };
  }

  close(): Promise<void> {
    return this.agent.close();
  }
}

function optional(key: 'ca' | 'cert' | 'key', source: PemSource | undefined): Record<string, string> {
  if (source === undefined) return {};
  return { [key]: 'data' in source ? source.data : readFileSync(source.file, 'utf8') };
}

function parsedObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
