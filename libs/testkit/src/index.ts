export { type TestClock, testClock } from './clock.js';
export {
  dockerAnswers,
  type ServerContainer,
  startNatsContainer,
  startPostgresContainer,
} from './containers.js';
export { createTestDatabase, type TestDatabase } from './database.js';
export { expectGoldenCatalogue } from './golden-catalogue.js';
export { claimNats } from './nats.js';
export { findNatsServer, natsServerBinary, startNats } from './nats-server.js';
export { freePort, freePorts } from './ports.js';
export { startPostgres } from './postgres-server.js';
export { type ProvisionedDatabase, provisionDatabase } from './provision.js';
export type { RunningServer } from './server-process.js';
export type { TestApproval, TestApprovals } from './test-approvals.js';
export { nothingRevoked } from './test-identity.js';
export type { TestLimits, TestReservation } from './test-limits.js';
export type { TestPeople } from './test-people.js';
export { type TestRun, testDirectory } from './test-run.js';
export { startTestScreening, type TestScreening } from './test-screening.js';
export { type TestIssuer, testIssuer } from './tokens.js';
export { until } from './until.js';
