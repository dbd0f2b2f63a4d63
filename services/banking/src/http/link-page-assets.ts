export const pageCss = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 34rem; margin: 10vh auto; padding: 0 1.25rem; }
.brand { font-weight: 700; letter-spacing: 0.04em; color: #0b6e4f; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0.25rem 0 1rem; }
.note { border-left: 4px solid #b7791f; padding-left: 0.75rem; }
.button { display: inline-block; font: inherit; font-weight: 600; padding: 0.65rem 1.1rem; border: 0; border-radius: 0.4rem;
  background: #0b6e4f; color: #fff; text-decoration: none; cursor: pointer; }
.button:focus-visible { outline: 3px solid #b7791f; outline-offset: 2px; }
@media (prefers-color-scheme: dark) { .brand { color: #5fd3ac; } }
`;

/** Opens Plaid Link (https://plaid.com/docs/link/web/) and goes back to us with what it gave. */
export const plaidLinkJs = `'use strict';
const start = document.getElementById('start');
const back = (public_token) => {
  const url = new URL(start.dataset.returnUrl);
  if (public_token) url.searchParams.set('public_token', public_token);
  location.assign(url);
};
const link = Plaid.create({
  token: start.dataset.linkToken,
  onSuccess: (public_token) => back(public_token),
  onExit: () => back(),
});
start.addEventListener('click', () => link.open());
`;
