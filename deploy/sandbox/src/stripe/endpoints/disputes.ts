import { z } from 'zod';
import { defineEndpoint } from '../endpoint.js';
import { invalid } from '../errors.js';
import { addressed } from '../find.js';
import { flag, mergedMetadata, metadata, paging, text } from '../form.js';
import { listOf } from '../lists.js';
import { closeDispute, isOpen } from '../money/dispute.js';

const retrieveDispute = defineEndpoint({
  method: 'GET',
  path: '/v1/disputes/:dispute',
  input: {},
  run: (_input, { world, account, part }) => addressed(world, 'dispute', part('dispute'), account).object,
});

const listDisputes = defineEndpoint({
  method: 'GET',
  path: '/v1/disputes',
  input: { ...paging, charge: text.optional(), payment_intent: text.optional() },
  run: (input, call) =>
    listOf(
      call,
      'dispute',
      '/v1/disputes',
      input,
      ({ charge, payment_intent }) =>
        (input.charge === undefined || charge === input.charge) &&
        (input.payment_intent === undefined || payment_intent === input.payment_intent),
    ),
});

/** Evidence that says `winning_evidence` or `losing_evidence` decides it: https://docs.stripe.com/testing#disputes */
const updateDispute = defineEndpoint({
  method: 'POST',
  path: '/v1/disputes/:dispute',
  input: {
    evidence: z.record(z.string().max(100), z.string().max(150_000)).optional(),
    metadata: metadata.optional(),
    submit: flag.optional(),
  },
  run(input, { world, account, part }) {
    const row = addressed(world, 'dispute', part('dispute'), account);
    const { object } = row;
    if (!isOpen(row)) throw closed(row.id);
    const submitted = input.evidence !== undefined && input.submit !== false;
    const inquiry = object.status.startsWith('warning');
    world.change(row, 'charge.dispute.updated', {
      metadata: mergedMetadata(object.metadata, input.metadata),
      evidence: { ...object.evidence, ...input.evidence },
      evidence_details: {
        ...object.evidence_details,
        has_evidence: object.evidence_details.has_evidence || input.evidence !== undefined,
        submission_count: object.evidence_details.submission_count + (submitted ? 1 : 0),
        ...(submitted ? { submission_method: 'manual' } : {}),
      },
      ...(submitted ? { status: inquiry ? 'warning_under_review' : 'under_review' } : {}),
    });
    const said = input.evidence?.uncategorized_text;
    if (submitted && (said === 'winning_evidence' || said === 'losing_evidence')) {
      closeDispute(world, row, said === 'winning_evidence');
    }
    return row.object;
  },
});

const closeDisputeEndpoint = defineEndpoint({
  method: 'POST',
  path: '/v1/disputes/:dispute/close',
  input: {},
  run(_input, { world, account, part }) {
    const row = addressed(world, 'dispute', part('dispute'), account);
    if (!isOpen(row)) throw closed(row.id);
    closeDispute(world, row, false);
    return row.object;
  },
});

function closed(id: string) {
  return invalid(`This dispute is already closed: ${id}`, { param: 'dispute' });
}

export const disputes = [listDisputes, retrieveDispute, updateDispute, closeDisputeEndpoint];
