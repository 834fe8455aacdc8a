/** The images of environments, as they are defined: whether they fit the presets that start them. Building them is `npm run images`' part. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PRESETS } from '../../constructs/environment/presets';
import type { PresetName } from '../../constructs/template';
import type { ImageDefinition } from '../../images/builder/image';
import { codeServer } from '../../images/code-server/image';
import { debian } from '../../images/debian/layer';
import { desktop } from '../../images/desktop/image';
import { jupyterlab } from '../../images/jupyterlab/image';
import { ssh } from '../../images/ssh/image';

const IMAGES: readonly ImageDefinition[] = [jupyterlab, codeServer, desktop, ssh];

const PRESET_IMAGES: readonly (readonly [PresetName, ImageDefinition])[] = [
  ['jupyterlab', jupyterlab],
  ['code-server', codeServer],
  ['webtop', desktop],
];

describe('the images of environments', () => {
  test.each(IMAGES)('$name runs as a user that is not root, given by number', ({ config }) => {
    expect(config.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  test.each(IMAGES)('$name stands on the layer that all share', ({ layers }) => {
    expect(layers[0]).toBe(debian);
  });

  test.each(PRESET_IMAGES)('the preset %s finds its port and its home', (name, { config }) => {
    const { port, home } = PRESETS[name];
    expect(config.exposedPorts).toEqual([`${port}/tcp`]);
    expect(config.env?.['HOME']).toBe(home);
  });

  test.each(PRESET_IMAGES)('the preset %s runs its program as the user that the image has', (name, { config }) => {
    const { identity } = PRESETS[name];
    // Where a preset has no user of its own, the image's is what it gets.
    expect(config.user).toBe(identity === undefined ? '1000:1000' : `${identity.user}:${identity.group}`);
  });
});

describe('the packages of JupyterLab', () => {
  test('are each pinned to a version and a file', () => {
    const lines = readFileSync(join(__dirname, '../../images/jupyterlab/requirements.txt'), 'utf8').split('\n');
    const packages = lines.filter((line) => line !== '' && !line.startsWith('#'));
    expect(packages.filter((line) => !/^[a-z0-9-]+==\S+ --hash=sha256:[0-9a-f]{64}$/.test(line))).toEqual([]);
    expect(packages).toContainEqual(expect.stringMatching(/^jupyterlab==/));
  });
});
