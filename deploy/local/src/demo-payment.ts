import { randomUUID } from 'node:crypto';
import type { Client } from '@modelcontextprotocol/client';
import { call, connect, type Money, note, print, say, show } from './demo-client.js';
import { table } from './table.js';

interface Payment {
  payment_id: string;
  direction: 'in' | 'out';
  status: string;
  amount: Money;
  refunded: Money;
  receipt_id: string;
  replayed: boolean;
  description?: string;
}

/** The people of local mode; their password is in the README. */
const PASSWORD = 'florin-demo-passphrase';

/** Ada pays Ben, who gives half of it back. Both ledgers show it, and a receipt proves it. */
export async function payBen(mcp_url: string): Promise<void> {
  const [ada, ben] = await Promise.all([
    signIn(mcp_url, 'ada@florin.test'),
    signIn(mcp_url, 'ben@florin.test'),
  ]);
  try {
    say('Ada and Ben have a wallet each:');
    const before = await showWallets({ ada, ben });
    const payment = await pay(ada, before.ada.wallet_id);
    await giveBackHalf(ben, payment);
    say('Both ledgers, as each of the two sees theirs:');
    await showWallets({ ada, ben });
    await showHistory('ada', ada);
    await showHistory('ben', ben);
  } finally {
    await Promise.all([ada.close(), ben.close()]);
  }
}

async function signIn(mcp_url: string, username: string): Promise<Client> {
  const entrance = await connect(`${mcp_url}/public`);
  const credentials = { username, password: PASSWORD };
  const { access_token } = await call<{ access_token: string }>(entrance, 'authenticate_user', credentials);
  await entrance.close();
  return connect(mcp_url, access_token);
}

async function pay(ada: Client, source_id: string): Promise<Payment> {
  const args = {
    source_id,
    destination_id: 'ben@florin.test',
    amount: '20.00',
    currency: 'USD',
    description: 'Dinner on Friday',
    idempotency_key: randomUUID(),
  };
  const payment = await call<Payment>(ada, 'initiate_payment', args);
  say(`initiate_payment: Ada pays ben@florin.test ${show(payment.amount)}: ${payment.status}.`);
  note(`receipt ${payment.receipt_id}, of ${payment.payment_id}`);
  const again = await call<Payment>(ada, 'initiate_payment', args);
  note(
    `The same call again, with the same idempotency_key: replayed ${again.replayed}, nothing is paid twice.`,
  );
  return payment;
}

async function giveBackHalf(ben: Client, { payment_id }: Payment): Promise<void> {
  const refund = await call<{ amount: Money; status: string; receipt_id: string }>(ben, 'process_refund', {
    payment_id,
    amount: '10.00',
    idempotency_key: randomUUID(),
  });
  say(`process_refund: Ben gives back ${show(refund.amount)}: ${refund.status}.`);
  note(`receipt ${refund.receipt_id}`);
}

interface Wallet {
  wallet_id: string;
  balance: Money;
  available: Money;
}

async function showWallets(clients: { ada: Client; ben: Client }): Promise<{ ada: Wallet; ben: Wallet }> {
  const [ada, ben] = await Promise.all([walletOf(clients.ada), walletOf(clients.ben)]);
  const row = (name: string, wallet: Wallet) => [
    name,
    wallet.wallet_id,
    show(wallet.balance),
    show(wallet.available),
  ];
  print(table(['whose', 'wallet', 'balance', 'available'], [row('ada', ada), row('ben', ben)]));
  return { ada, ben };
}

async function walletOf(client: Client): Promise<Wallet> {
  const { wallets } = await call<{ wallets: Wallet[] }>(client, 'list_wallets');
  const [wallet] = wallets;
  if (wallet === undefined) throw new Error('There is no wallet. See .florin/logs/payments.log');
  return wallet;
}

async function showHistory(name: string, client: Client): Promise<void> {
  const { payments } = await call<{ payments: Payment[] }>(client, 'list_payments', { page_size: 5 });
  print(
    table(
      [name, 'payment', 'amount', 'given back', 'status', 'for'],
      payments.map(({ direction, payment_id, amount, refunded, status, description }) => [
        direction,
        payment_id,
        show(amount),
        show(refunded),
        status,
        description ?? '',
      ]),
    ),
  );
}
