/** Images are pulled anew where their version may mean another image tomorrow. */
import { defaultPullPolicy } from '../../../../src/apiserver/kinds/pod-template/image-name';

const DIGEST = `sha256:${'a'.repeat(64)}`;

test.each([
  ['nginx', 'Always', 'no version is the latest'],
  ['nginx:latest', 'Always', 'it says so'],
  ['nginx:1.27', 'IfNotPresent', 'a version stays'],
  ['team/nginx', 'Always', 'a path is no version'],
  ['registry.example.com:5000/nginx', 'Always', 'the port of a registry is no version'],
  ['registry.example.com:5000/nginx:v1', 'IfNotPresent', 'a version behind the port of a registry'],
  ['localhost/nginx', 'Always', 'a registry on this machine'],
  [`nginx@${DIGEST}`, 'IfNotPresent', 'a digest is one image for ever'],
  [`nginx:latest@${DIGEST}`, 'Always', 'the version is looked at, not the digest'],
  ['nginx:latest@sha256:abc', 'IfNotPresent', 'what is no digest makes it no name'],
  ['Nginx', 'IfNotPresent', 'no name of an image has capitals'],
  ['a'.repeat(64), 'IfNotPresent', 'an identifier is no name'],
  ['', 'IfNotPresent', 'nothing is no name'],
])('%s is pulled %s: %s', (image, policy) => {
  expect(defaultPullPolicy(image)).toBe(policy);
});
