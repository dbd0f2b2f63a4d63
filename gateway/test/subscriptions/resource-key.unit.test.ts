import { expect, it } from 'vitest';
import { resourceKey } from '../../src/subscriptions/resource-key.js';

it.each([
  ['boxes://me/boxes', 'boxes://{user_id}/boxes', 'boxes://usr_1/boxes'],
  ['boxes://m%65/boxes?page_token=x', 'boxes://{user_id}/boxes{?page_token}', 'boxes://usr_1/boxes'],
  ['boxes://own%5F1/content', 'boxes://{box_id}/content', 'boxes://own_1/content'],
  ['boxes://me/content', 'boxes://{box_id}/content', 'boxes://me/content'],
  ['boxes://%/content', 'boxes://{box_id}/content', 'boxes://%/content'],
  ['mesh://status', 'mesh://status', 'mesh://status'],
])('events know %s, of %s, by %s', (uri, template, key) => {
  expect(resourceKey(uri, template, 'usr_1')).toBe(key);
});
