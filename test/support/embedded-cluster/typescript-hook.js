/**
 * Lets a thread of Node's own load the sources as they are. Jest does that for tests alone; a thread that is started beside
 * them has no part in it.
 */
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { transformSync } = require('@swc/core');
const options = require('../swc-options');

Module._extensions['.ts'] = (module, filename) => {
  module._compile(transformSync(readFileSync(filename, 'utf8'), { ...options, filename, swcrc: false }).code, filename);
};
