import { z } from 'zod';
import { meshStatusSchema } from '../mesh-status.js';
import { defineOwnOperation } from './own-operation.js';

export const getMeshStatus = defineOwnOperation({
  name: 'get_mesh_status',
  title: 'Status of Florin',
  description:
    'Which services run, since when, in which mode (only "live" moves real money) and version, and the limits of every ' +
    'call. Use it when a call fails with UNAVAILABLE, or to tell the person whether money is real.',
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: z.strictObject({}),
  output: meshStatusSchema,
  async run(_input, { deps }) {
    return deps.status();
  },
});
