import type Stripe from 'stripe';
import { z } from 'zod';
import { defineEndpoint } from '../endpoint.js';
import { addressed, named } from '../find.js';
import { clearable, cleared, ignored, mergedMetadata, metadata, paging, text } from '../form.js';
import { newStripeId } from '../ids.js';
import { listOf } from '../lists.js';
import { search, searchInput } from '../search.js';

const fields = {
  address: ignored.optional(),
  description: clearable.optional(),
  email: clearable.optional(),
  invoice_settings: z.strictObject({ default_payment_method: clearable.optional() }).optional(),
  metadata: metadata.optional(),
  name: clearable.optional(),
  phone: clearable.optional(),
  shipping: ignored.optional(),
};

const createCustomer = defineEndpoint({
  method: 'POST',
  path: '/v1/customers',
  input: fields,
  run(input, { world, account }) {
    const customer: Stripe.Customer = {
      id: newStripeId('cus', 14),
      object: 'customer',
      address: null,
      balance: 0,
      created: world.now(),
      currency: null,
      default_source: null,
      delinquent: false,
      description: cleared(input.description),
      discount: null,
      email: cleared(input.email),
      invoice_prefix: newStripeId('I', 7).slice(2).toUpperCase(),
      invoice_settings: {
        custom_fields: null,
        default_payment_method: null,
        footer: null,
        rendering_options: null,
      },
      livemode: false,
      metadata: mergedMetadata({}, input.metadata),
      name: cleared(input.name),
      next_invoice_sequence: 1,
      phone: cleared(input.phone),
      preferred_locales: [],
      shipping: null,
      tax_exempt: 'none',
      test_clock: null,
    };
    const row = world.store.insert('customer', customer, account);
    world.emit('customer.created', row);
    return row.object;
  },
});

const retrieveCustomer = defineEndpoint({
  method: 'GET',
  path: '/v1/customers/:customer',
  input: {},
  run(_input, { world, account, part }) {
    const { object, hidden, id } = addressed(world, 'customer', part('customer'), account);
    return hidden.deleted ? { id, object: 'customer', deleted: true } : object;
  },
});

const updateCustomer = defineEndpoint({
  method: 'POST',
  path: '/v1/customers/:customer',
  input: fields,
  run(input, { world, account, part }) {
    const row = named(world, 'customer', part('customer'), account, 'customer');
    const { object } = row;
    const chosen = input.invoice_settings?.default_payment_method;
    if (chosen) named(world, 'payment_method', chosen, account, 'invoice_settings[default_payment_method]');
    world.change(row, 'customer.updated', {
      description: cleared(input.description, object.description),
      email: cleared(input.email, object.email),
      name: cleared(input.name, object.name),
      phone: cleared(input.phone, object.phone),
      metadata: mergedMetadata(object.metadata, input.metadata),
      invoice_settings: {
        ...object.invoice_settings,
        ...(chosen === undefined ? {} : { default_payment_method: cleared(chosen) }),
      },
    });
    return row.object;
  },
});

const deleteCustomer = defineEndpoint({
  method: 'DELETE',
  path: '/v1/customers/:customer',
  input: {},
  run(_input, { world, account, part }) {
    const row = named(world, 'customer', part('customer'), account, 'customer');
    for (const method of world.store.newest('payment_method')) {
      if (method.object.customer === row.id) world.store.change(method, { customer: null }, { spent: true });
    }
    world.store.change(row, {}, { deleted: true });
    world.emit('customer.deleted', row);
    return { id: row.id, object: 'customer', deleted: true };
  },
});

const listCustomers = defineEndpoint({
  method: 'GET',
  path: '/v1/customers',
  input: { ...paging, email: text.optional() },
  run: (input, call) =>
    listOf(
      call,
      'customer',
      '/v1/customers',
      input,
      ({ email }) => input.email === undefined || email === input.email,
    ),
});

const searchCustomers = defineEndpoint({
  method: 'GET',
  path: '/v1/customers/search',
  input: searchInput,
  run: (input, call) => search(call, 'customer', '/v1/customers/search', input),
});

const listCustomerMethods = defineEndpoint({
  method: 'GET',
  path: '/v1/customers/:customer/payment_methods',
  input: { ...paging, type: text.optional() },
  run(input, call) {
    const { id } = addressed(call.world, 'customer', call.part('customer'), call.account);
    const url = `/v1/customers/${id}/payment_methods`;
    return listOf(
      call,
      'payment_method',
      url,
      input,
      ({ customer, type }) => customer === id && (input.type === undefined || type === input.type),
    );
  },
});

const retrieveCustomerMethod = defineEndpoint({
  method: 'GET',
  path: '/v1/customers/:customer/payment_methods/:payment_method',
  input: {},
  run(_input, { world, account, part }) {
    const { id } = addressed(world, 'customer', part('customer'), account);
    const row = addressed(world, 'payment_method', part('payment_method'), account);
    return row.object.customer === id ? row.object : addressed(world, 'payment_method', '', account).object;
  },
});

export const customers = [
  createCustomer,
  searchCustomers,
  listCustomers,
  listCustomerMethods,
  retrieveCustomerMethod,
  retrieveCustomer,
  updateCustomer,
  deleteCustomer,
];
