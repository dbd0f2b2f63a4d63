/**
 * What Florin promises, by id. Every promise is cited by the test that proves it, in a comment `// proves: <id>`;
 * requirements.unit.test.ts fails for a promise without a proof, and for a proof of nothing.
 */
export const requirements = {
  'public-without-token':
    'The operations by which one gets a token need none; everything else is challenged (RFC 9728).',
  'oauth-from-the-address':
    "A client that knows the gateway's address only is given access in the browser, and calls a tool.",
  'rest-same-door':
    'Over plain HTTP every tool and resource passes the same door: admission, keys, bounds, problem details.',
  'rest-as-documented':
    'Whatever is sent over plain HTTP, the answer is one that the OpenAPI document promises.',
  'openapi-valid': 'The OpenAPI document is valid, and describes every tool.',
  'pages-accessible':
    'The console and the reference are accessible by WCAG 2.2 AA, light and dark, and bring all they need.',
  'console-live': 'The console follows the status of the services.',
  'openapi-examples-run': 'The examples of the reference run: none is refused for its form.',
  'stdio-bridge':
    'A client that speaks stdio, of either line and era, is carried by the bridge, which signs the person in.',
  'bridge-hears-again':
    'A client behind the bridge is told of changes again, however long the server was away.',
  'official-clients':
    'Both lines of the official client, and the Inspector, list and call tools and read resources.',
  'bank-in-browser': 'A person links a bank in the browser, and the link works once.',
  'complete-history': 'Every transaction is listed exactly once, newest first, over all pages.',
  'stranger-sees-none':
    "Another's things are indistinguishable from things that do not exist, at every operation.",
  'bad-input-named':
    'Wrong types, unknown fields, over-long text and foreign kinds of id are refused by field, with the fix.',
  'one-service-down': 'A service that is down costs its own calls only, and is back within five seconds.',
  'nats-down': 'With NATS down operations go on; their events leave later, none lost, none twice.',
  'postgres-restart':
    'While Postgres restarts calls say UNAVAILABLE and can be repeated; it recovers by itself.',
  'bank-down':
    'With the bank down reads answer from the store with their age, writes can be repeated, nothing is half written.',
  'found-by-name': "Any operation's code is found by the operation's name.",
  'token-stays-at-gateway': "A client's token is never passed on to a service.",
  'outcome-unknown':
    'A write whose stream broke is never repeated by itself; the caller is told how to find out.',
  'config-all-at-once': 'Missing or bad configuration stops a process at once, with a list of what is wrong.',
  'port-in-use': 'A port in use is named together with the variable that changes it.',
  'webhook-verified': 'A webhook that is forged, old, altered or repeated changes nothing.',
  'bad-json-rpc':
    'Whatever is sent to /mcp, the answer is one of the standard or a bounded refusal, and nothing is left behind.',
  'server-conformance':
    "The protocol's own checks of a server pass, of both eras, but for one that is deprecated.",
  'authorization-conformance': "The protocol's own checks of an authorization server pass.",
  'oauth-attacks':
    'Open redirects, PKCE downgrades, replayed codes, mixed-up ways back and forged proofs get nothing.',
  'account-pages':
    'Newcomers make an account, choose a password, add second factors and sign in, in a browser, at pages that name every field and error.',
  'lockout-hits-nobody-else':
    'Guessing a password is slowed down, and keeps its owner out of no browser that they use.',
  'mail-link-once':
    'A link of a mail works once, for the address that it was sent to; what is answered tells nothing of who is registered.',
  'recovery-code-race': 'Of those who use one recovery code at once exactly one is signed in.',
  'refresh-race': 'Two that use one refresh token at once get one new token between them.',
  'refresh-once': 'A refresh token works once; its reuse ends the session.',
  'secrets-not-logged': 'No password and no token reaches a log.',
  'erased-is-unreadable':
    'What a person was erased from does not open any more: by no key, and from no copy of the rows.',
  'approval-once':
    'Of those who race for one approval exactly one gets it; a retry of that one gets it again.',
  'approval-bound': 'An approval is worth nothing for other arguments, another operation, client or person.',
  'approval-by-person':
    'An approval is granted in a browser session alone: no token of the person opens its page.',
  'export-complete': 'An export holds all that every service has of the person, or names who did not answer.',
  'export-without-secrets': 'An export holds no secret: no token, key, hash or ciphertext.',
  'keys-rotate':
    'After rotate-keys nothing is under the old key, and everything opens and signs in without it.',
  'erased-everywhere':
    'A deleted account leaves its id and nothing else in any table, and every service follows, also one that was down.',
  'agent-tools': 'An agent calls no tool but those that the person allowed it.',
  'cap-spent-once': "An agent's cap is never exceeded, however many services spend from it at once.",
  'agent-cannot-widen': 'An agent changes nothing of its own limits without the person.',
  'key-makes-one':
    'Of those who race with one idempotency key exactly one moves money, in however many processes.',
  'unscreened-bounded':
    'While fraud does not answer, small amounts move within a daily allowance, and nothing else.',
  'silent-feed-stops-money': 'No money moves while it cannot be heard whose access has ended.',
  'no-card-numbers':
    "Input that holds a card's number is refused, whatever the operation and field, and is in no log and no error.",
  'charged-once': 'A charge whose answer is lost is found again, and the person is charged once.',
  'webhooks-in-any-order':
    'A payment comes to one end and one ledger, in whatever order its webhooks come, and however often.',
  'webhooks-forged': 'A webhook that is forged, changed, old or of the future leads to nothing.',
  'new-account-approved': 'A first withdrawal to a bank account waits for the person, however little it is.',
  'known-before-paid':
    'Whom the provider does not know yet is sent to where they say who they are; until then a withdrawal writes nothing.',
  'refused-payout-comes-back': 'What a bank does not take of a withdrawal is in the wallet again.',
  'keys-of-the-mode': 'Payments starts with no live key but in live mode, and there with no other.',
  'no-orphans': 'When the local run ends, however it ends, no process is left behind.',
  'federated-sign-in':
    'People sign in with their company over OpenID Connect and SAML; who is new gets an account, who is known their own.',
  'federated-link-needs-proof':
    'An account that exists is linked to another provider only by who has signed in to it, and in the browser that came from there.',
  'unverified-address-is-nobodys':
    'An e-mail address that a provider has not checked links and makes nothing.',
  'oidc-attacks-refused':
    'Forged, replayed, misdirected and mixed-up answers of an OpenID provider sign nobody in.',
  'saml-attacks-refused':
    'Unsigned, wrapped, replayed, misdirected and outdated SAML responses, and XML tricks, sign nobody in.',
  'revoked-within-a-second':
    'A revoked session or key, and a suspended person, is refused everywhere within a second, also without NATS.',
  'api-key-attacks':
    'An API key that is forged, revoked, expired, replaced or used from elsewhere opens nothing.',
  'api-key-no-escalation':
    'Nobody makes a key, widens one or takes one over that can do more than themselves.',
  'last-admin': 'There is always an admin, also when two remove each other at once.',
  'approval-on-every-client':
    'What needs the approval of the person gets it, or not, by clients of every revision, with pages or without.',
  'approval-not-the-clients':
    'A client that answers an input request for the human gains nothing: what the person decided is asked of identity.',
  'any-replica-any-session': 'Any replica of the gateway answers any request of a session.',
  'replicas-without-affinity':
    'Two replicas of the gateway behind a round-robin proxy without affinity serve every official client.',
  'ended-session-stays-ended':
    'A session that its client has ended is served by no replica, also none that starts later.',
  'abandoned-sessions': 'Sessions and streams that clients abandon leave no memory behind.',
  'told-of-changes':
    'Who watches a resource, of whatever service, is told within half a second that it changed; nobody else is.',
  'stream-ends-with-access': 'A stream ends within two seconds after the access that opened it.',
  'limits-hold-across-replicas':
    'A limit of requests holds within a tenth, however many gateways are hammered.',
  'lists-in-pages': 'A long list comes in pages, each item once, asked of whichever replica.',
  'short-default-list': 'A client that chose nothing is listed at most 30 tools and 12,000 tokens.',
  toolsets: 'A client is served the toolsets that it chose, and told of a name that there is none of.',
  'access-read': 'A client that connected to read writes nothing.',
  'expired-never-empty': 'An expired token never gives an empty list.',
  'no-reload-storm': 'A service that flaps makes no client read its lists again.',
  'lists-built-once':
    'Lists and their schemas are built once for all who see the same, and never for a request.',
  'bad-service-contained':
    'A service that answers garbage, too much or late costs its own calls only, and is named in their errors.',
  'slow-service-contained':
    'A service that is slow, or a client that is greedy, takes up neither gateway nor service.',
  'gateway-drains': 'A gateway that stops ends its streams and loses no call.',
  'cancellation-reaches-the-service':
    'A call that its client cancels is cancelled at the service, whichever replica hears of it.',
  'ledger-balanced':
    'Whatever many clients ask of several processes at once, and ask again: debits equal credits, balances equal their replay, no wallet passes its limit.',
  'one-key-one-payment': 'Fifty calls with one key make one payment, whichever process they reach.',
  'never-overdrawn': 'Fifty calls that pay from one wallet at once never overdraw it.',
  'book-append-only': 'Entries and transfers are neither changed nor removed.',
  'payment-states':
    'Whatever is reported of a payment, in whatever order and however often: it goes along the table, and ends once.',
  'refusals-write-nothing':
    'What cannot be paid is refused, each for its own reason, and nothing is written.',
  'held-set-aside':
    'A held payment sets its money aside until fraud decides, or the person cancels; then it is paid or free, once.',
  'refund-bounded': 'Refunds never give back more than was paid, in whatever parts and however many at once.',
  'refund-comes-back':
    'A refund that was made and that the bank sends back is failed: the payee has the money again, once, in whatever order that is heard.',
  'payees-not-listed':
    'Who looks for payees by e-mail is told of few addresses an hour that nobody is there, and then nothing of any.',
  'pays-ben':
    'A person pays another by e-mail, once for one key, and half is refunded; both ledgers show it.',
  'crash-anywhere':
    'Killed between any two statements or requests, a payment comes to its one right end, and is charged once.',
  'payments-survive-outages':
    'NATS down, Postgres restarted, payments killed, Stripe down, failing or silent under load: no payment is lost or doubled.',
  'commit-never-lost':
    'A commit whose answer was lost is found out: committed, not committed, or said to be unknown.',
} as const;
