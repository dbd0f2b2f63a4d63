import { type Fault, fault } from '@florin/faults';
import { ProviderRejected, ProviderUnavailable, ProviderUnknown } from './payment-provider.js';

/** What the provider throws, as a caller sees it; undefined for anything else. */
export function providerFault(error: unknown): Fault | undefined {
  if (error instanceof ProviderUnavailable || error instanceof ProviderUnknown) {
    return fault(
      'PROVIDER_UNAVAILABLE',
      'The payment provider cannot be reached right now. Try again in a minute.',
      { cause: error },
    );
  }
  if (error instanceof ProviderRejected) {
    return fault(
      'PROVIDER_REJECTED',
      'The payment provider refused this request; repeating it does not help. Report the request_id to who runs Florin.',
      { cause: error, details: { provider_reason: error.failure } },
    );
  }
  return undefined;
}
