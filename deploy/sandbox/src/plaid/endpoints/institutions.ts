import { z } from 'zod';
import { INSTITUTIONS, institutionById } from '../bank/institutions.js';
import { defineEndpoint } from '../endpoint.js';
import { PlaidError } from '../errors.js';
import { presentInstitution } from '../present.js';

const country_codes = z.array(z.string().length(2)).min(1).max(20);
const metadata = {
  include_optional_metadata: z.boolean().optional(),
  include_auth_metadata: z.boolean().optional(),
  include_payment_initiation_metadata: z.boolean().optional(),
};

export const institutionsGet = defineEndpoint({
  path: '/institutions/get',
  input: {
    count: z.number().int().min(1).max(500),
    offset: z.number().int().min(0),
    country_codes,
    options: z
      .strictObject({
        ...metadata,
        products: z.array(z.string()).nullish(),
        routing_numbers: z.array(z.string()).nullish(),
        oauth: z.boolean().nullish(),
      })
      .optional(),
  },
  run({ count, offset, country_codes, options }) {
    const matching = INSTITUTIONS.filter(
      (institution) =>
        institution.country_codes.some((code) => country_codes.includes(code)) &&
        (options?.products ?? []).every((product) => product === 'transactions') &&
        !options?.oauth &&
        !options?.routing_numbers?.length,
    );
    const institutions = matching
      .slice(offset, offset + count)
      .map((institution) => presentInstitution(institution, options?.include_optional_metadata ?? false));
    return { institutions, total: matching.length };
  },
});

export const institutionsGetById = defineEndpoint({
  path: '/institutions/get_by_id',
  input: {
    institution_id: z.string().min(1).max(100),
    country_codes,
    options: z.strictObject({ ...metadata, include_status: z.boolean().optional() }).optional(),
  },
  run({ institution_id, country_codes, options }) {
    const institution = institutionById(institution_id);
    if (!institution?.country_codes.some((code) => country_codes.includes(code))) {
      throw new PlaidError('INVALID_INSTITUTION');
    }
    return {
      institution: presentInstitution(institution, options?.include_optional_metadata ?? false),
    };
  },
});
