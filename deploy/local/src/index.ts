export { type Mesh, type MeshOptions, startMesh } from './mesh.js';
export type { Server } from './servers.js';
export type { ProcessState, SupervisedProcess } from './supervised-process.js';
