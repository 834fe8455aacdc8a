export { type AggregatedDiscovery, aggregatedDiscovery } from './aggregated-discovery';
export { apiGroup, apiGroupList, apiResourceList, apiVersions } from './discovery';
