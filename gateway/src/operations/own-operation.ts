import { definePublicOperation } from '@florin/chassis';
import type { MeshStatus } from '../mesh-status.js';

/** What the gateway's own operations work with, made for each call. */
export interface OwnDeps {
  status(): MeshStatus;
  /** Reads a resource as the caller of the operation. */
  readResource(uri: string): Promise<ResourceReading>;
}

export interface ResourceReading {
  uri: string;
  data: Record<string, unknown>;
  last_modified?: string;
}

/**
 * Defines an operation of the gateway itself. It needs no scope, so in the chassis' terms it is public; the gateway shows
 * it to those who signed in alone.
 */
export const defineOwnOperation = definePublicOperation<OwnDeps>();
