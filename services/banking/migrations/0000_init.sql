CREATE TABLE "accounts" (
	"account_id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"link_id" uuid NOT NULL,
	"provider_account_id" text NOT NULL,
	"name" text NOT NULL,
	"mask" text NOT NULL,
	"type" text NOT NULL,
	"subtype" text NOT NULL,
	"currency" text NOT NULL,
	"current_minor" bigint,
	"available_minor" bigint,
	"balance_as_of" timestamp with time zone,
	"linked_at" timestamp with time zone NOT NULL,
	"unlinked_at" timestamp with time zone,
	CONSTRAINT "accounts_of_provider" UNIQUE("link_id","provider_account_id")
);
--> statement-breakpoint
CREATE TABLE "aggregate_sequences" (
	"aggregate_id" text PRIMARY KEY NOT NULL,
	"sequence" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "link_sessions" (
	"session_id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"state_hash" text NOT NULL,
	"link_token" text NOT NULL,
	"hosted_url" text,
	"repairs_link_id" uuid,
	"expires_at" timestamp with time zone NOT NULL,
	"link_id" uuid,
	"completed_at" timestamp with time zone,
	CONSTRAINT "link_sessions_state_hash_unique" UNIQUE("state_hash")
);
--> statement-breakpoint
CREATE TABLE "links" (
	"link_id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"provider_link_id" text NOT NULL,
	"public_token_hash" text NOT NULL,
	"access_token" text,
	"institution" text NOT NULL,
	"status" text NOT NULL,
	"linked_at" timestamp with time zone NOT NULL,
	"unlinked_at" timestamp with time zone,
	"cursor" text,
	"synced_at" timestamp with time zone,
	"sync_due_at" timestamp with time zone,
	"sync_requests" integer DEFAULT 0 NOT NULL,
	"sync_attempts" integer DEFAULT 0 NOT NULL,
	"sync_claimed_until" timestamp with time zone,
	CONSTRAINT "links_provider_link_id_unique" UNIQUE("provider_link_id"),
	CONSTRAINT "links_public_token_hash_unique" UNIQUE("public_token_hash"),
	CONSTRAINT "links_status" CHECK ("links"."status" in ('active', 'needs_login', 'unlinked')),
	CONSTRAINT "links_token" CHECK (("links"."status" = 'unlinked') = ("links"."access_token" is null))
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"position" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outbox_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"event" json NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"published_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "transactions" (
	"transaction_id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"link_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"provider_transaction_id" text NOT NULL,
	"pending_provider_transaction_id" text,
	"date" date NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"merchant" text,
	"description" text NOT NULL,
	"category" text NOT NULL,
	"category_detail" text NOT NULL,
	"pending" boolean NOT NULL,
	"removed" boolean NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "transactions_of_provider" UNIQUE("link_id","provider_transaction_id")
);
--> statement-breakpoint
CREATE TABLE "webhook_receipts" (
	"webhook_hash" text PRIMARY KEY NOT NULL,
	"received_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_link_id_links_link_id_fk" FOREIGN KEY ("link_id") REFERENCES "public"."links"("link_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "link_sessions" ADD CONSTRAINT "link_sessions_repairs_link_id_links_link_id_fk" FOREIGN KEY ("repairs_link_id") REFERENCES "public"."links"("link_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "link_sessions" ADD CONSTRAINT "link_sessions_link_id_links_link_id_fk" FOREIGN KEY ("link_id") REFERENCES "public"."links"("link_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transactions" ADD CONSTRAINT "transactions_link_id_links_link_id_fk" FOREIGN KEY ("link_id") REFERENCES "public"."links"("link_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transactions" ADD CONSTRAINT "transactions_account_id_accounts_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("account_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "accounts_of_user" ON "accounts" USING btree ("user_id","account_id");--> statement-breakpoint
CREATE INDEX "link_sessions_by_age" ON "link_sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "links_of_user" ON "links" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "links_due" ON "links" USING btree ("sync_due_at") WHERE sync_due_at is not null;--> statement-breakpoint
CREATE INDEX "outbox_unpublished" ON "outbox" USING btree ("position") WHERE published_at is null;--> statement-breakpoint
CREATE INDEX "transactions_once_pending" ON "transactions" USING btree ("link_id","pending_provider_transaction_id") WHERE pending_provider_transaction_id is not null;--> statement-breakpoint
CREATE INDEX "transactions_of_user" ON "transactions" USING btree ("user_id","date","transaction_id") WHERE not removed;--> statement-breakpoint
CREATE INDEX "transactions_of_account" ON "transactions" USING btree ("account_id","date","transaction_id") WHERE not removed;--> statement-breakpoint
CREATE INDEX "webhook_receipts_by_age" ON "webhook_receipts" USING btree ("received_at");