import { registryAddress } from '../../images/builder/registry-address';

test.each([
  ['registry.example.com', 'https:', 'registry.example.com', ''],
  ['registry.example.com:5000/team/a/', 'https:', 'registry.example.com:5000', 'team/a/'],
  ['http://registry.example.com', 'http:', 'registry.example.com', ''],
  ['127.0.0.1:5000', 'http:', '127.0.0.1:5000', ''],
  ['localhost', 'http:', 'localhost', ''],
  ['https://localhost:5000', 'https:', 'localhost:5000', ''],
  ['[::1]:5000', 'http:', '[::1]:5000', ''],
  ['127.example.com', 'https:', '127.example.com', ''],
])('%s is reached by %s at %s, below "%s"', (text, protocol, host, prefix) => {
  expect(registryAddress(text)).toEqual({ protocol, host, prefix });
});

test.each(['', 'ftp://host', 'user@host', 'host/UPPER', 'host?x', 'host:port'])('%p is no registry', (text) => {
  expect(() => registryAddress(text)).toThrow(/is no registry/);
});
