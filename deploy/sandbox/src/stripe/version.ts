/** The version of Stripe's API that the SDK in use pins: https://docs.stripe.com/api/versioning */
export const API_VERSION = '2026-10-28.endive';
