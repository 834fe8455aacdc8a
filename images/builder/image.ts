/**
 * What an image is, before it is built: its layers, lowest first, and how a container of it starts.
 *
 * Layers are built one after another, each as the files that it adds to those below. A layer whose key has been built already
 * is taken from the cache; images that name the same layer definitions share them. `images/definitions.ts` lists the images.
 */
import type { JsonValue } from '../../src/api/json';

/** One image. */
export interface ImageDefinition {
  /** Name in the registry, and on the command line: `controller`. */
  readonly name: string;
  /** One line for the list of images. */
  readonly description: string;
  /** Tag it is pushed under. Default: the version of this package. */
  readonly tag?: string;
  /** Lowest first. Another image's `layers` can stand at the beginning, so that both share them. */
  readonly layers: readonly LayerDefinition[];
  readonly config: ImageConfig;
}

/** How a container starts, in the words of the OCI image specification. */
export interface ImageConfig {
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** `uid:gid`, in numbers: Kubernetes can't check `runAsNonRoot` against a name. */
  readonly user: string;
  /** Default `/`. */
  readonly workingDir?: string;
  /** As `8080/tcp`. */
  readonly exposedPorts?: readonly string[];
  /** Added to those that every image has: title, description, version, licences. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Default SIGTERM. */
  readonly stopSignal?: string;
}

/** One layer. The same definition in two images is built once. */
export interface LayerDefinition {
  /** Says what is in it, in the history of the image: `node`, `jupyterlab`. */
  readonly name: string;
  /**
   * All that decides what the layer holds: versions, digests, settings. With the layers below, the files in `code` and the
   * builder it is the key of the cache, so two builds with the same key give the same bytes.
   */
  readonly inputs: JsonValue | (() => JsonValue | Promise<JsonValue>);
  /** Source files whose bytes are part of the key, or folders of them: the same whether compiled or not. */
  readonly code: readonly string[];
  /** Writes the layer. Must not depend on time, chance, the machine's name or the order of a folder. */
  readonly build: (layer: LayerBuild) => Promise<void>;
}

/**
 * A layer while it is built. Paths in the image are absolute (`/etc/passwd`).
 *
 * Nobody has to clean up what package managers leave: `/dev`, `/proc`, `/sys`, `/run`, `/tmp`, logs, apt's caches and lists and
 * what else differs from build to build never gets into a layer (see `left-out.ts`), and every entry gets the same time.
 */
export interface LayerBuild {
  /**
   * The folder of this machine that becomes the layer: its own files, without those of the layers below. May be written by any
   * means while no command of `run` is under way; owners and modes are taken as they are.
   */
  readonly root: string;
  /** A folder that outlives builds, shared by all layers, for what is fetched; each file there is named after its digest. */
  readonly downloads: string;
  /** Writes a file; missing folders above it are made as the layers below have them, else with mode 755. Default mode 644, owner 0:0. */
  readonly write: (path: string, content: string | Buffer, attributes?: Attributes) => Promise<void>;
  /** Makes a folder and those above it. Default mode 755, owner 0:0. */
  readonly makeDirectory: (path: string, attributes?: Attributes) => Promise<void>;
  /** Makes a symbolic link at `path`. */
  readonly link: (path: string, target: string) => Promise<void>;
  /** Copies a file or a folder of this machine to `path`: modes stay, everything belongs to 0:0. */
  readonly copy: (source: string, path: string) => Promise<void>;
  /**
   * Runs a command inside the tree of this layer and those below, and gives its standard output. What it writes is in the layer.
   *
   * It runs in namespaces of its own (mounts, processes, IPC, host name), as root unless told otherwise, with this machine's
   * network, and with nothing of this machine's environment; `/tmp` and `/run` are empty and thrown away. Whatever it starts in
   * the background ends with it. Needs root. Throws `ImageProblem` with the end of its output where it fails.
   */
  readonly run: (command: readonly [string, ...string[]], options?: RunOptions) => Promise<string>;
}

/** Mode and owner of an entry. */
export interface Attributes {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** How a command runs inside a tree. */
export interface RunOptions {
  /** Added to PATH, HOME, LANG=C.UTF-8, TZ=UTC, SOURCE_DATE_EPOCH, PYTHONHASHSEED=0 and DEBIAN_FRONTEND=noninteractive. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default `/`. */
  readonly cwd?: string;
  /** `uid:gid`. Default `0:0`. */
  readonly user?: string;
  /** Written to its standard input. Default: none. */
  readonly input?: string;
  /** Folders of this machine that it sees, by their path in the tree, writable: `{ '/tmp/wheels': '…' }`. Only below `/tmp` and `/run`. */
  readonly binds?: Readonly<Record<string, string>>;
}
