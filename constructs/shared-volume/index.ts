/**
 * The kind SharedVolume.
 */
export { sharedVolumePlanner } from './plan';
export { SHARED_VOLUME, SHARED_VOLUME_NAME_MAX, type SharedVolumeObject } from './schema';
