import { fromGrpcError } from '@florin/faults';
import { florin, type ReceivedExportPart } from '@florin/proto';
import { credentials, Metadata } from '@grpc/grpc-js';

/**
 * What a service exports of a person, asked as identity asks.
 * @throws Fault
 */
export async function personalExport(
  grpc_address: string,
  mesh_token: string,
): Promise<ReceivedExportPart[]> {
  const client = new florin.privacy.v1.PersonalData(grpc_address, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${mesh_token}`);
  const parts: ReceivedExportPart[] = [];
  try {
    for await (const part of client.Export({}, metadata)) parts.push(part as ReceivedExportPart);
  } catch (error) {
    throw fromGrpcError(error);
  } finally {
    client.close();
  }
  return parts;
}

/** The rows of one table of the export, over all parts. */
export function exportedRows(parts: ReceivedExportPart[], wanted: string): object[] {
  return parts
    .filter(({ name }) => name === wanted)
    .flatMap(({ json }) => JSON.parse(String(json)) as object[]);
}
