import type { Clock, PageTokens } from '@florin/chassis';
import type { Db } from '@florin/postgres';
import type { KeyEnvironment } from './api-keys/api-key.js';
import type { Approvals } from './approvals/approvals.js';
import type { TotpFactors } from './factors/totp.js';
import type { PasswordHasher } from './passwords/password-hasher.js';
import type { AccountMail } from './sign-in/account-mail.js';
import type { SignIn } from './sign-in/sign-in.js';
import type { PersonalData } from './store/personal-data.js';
import type { AccessTokens } from './tokens/access-token.js';

/** What operations and resources work with. */
export interface IdentityDeps {
  db: Db;
  personalData: PersonalData;
  passwords: PasswordHasher;
  signIn: SignIn;
  accountMail: AccountMail;
  totp: TotpFactors;
  /** The page on which people guard their account. */
  security_url: string;
  accessTokens: AccessTokens;
  approvals: Approvals;
  keyEnvironment: KeyEnvironment;
  pageTokens: PageTokens;
  /** Our public URL. */
  issuer: string;
  /** For what must know the time later than when a call began. */
  clock: Clock;
  /** How long after a sign-in its tokens can be refreshed. */
  session_lifetime_s: number;
}
