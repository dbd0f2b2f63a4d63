import { idToUuid, uuidToId } from '@florin/chassis';
import { customType } from 'drizzle-orm/pg-core';

/**
 * A column of ids of one kind: a uuid in the table (16 bytes, sorted by age), the TypeID everywhere else.
 * `typeId('acc')('account_id').primaryKey()`.
 */
export function typeId(prefix: string) {
  return customType<{ data: string; driverData: string }>({
    dataType: () => 'uuid',
    toDriver: (id) => idToUuid(id, prefix),
    fromDriver: (uuid) => uuidToId(prefix, uuid),
  });
}
