import { fault } from '@florin/faults';
import type { MethodDeps } from './method-deps.js';

/**
 * Lets through whom the provider pays: the law has it know who they are first, and only they can tell it.
 * @throws Fault ONBOARDING_REQUIRED with the page where they do, ONBOARDING_PENDING while it checks, PROVIDER_REJECTED;
 *   ProviderUnavailable
 */
export async function requirePayouts(
  { provider, public_url }: Pick<MethodDeps, 'provider' | 'public_url'>,
  provider_account_id: string,
): Promise<void> {
  switch (await provider.payoutStanding(provider_account_id)) {
    case 'ready':
      return;
    case 'due': {
      const { action_url, expires_at } = await provider.createOnboardingPage({
        provider_account_id,
        return_url: `${public_url}/onboarding/return`,
        refresh_url: `${public_url}/onboarding/refresh`,
      });
      throw fault(
        'ONBOARDING_REQUIRED',
        'Before money is paid out, the payment provider must know who the person is. Nothing has moved. Show them action_url: it ' +
          'is theirs alone, opens once, and only until expires_at. When they are done, repeat this call unchanged, ' +
          'with the same idempotency_key; where the link is too old, that gives a new one.',
        { details: { action_url, expires_at: expires_at.toISOString() } },
      );
    }
    case 'checking':
      throw fault(
        'ONBOARDING_PENDING',
        'The payment provider is still checking who the person is, which takes minutes, seldom days. Nothing has moved: repeat ' +
          'this call later, with the same idempotency_key.',
      );
    case 'refused':
      throw fault(
        'PROVIDER_REJECTED',
        'The payment provider pays nothing out to this person. Nothing has moved, and repeating does not help: they may ask who ' +
          'runs Florin.',
        { details: { provider_reason: 'account_rejected' } },
      );
  }
}
