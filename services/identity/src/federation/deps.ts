import type { Clock, Logger } from '@florin/chassis';
import type { Db } from '@florin/postgres';
import type { BrowserSessions } from '../browser/browser-session.js';
import type { FederatedSignIns } from '../store/federated-sign-ins.js';
import type { PersonalData } from '../store/personal-data.js';
import type { BrowserBinding } from './browser-binding.js';

/** What sign-in by others works with. */
export interface FederationDeps {
  db: Db;
  personalData: PersonalData;
  browserSessions: BrowserSessions;
  signIns: FederatedSignIns;
  binding: BrowserBinding;
  /** Identity's public URL. */
  issuer: string;
  logger: Logger;
  now: Clock;
}
