/** How a Kubernetes server's own types print in its messages. */
export { serverDiff, serverValue } from './server-value';
