/** How TypeScript becomes what Node runs, for Jest and for threads that tests start: types are taken away, nothing is checked. */
module.exports = {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};
