import { authenticateUser } from './authenticate-user.js';
import { deleteMyAccount } from './delete-my-account.js';
import { endSession } from './end-session.js';
import { refreshToken } from './refresh-token.js';
import { registerUser } from './register-user.js';
import { requestPasswordReset } from './request-password-reset.js';
import { resetPassword } from './reset-password.js';

export const operations = [
  authenticateUser,
  deleteMyAccount,
  endSession,
  refreshToken,
  registerUser,
  requestPasswordReset,
  resetPassword,
];
