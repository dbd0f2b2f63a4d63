import { clientSuite } from './support/client-suite.js';
import { startToyMesh } from './support/toy-mesh.js';

// proves: token-stays-at-gateway
clientSuite(async () => {
  const mesh = await startToyMesh();
  return { mesh, url: `${mesh.url}/mcp`, stop: () => mesh.stop() };
});
