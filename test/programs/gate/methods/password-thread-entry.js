/** What the thread of the tests runs: TypeScript as it stands. */
require('../../../support/embedded-cluster/typescript-hook.js');
require('../../../../src/programs/gate/methods/password-thread.ts').servePasswords();
