import type { PublicOperation } from '@florin/chassis';
import { getMeshStatus } from './get-mesh-status.js';
import type { OwnDeps } from './own-operation.js';
import { readResource } from './read-resource.js';

/** The gateway's own operations. */
export const operations: readonly PublicOperation<OwnDeps>[] = [getMeshStatus, readResource];
