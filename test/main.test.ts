import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main, synthApp } from '../src/main';

const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {b: "2", a: "1"}\n';

describe('the cdk8s app', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'synth-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const out = (): string => join(folder, 'dist');
  const write = (path: string, text = CONFIG_MAP): string => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
    return join(folder, path);
  };
  const files = (): Readonly<Record<string, string>> =>
    Object.fromEntries(readdirSync(out()).map((name) => [name, readFileSync(join(out(), name), 'utf8')]));

  it('writes one file for the platform and one for each folder of the source', () => {
    write('source/one/a.yaml');
    write('source/one/deeper/b.yaml', CONFIG_MAP.replace('one', 'two'));
    write('source/two.yaml');
    write('source/README.md', '# not an object');
    synthApp({ source: join(folder, 'source') }, out()).synth();
    expect(Object.keys(files())).toEqual(['one.k8s.yaml', 'platform.k8s.yaml', 'two.k8s.yaml']);
    expect(files()['one.k8s.yaml']?.match(/^kind: ConfigMap$/gm)).toHaveLength(2);
  });

  it('writes a folder of files into one file of its name', () => {
    write('thesis/a.yaml');
    write('thesis/b.yaml', CONFIG_MAP.replace('one', 'two'));
    synthApp({ source: join(folder, 'thesis'), platform: false }, out()).synth();
    expect(Object.keys(files())).toEqual(['thesis.k8s.yaml']);
  });

  it('leaves the order of members to whoever wrote them', () => {
    synthApp({ source: write('a.yaml'), platform: false }, out()).synth();
    expect(files()['a.k8s.yaml']).toBe(
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\ndata:\n  b: "2"\n  a: "1"\n',
    );
  });

  it('writes the same bytes whatever cdk8s reads from the environment', () => {
    const bytesWith = (environment: Readonly<Record<string, string>>): unknown => {
      const before = { ...process.env };
      Object.assign(process.env, environment);
      try {
        synthApp({ source: write('a.yaml') }, out()).synth();
        return files();
      } finally {
        process.env = before;
      }
    };
    const plain = bytesWith({});
    expect(
      bytesWith({
        CDK8S_DISABLE_SORT: '1',
        CDK8S_LEGACY_HASH: '1',
        CDK8S_RECORD_CONSTRUCT_METADATA: 'true',
        CDK8S_OUTDIR: '/nowhere',
      }),
    ).toEqual(plain);
  });

  it('runs the image and namespace that are asked for', () => {
    expect(main(['--image', 'mirror.example.org/a:1', '--namespace', 'elsewhere'], out(), fail)).toBe(0);
    expect(files()['platform.k8s.yaml']).toContain('image: mirror.example.org/a:1');
    expect(files()['platform.k8s.yaml']).toContain('namespace: elsewhere');
  });

  it('writes a gate only where one is asked for, with the image and host that are asked for', () => {
    expect(main([], out(), fail)).toBe(0);
    expect(files()['platform.k8s.yaml']).not.toContain('name: adrasteia-gate');
    const asked = [
      '--gate-image',
      'mirror.example.org/gate:1',
      '--gate-host',
      'gate.example.org',
      '--gate-class',
      'own',
    ];
    expect(main(asked, out(), fail)).toBe(0);
    for (const line of ['image: mirror.example.org/gate:1', 'host: gate.example.org', 'ingressClassName: own'])
      expect(files()['platform.k8s.yaml']).toContain(line);
  });

  it.each([
    {
      args: ['--sauce', 'x'],
      line: /^UsageInvalid: cannot read the arguments of the cdk8s app: .*--sauce/,
      because: 'an argument is not known',
    },
    {
      args: ['--source', '/does/not/exist'],
      line: /^ManifestUnreadable: .*there is no such file$/,
      because: 'the source is not there',
    },
  ])('says in one line what is wrong when $because', ({ args, line }) => {
    const lines: string[] = [];
    expect(main(args, out(), (said) => lines.push(said))).toBe(1);
    expect(lines).toEqual([expect.stringMatching(line)]);
  });

  it('writes nothing where an object is not valid', () => {
    const source = write(
      'a.yaml',
      'apiVersion: adrasteia.dev/v1alpha1\nkind: Environment\nmetadata: {name: one}\nspec: {}\n',
    );
    const lines: string[] = [];
    expect(main(['--source', source], out(), (said) => lines.push(said))).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/^ObjectInvalid: Environment one: .*templateRef/)]);
    expect(() => readdirSync(out())).toThrow();
  });
});

function fail(line: string): void {
  throw new Error(line);
}
