/**
 * Keycloak on this machine: from Maven Central into the user's cache, once, with its one-time build done, which takes longer
 * than all later starts.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findTool, TOOL_PATH } from '../../cluster/node/tools';

const VERSION = '26.3.5';
const DEPENDENCY_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

/** Programs, and the package of Debian that each comes with. */
const TOOLS = { java: 'openjdk-17-jre-headless', mvn: 'maven', unzip: 'unzip' } as const;

/** What is settled when Keycloak is built, and has to be the same when it is started. */
export const BUILD_SETTINGS = {
  KC_DB: 'dev-file',
  KC_CACHE: 'local',
  KC_HEALTH_ENABLED: 'true',
} as const;

/** What its processes get of this one's environment. */
export const PROCESS_ENVIRONMENT = {
  PATH: [TOOL_PATH, '/usr/bin', '/bin'].join(delimiter),
  HOME: homedir(),
  LC_ALL: 'C.UTF-8',
  // Small, and sooner up than fast: a suite is over before better code would pay.
  JAVA_OPTS_KC_HEAP: '-Xms64m -Xmx512m',
  JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1',
} as const;

/** The folder of Keycloak, installed if it isn't. Throws, with what to install, where the machine lacks a program for that. */
export async function keycloakFolder(): Promise<string> {
  const chosen = process.env['XDG_CACHE_HOME'];
  const cache = chosen === undefined || chosen === '' ? join(homedir(), '.cache') : chosen;
  const folder = join(cache, 'adrasteia', 'keycloak', VERSION);
  const isInstalled = existsSync(folder);
  demandTools(isInstalled ? ['java'] : ['java', 'mvn', 'unzip']);
  if (isInstalled) return folder;
  const unfinished = `${folder}.${process.pid}.unfinished`;
  mkdirSync(unfinished, { recursive: true });
  try {
    await run('mvn', [
      '--quiet',
      '--batch-mode',
      `-Dmaven.repo.local=${join(unfinished, 'maven')}`,
      `${DEPENDENCY_PLUGIN}:copy`,
      `-Dartifact=org.keycloak:keycloak-quarkus-dist:${VERSION}:zip`,
      `-DoutputDirectory=${unfinished}`,
    ]);
    await run('unzip', ['-q', '-d', unfinished, join(unfinished, `keycloak-quarkus-dist-${VERSION}.zip`)]);
    const home = join(unfinished, `keycloak-${VERSION}`);
    await run(join(home, 'bin', 'kc.sh'), ['build']);
    renameSync(home, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

function demandTools(names: readonly (keyof typeof TOOLS)[]): void {
  const missing = names.filter((name) => findTool(name) === undefined);
  if (missing.length === 0) return;
  const packages = missing.map((name) => TOOLS[name]).join(' ');
  throw new Error(
    `Keycloak needs ${missing.join(', ')} on this machine: "apt-get install --no-install-recommends ${packages}" installs it`,
  );
}

async function run(program: string, words: readonly string[]): Promise<void> {
  const child = spawn(program, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...PROCESS_ENVIRONMENT, ...BUILD_SETTINGS },
  });
  let said = '';
  const note = (chunk: Buffer): void => {
    said = `${said}${chunk.toString()}`.slice(-4_000);
  };
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${String(code)}: ${said}`);
}
