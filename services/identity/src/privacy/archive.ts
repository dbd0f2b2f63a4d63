import type { Logger } from '@florin/chassis';
import { asFault } from '@florin/faults';
import { type ExportStore, exportPerson } from '../store/export.js';
import type { OtherServices } from './other-services.js';

export interface ArchiveParts extends ExportStore {
  services: OtherServices;
  logger: Logger;
}

/**
 * All that Florin has of a person, as one JSON document:
 * `{ format, user_id, exported_at, parts: [{ service, name, data }], missing: [service] }`. Parts of one service and name
 * belong together, in their order. A service that is away is named in `missing`, whatever came of it before.
 *
 * @param settle told which are missing, before the reader is
 * @returns the text, piece by piece, as it is gathered: nobody holds all of it
 */
export async function* makeArchive(
  parts: ArchiveParts,
  user_id: string,
  now: Date,
  settle: (missing: readonly string[]) => Promise<void>,
): AsyncGenerator<string> {
  const missing: string[] = [];

  async function* gather() {
    for await (const part of exportPerson(parts, user_id)) yield { service: 'identity', ...part };
    for (const service of parts.services.names) {
      try {
        for await (const part of parts.services.exportFrom(service, user_id)) yield { service, ...part };
      } catch (error) {
        parts.logger.warn({ service, reason: asFault(error).reason }, 'a service is missing in an export');
        missing.push(service);
      }
    }
  }

  const head = { format: 'florin.personal-data.v1', user_id, exported_at: now.toISOString() };
  yield `${JSON.stringify(head).slice(0, -1)},"parts":[`;
  let separator = '\n';
  for await (const part of gather()) {
    yield `${separator}${JSON.stringify(part)}`;
    separator = ',\n';
  }
  await settle(missing);
  yield `\n],"missing":${JSON.stringify(missing)}}\n`;
}
