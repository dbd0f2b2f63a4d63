import { permissions } from './permissions.js';
import { profile } from './profile.js';

export const resources = [permissions, profile];
