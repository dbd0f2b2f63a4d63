import { history } from './history.js';
import { methods } from './methods.js';
import { status } from './status.js';
import { wallets } from './wallets.js';

export const resources = [wallets, methods, history, status];
