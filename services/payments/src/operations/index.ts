import { addPaymentMethod } from './add-payment-method.js';
import { cancelPayment } from './cancel-payment.js';
import { createPaymentMethodSetup } from './create-payment-method-setup.js';
import { fundWallet } from './fund-wallet.js';
import { getPayment } from './get-payment.js';
import { initiatePayment } from './initiate-payment.js';
import { listPaymentMethods } from './list-payment-methods.js';
import { listPayments } from './list-payments.js';
import { listWallets } from './list-wallets.js';
import { previewPayment } from './preview-payment.js';
import { processRefund } from './process-refund.js';
import { removePaymentMethod } from './remove-payment-method.js';
import { setDefaultPaymentMethod } from './set-default-payment-method.js';
import { withdrawFromWallet } from './withdraw-from-wallet.js';

export const operations = [
  addPaymentMethod,
  cancelPayment,
  createPaymentMethodSetup,
  fundWallet,
  getPayment,
  initiatePayment,
  listPaymentMethods,
  listPayments,
  listWallets,
  previewPayment,
  processRefund,
  removePaymentMethod,
  setDefaultPaymentMethod,
  withdrawFromWallet,
];
