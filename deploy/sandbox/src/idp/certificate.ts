import { createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto';

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const NULL = 0x05;
const OBJECT_ID = 0x06;
const UTF8_STRING = 0x0c;
const GENERALIZED_TIME = 0x18;
/** 1.2.840.113549.1.1.11, sha256WithRSAEncryption */
const SHA256_WITH_RSA = Buffer.from('2a864886f70d01010b', 'hex');
/** 2.5.4.3, commonName */
const COMMON_NAME = Buffer.from('550403', 'hex');

const DAY_MS = 24 * 3_600_000;
const VALID_DAYS = 3_650;

/**
 * A self-signed X.509 certificate (RFC 5280, 4.1), as SAML metadata wants around a key: version 1, since it needs no
 * extensions. Node reads certificates but makes none, and a whole PKI library is much for 40 lines of DER.
 * @param private_key RSA, PEM
 * @returns PEM
 */
export function selfSignedCertificate(private_key: string, common_name: string, from: Date): string {
  const key = createPrivateKey(private_key);
  const algorithm = der(SEQUENCE, der(OBJECT_ID, SHA256_WITH_RSA), der(NULL));
  const name = der(
    SEQUENCE,
    der(SET, der(SEQUENCE, der(OBJECT_ID, COMMON_NAME), der(UTF8_STRING, Buffer.from(common_name)))),
  );
  const until = new Date(from.getTime() + VALID_DAYS * DAY_MS);
  // "The serial number MUST be a positive integer": the first bit stays clear, the second keeps it from being shortened.
  const serial = randomBytes(16);
  serial.writeUInt8((serial.readUInt8(0) & 0x3f) | 0x40, 0);
  const certificate = der(
    SEQUENCE,
    der(INTEGER, serial),
    algorithm,
    name,
    der(SEQUENCE, time(from), time(until)),
    name,
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
  );
  const signature = Buffer.concat([Buffer.of(0), sign('sha256', certificate, key)]);
  const base64 = der(SEQUENCE, certificate, algorithm, der(BIT_STRING, signature)).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/(.{64})/g, '$1\n').trimEnd()}\n-----END CERTIFICATE-----\n`;
}

/** What stands between the lines of a PEM, as XML wants it. */
export function pemBody(pem: string): string {
  return pem.replace(/-----[^-]+-----|\s/g, '');
}

/** Years from 2050 on want GeneralizedTime; a stand-in uses it for all: every reader takes it. */
function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return der(GENERALIZED_TIME, Buffer.from(`${digits}Z`));
}

/** Tag, length, contents. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const contents = Buffer.concat(parts);
  const { length } = contents;
  const header = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), contents]);
}
