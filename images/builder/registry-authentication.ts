/**
 * How a registry is told who pushes: with the credentials that `docker login` and its like have left in Docker's configuration
 * file. Credential helpers, which are programs of their own, aren't asked.
 *
 * @see https://distribution.github.io/distribution/spec/auth/token/
 */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ImageProblem } from './problem';

/** The value of `Authorization` that answers a registry's challenge. Throws `ImageProblem` where there is none. */
export async function answerTo(challenge: string, host: string, repository: string): Promise<string> {
  const credentials = findCredentials(host);
  const [scheme = ''] = challenge.split(' ');
  if (/^basic$/i.test(scheme)) {
    if (credentials === undefined) {
      throw new ImageProblem(
        `registry ${host} wants a name and password: log in to it, so that ${configFile()} has them`,
      );
    }
    return `Basic ${credentials}`;
  }
  const realm = parameter(challenge, 'realm');
  if (!/^bearer$/i.test(scheme) || realm === undefined) {
    throw new ImageProblem(`registry ${host} asks for credentials in a way that isn't known here: "${challenge}"`);
  }
  const url = new URL(realm);
  const service = parameter(challenge, 'service');
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', `repository:${repository}:pull,push`);
  const response = await fetch(
    url,
    credentials === undefined ? {} : { headers: { authorization: `Basic ${credentials}` } },
  );
  if (!response.ok)
    throw new ImageProblem(`${url.origin}${url.pathname} gives no token for ${repository}: status ${response.status}`);
  const { token, access_token: accessToken } = (await response.json()) as { token?: string; access_token?: string };
  const given = token ?? accessToken;
  if (given === undefined) throw new ImageProblem(`${url.origin}${url.pathname} answers without a token`);
  return `Bearer ${given}`;
}

function parameter(challenge: string, name: string): string | undefined {
  return new RegExp(`[ ,]${name}="([^"]*)"`).exec(challenge)?.[1];
}

/** Base64 of `name:password`, as the file has it. */
function findCredentials(host: string): string | undefined {
  if (!existsSync(configFile())) return undefined;
  const { auths } = JSON.parse(readFileSync(configFile(), 'utf8')) as { auths?: Record<string, { auth?: string }> };
  return auths?.[host]?.auth ?? auths?.[`https://${host}`]?.auth;
}

function configFile(): string {
  return join(process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker'), 'config.json');
}
