import { type Clock, idSchema, type RpcService, type RpcSupport, serveRpc } from '@florin/chassis';
import { fault, invalidArgument } from '@florin/faults';
import type { Db } from '@florin/postgres';
import { florin, type MethodsHandlers } from '@florin/proto';
import { isExpired } from '../domain/method/expiry.js';
import { personOf } from '../operations/fields.js';
import { findCustomer } from '../store/customers.js';
import { findDefaultMethod, findMethod } from '../store/payment-methods.js';

const callers = ['subscription'];
const methodId = idSchema('pm', 'The payment method; empty for the default.');

/** florin.payments.v1.Methods: what a person pays with, for services that charge it at the provider themselves. */
export function methodsRpc({ db, now }: { db: Db; now: Clock }, support: RpcSupport): RpcService {
  const handlers: MethodsHandlers = {
    GetMethod: serveRpc({ callers, ...support }, async ({ payment_method_id }, { actor }) => {
      const user_id = personOf(actor);
      const method =
        payment_method_id === ''
          ? await findDefaultMethod(user_id, db)
          : await findMethod(user_id, db, parseId(payment_method_id));
      const customer = await findCustomer(user_id, db);
      if (method === undefined || customer === undefined) {
        throw fault('NOT_FOUND', 'The person has no such payment method.');
      }
      const status = method.status === 'active' && isExpired(method, now()) ? 'expired' : method.status;
      return {
        payment_method_id: method.payment_method_id,
        type: method.type,
        status,
        provider_customer_id: customer.provider_customer_id,
        provider_method_id: method.provider_method_id,
      };
    }),
  };
  return { definition: florin.payments.v1.Methods.service, handlers };
}

/** @throws Fault INVALID_ARGUMENT */
function parseId(payment_method_id: string): string {
  const parsed = methodId.safeParse(payment_method_id);
  if (!parsed.success) throw invalidArgument(parsed.error.issues, methodId);
  return parsed.data;
}
