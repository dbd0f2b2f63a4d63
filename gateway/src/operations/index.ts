import { getMeshStatus } from './get-mesh-status.js';
import { readResource } from './read-resource.js';

/** The gateway's own operations. */
export const operations = [getMeshStatus, readResource];
