import { authenticateUser } from './authenticate-user.js';
import { confirmMfa } from './confirm-mfa.js';
import { deleteMyAccount } from './delete-my-account.js';
import { disableMfa } from './disable-mfa.js';
import { endSession } from './end-session.js';
import { enrollMfa } from './enroll-mfa.js';
import { exportMyData } from './export-my-data.js';
import { generateApiKey } from './generate-api-key.js';
import { listAgents } from './list-agents.js';
import { listApiKeys } from './list-api-keys.js';
import { listSessions } from './list-sessions.js';
import { listUsers } from './list-users.js';
import { refreshToken } from './refresh-token.js';
import { registerUser } from './register-user.js';
import { requestPasswordReset } from './request-password-reset.js';
import { resetPassword } from './reset-password.js';
import { revokeApiKey } from './revoke-api-key.js';
import { rotateApiKey } from './rotate-api-key.js';
import { setAgentLimits } from './set-agent-limits.js';
import { setUserRoles } from './set-user-roles.js';
import { suspendUser } from './suspend-user.js';
import { updateApiKeyPermissions } from './update-api-key-permissions.js';
import { updateUserProfile } from './update-user-profile.js';

export const operations = [
  authenticateUser,
  confirmMfa,
  deleteMyAccount,
  disableMfa,
  endSession,
  enrollMfa,
  exportMyData,
  generateApiKey,
  listAgents,
  listApiKeys,
  listSessions,
  listUsers,
  refreshToken,
  registerUser,
  requestPasswordReset,
  resetPassword,
  revokeApiKey,
  rotateApiKey,
  setAgentLimits,
  setUserRoles,
  suspendUser,
  updateApiKeyPermissions,
  updateUserProfile,
];
