import { authenticateUser } from './authenticate-user.js';
import { endSession } from './end-session.js';
import { refreshToken } from './refresh-token.js';
import { registerUser } from './register-user.js';

export const operations = [authenticateUser, endSession, refreshToken, registerUser];
