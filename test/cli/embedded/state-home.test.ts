import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { kubeconfigIn, stateHome, usualDataDirectory } from '../../../src/cli/embedded/state-home';

const USUAL = join(homedir(), '.local', 'state', 'adrasteia');

describe('the state home', () => {
  it.each([
    { environment: {}, home: USUAL, because: 'nothing is said' },
    {
      environment: { XDG_STATE_HOME: '/states' },
      home: '/states/adrasteia',
      because: 'the desktop says where states are',
    },
    { environment: { XDG_STATE_HOME: 'states' }, home: USUAL, because: 'a relative state directory is to be ignored' },
    { environment: { XDG_STATE_HOME: '' }, home: USUAL, because: 'an empty variable counts as absent' },
    { environment: { ADRA_HOME: '/mine', XDG_STATE_HOME: '/states' }, home: '/mine', because: 'ours goes first' },
    { environment: { ADRA_HOME: 'mine' }, home: resolve('mine'), because: 'it may be relative' },
  ])('is $home, because $because', ({ environment, home }) => {
    expect(stateHome(environment)).toBe(home);
  });

  it('holds the data of the embedded API in a folder of their own, with the kubeconfig', () => {
    expect(kubeconfigIn(usualDataDirectory('/home'))).toBe('/home/embedded/kubeconfig');
  });
});
