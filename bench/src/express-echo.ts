import express from 'express';

/** What the gateway is compared with: the least that an Express server which takes and gives JSON can do. */
export function serveEcho(): void {
  const app = express();
  app.use(express.json());
  app.post('/', (request, response) => {
    response.json(request.body);
  });
  const server = app.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address !== 'string') process.send?.(address.port);
  });
}
