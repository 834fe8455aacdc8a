import { imageName, pullFailure } from '../../../src/programs/simulated-node/image-reference';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('a reference to an image', () => {
  it.each([
    ['nginx', 'nginx'],
    ['nginx:1.27', 'nginx'],
    ['library/nginx', 'library/nginx'],
    ['ghcr.io/team/app_one--x:v1.2-rc.1', 'ghcr.io/team/app_one--x'],
    ['localhost:5000/app', 'localhost:5000/app'],
    ['[::1]:5000/app:1', '[::1]:5000/app'],
    [`registry.example.org/app:1@${DIGEST}`, 'registry.example.org/app'],
    ['Registry.Example.org/app', 'Registry.Example.org/app'],
  ])('%s names %s', (reference, name) => {
    expect(imageName(reference)).toBe(name);
  });

  it.each([
    '',
    ':1',
    'App',
    'a b',
    'app:',
    'app@sha256:123',
    'https://example.org/app',
    'app/',
    '/app',
    'a'.repeat(256),
    `app:${'t'.repeat(129)}`,
  ])('%j names nothing', (reference) => {
    expect(imageName(reference)).toBeUndefined();
    expect(pullFailure(reference, new Set())).toMatch(/invalid reference format$/);
  });

  it.each([
    { broken: 'app:1', reference: 'app:1', fails: true },
    { broken: 'app', reference: 'app:1', fails: true },
    { broken: 'app:2', reference: 'app:1', fails: false },
    { broken: 'example.org/app', reference: 'app:1', fails: false },
  ])('$reference fails ($fails) where $broken is broken', ({ broken, reference, fails }) => {
    expect(pullFailure(reference, new Set([broken])) !== undefined).toBe(fails);
  });
});
