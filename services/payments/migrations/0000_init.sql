CREATE TABLE "aggregate_sequences" (
	"aggregate_id" text PRIMARY KEY NOT NULL,
	"sequence" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "customers" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"provider_customer_id" text NOT NULL,
	"provider_account_id" text,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "customers_provider_customer_id_unique" UNIQUE("provider_customer_id"),
	CONSTRAINT "customers_provider_account_id_unique" UNIQUE("provider_account_id")
);
--> statement-breakpoint
CREATE TABLE "discrepancies" (
	"discrepancy_id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"expected" text NOT NULL,
	"found" text NOT NULL,
	"details" json NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"resolved_at" timestamp with time zone,
	CONSTRAINT "discrepancies_once" UNIQUE NULLS NOT DISTINCT("kind","subject","resolved_at")
);
--> statement-breakpoint
CREATE TABLE "erasures" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"requested_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"erased_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"user_id" uuid NOT NULL,
	"operation" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"input_hash" text NOT NULL,
	"object_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_user_id_operation_idempotency_key_pk" PRIMARY KEY("user_id","operation","idempotency_key")
);
--> statement-breakpoint
CREATE TABLE "inbox" (
	"consumer" text NOT NULL,
	"event_id" uuid NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	CONSTRAINT "inbox_consumer_event_id_pk" PRIMARY KEY("consumer","event_id")
);
--> statement-breakpoint
CREATE TABLE "inbox_positions" (
	"consumer" text NOT NULL,
	"aggregate_id" text NOT NULL,
	"sequence" text NOT NULL,
	CONSTRAINT "inbox_positions_consumer_aggregate_id_pk" PRIMARY KEY("consumer","aggregate_id")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"position" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outbox_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"event" json NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"published_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "payees" (
	"user_id" uuid NOT NULL,
	"payee_id" text NOT NULL,
	"first_paid_at" timestamp with time zone NOT NULL,
	CONSTRAINT "payees_user_id_payee_id_pk" PRIMARY KEY("user_id","payee_id")
);
--> statement-breakpoint
CREATE TABLE "payment_methods" (
	"payment_method_id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"type" text NOT NULL,
	"provider_method_id" text NOT NULL,
	"account_id" uuid,
	"fingerprint" text NOT NULL,
	"brand" text NOT NULL,
	"last4" text NOT NULL,
	"exp_month" integer,
	"exp_year" integer,
	"status" text NOT NULL,
	"is_default" boolean NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"removed_at" timestamp with time zone,
	CONSTRAINT "payment_methods_provider_method_id_unique" UNIQUE("provider_method_id"),
	CONSTRAINT "payment_methods_once" UNIQUE NULLS NOT DISTINCT("user_id","fingerprint","removed_at")
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"payment_id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"status_reason" text,
	"source_id" text NOT NULL,
	"destination_id" text NOT NULL,
	"payee_user_id" uuid NOT NULL,
	"amount_minor" bigint NOT NULL,
	"fee_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"refunded_minor" bigint DEFAULT 0 NOT NULL,
	"returned_minor" bigint DEFAULT 0 NOT NULL,
	"disputed" boolean DEFAULT false NOT NULL,
	"description" text,
	"transfer_id" uuid,
	"fee_transfer_id" uuid,
	"provider_id" text,
	"provider_attempt" integer DEFAULT 0 NOT NULL,
	"provider_sent_at" timestamp with time zone,
	"action_url" text,
	"provider_fee_minor" bigint,
	"screening" text NOT NULL,
	"client_id" text NOT NULL,
	"operation" text NOT NULL,
	"approval_id" uuid,
	"receipt_id" uuid NOT NULL,
	"mode" text NOT NULL,
	"version" integer NOT NULL,
	"events" integer NOT NULL,
	"due_at" timestamp with time zone,
	"due_attempts" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "payments_amount" CHECK ("payments"."amount_minor" > 0 and "payments"."fee_minor" >= 0),
	CONSTRAINT "payments_refunded" CHECK ("payments"."refunded_minor" >= 0 and "payments"."returned_minor" >= 0 and "payments"."refunded_minor" <= "payments"."amount_minor")
);
--> statement-breakpoint
CREATE TABLE "payout_accounts" (
	"user_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"provider_bank_account_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "payout_accounts_user_id_account_id_pk" PRIMARY KEY("user_id","account_id")
);
--> statement-breakpoint
CREATE TABLE "reconciliations" (
	"day" date PRIMARY KEY NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	"compared" integer DEFAULT 0 NOT NULL,
	"opened" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "refunds" (
	"refund_id" uuid PRIMARY KEY NOT NULL,
	"payment_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"status" text NOT NULL,
	"status_reason" text,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"reason" text,
	"transfer_id" uuid,
	"provider_id" text,
	"provider_attempt" integer DEFAULT 0 NOT NULL,
	"provider_sent_at" timestamp with time zone,
	"screening" text NOT NULL,
	"client_id" text NOT NULL,
	"approval_id" uuid,
	"receipt_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"due_at" timestamp with time zone,
	"due_attempts" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "refunds_amount" CHECK ("refunds"."amount_minor" > 0)
);
--> statement-breakpoint
CREATE TABLE "unscreened_spending" (
	"user_id" uuid NOT NULL,
	"day" date NOT NULL,
	"currency" text NOT NULL,
	"spent_minor" bigint NOT NULL,
	CONSTRAINT "unscreened_spending_user_id_day_currency_pk" PRIMARY KEY("user_id","day","currency")
);
--> statement-breakpoint
CREATE TABLE "webhook_receipts" (
	"event_id" text PRIMARY KEY NOT NULL,
	"received_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "accounts" (
	"account_id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid,
	"purpose" text NOT NULL,
	"stripe" bigint DEFAULT 0 NOT NULL,
	"currency" text NOT NULL,
	"normal_side" text NOT NULL,
	"min_available_minor" bigint,
	"status" text NOT NULL,
	"debits_posted_minor" bigint DEFAULT 0 NOT NULL,
	"credits_posted_minor" bigint DEFAULT 0 NOT NULL,
	"debits_pending_minor" bigint DEFAULT 0 NOT NULL,
	"credits_pending_minor" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "accounts_of_purpose" UNIQUE NULLS NOT DISTINCT("user_id","purpose","currency","stripe"),
	CONSTRAINT "accounts_side" CHECK ("accounts"."normal_side" in ('debit', 'credit')),
	CONSTRAINT "accounts_status" CHECK ("accounts"."status" in ('open', 'frozen', 'closed')),
	CONSTRAINT "accounts_not_negative" CHECK ("accounts"."debits_posted_minor" >= 0 and "accounts"."credits_posted_minor" >= 0
        and "accounts"."debits_pending_minor" >= 0 and "accounts"."credits_pending_minor" >= 0),
	CONSTRAINT "accounts_limit" CHECK ("accounts"."min_available_minor" is null or case "accounts"."normal_side"
        when 'credit' then "accounts"."credits_posted_minor" - "accounts"."debits_posted_minor" - "accounts"."debits_pending_minor"
        else "accounts"."debits_posted_minor" - "accounts"."credits_posted_minor" - "accounts"."credits_pending_minor"
        end >= "accounts"."min_available_minor")
);
--> statement-breakpoint
CREATE TABLE "entries" (
	"entry_id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "entries_entry_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"transfer_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"side" text NOT NULL,
	"posted_minor" bigint NOT NULL,
	"pending_minor" bigint NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "transfers" (
	"transfer_id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"debit_account_id" uuid NOT NULL,
	"credit_account_id" uuid NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"pending_id" uuid,
	"reverses_id" uuid,
	"reference" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "transfers_amount" CHECK ("transfers"."amount_minor" > 0),
	CONSTRAINT "transfers_accounts" CHECK ("transfers"."debit_account_id" <> "transfers"."credit_account_id"),
	CONSTRAINT "transfers_kind" CHECK ("transfers"."kind" in ('single', 'pending', 'post', 'void', 'reversal')),
	CONSTRAINT "transfers_resolution" CHECK (("transfers"."kind" in ('post', 'void')) = ("transfers"."pending_id" is not null)
        and ("transfers"."kind" = 'reversal') = ("transfers"."reverses_id" is not null))
);
--> statement-breakpoint
CREATE INDEX "erasures_due" ON "erasures" USING btree ("due_at") WHERE due_at is not null;--> statement-breakpoint
CREATE INDEX "outbox_unpublished" ON "outbox" USING btree ("position") WHERE published_at is null;--> statement-breakpoint
CREATE INDEX "payment_methods_of_user" ON "payment_methods" USING btree ("user_id","payment_method_id");--> statement-breakpoint
CREATE UNIQUE INDEX "payment_methods_linked" ON "payment_methods" USING btree ("user_id","account_id") WHERE account_id is not null and removed_at is null;--> statement-breakpoint
CREATE INDEX "payments_of_payer" ON "payments" USING btree ("user_id","payment_id");--> statement-breakpoint
CREATE INDEX "payments_of_payee" ON "payments" USING btree ("payee_user_id","payment_id");--> statement-breakpoint
CREATE INDEX "payments_due" ON "payments" USING btree ("due_at") WHERE due_at is not null;--> statement-breakpoint
CREATE INDEX "payments_of_provider" ON "payments" USING btree ("provider_id") WHERE provider_id is not null;--> statement-breakpoint
CREATE INDEX "refunds_of_payment" ON "refunds" USING btree ("payment_id","refund_id");--> statement-breakpoint
CREATE INDEX "refunds_due" ON "refunds" USING btree ("due_at") WHERE due_at is not null;--> statement-breakpoint
CREATE INDEX "webhook_receipts_by_age" ON "webhook_receipts" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "entries_of_account" ON "entries" USING btree ("account_id","entry_id");--> statement-breakpoint
CREATE UNIQUE INDEX "transfers_resolve_once" ON "transfers" USING btree ("pending_id") WHERE pending_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "transfers_reverse_once" ON "transfers" USING btree ("reverses_id") WHERE reverses_id is not null;--> statement-breakpoint
CREATE INDEX "transfers_of_reference" ON "transfers" USING btree ("reference");