import { permissions } from './permissions.js';
import { profile } from './profile.js';
import { security } from './security.js';

export const resources = [permissions, profile, security];
