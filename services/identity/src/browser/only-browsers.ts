import { fault } from '@florin/faults';
import type { RequestHandler } from 'express';

/** An agent may hold any token of the person's. None opens what the person alone decides, not even beside a browser's cookie. */
export const onlyBrowsers: RequestHandler = (request, _response, next) => {
  if (request.get('authorization') === undefined) return next();
  throw fault('PERMISSION_DENIED', 'Only the person can decide this, signed in with a browser.');
};
