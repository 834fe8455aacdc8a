/**
 * OpenSSH for one user, without root anywhere: as `dev` (1000:1000), on port 2222, by keys alone, with sftp.
 *
 * Keys that may come in stand in files below `/etc/ssh/authorized`, where a Secret or ConfigMap is mounted. The server's own
 * key is made at the first start and kept in the home, so that clients know the environment again while its volume lives.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../src/adapters/files/package-version';
import { debianClosure, installDebianPackages } from '../builder/debian-packages';
import type { ImageDefinition, LayerDefinition } from '../builder/image';
import { debian } from '../debian/layer';
import { addUser } from '../debian/user';

const PACKAGES = ['less', 'openssh-server', 'openssh-sftp-server', 'procps', 'rsync', 'tini'];

const HOME = '/home/dev';

const SOURCES = join(packageFolder(), 'images/ssh');

const server: LayerDefinition = {
  name: 'openssh',
  inputs: () => debianClosure(PACKAGES),
  code: [SOURCES],
  build: async (layer) => {
    await installDebianPackages(layer, PACKAGES);
    // Made when the package is installed: the same for everyone, and no secret.
    await layer.run(['find', '/etc/ssh', '-name', 'ssh_host_*', '-delete']);
    await addUser(layer, { name: 'dev', uid: 1000, gid: 1000, home: HOME });
    await layer.makeDirectory('/etc/ssh/authorized');
    await layer.write('/etc/ssh/sshd_config', readFileSync(join(SOURCES, 'sshd_config')));
    await layer.write('/usr/local/bin/start-ssh', readFileSync(join(SOURCES, 'start.sh')), { mode: 0o755 });
  },
};

/** OpenSSH. */
export const ssh: ImageDefinition = {
  name: 'ssh',
  description: 'OpenSSH for one user, without root.',
  layers: [debian, server],
  config: {
    entrypoint: ['/usr/bin/tini', '--', 'start-ssh'],
    env: { HOME },
    user: '1000:1000',
    workingDir: HOME,
    exposedPorts: ['2222/tcp'],
  },
};
