-- The peer's database. One payment is one call of pay(), in one transaction: the payment with its idempotency
-- key, both sides of the double entry, both balances, and the outbox row.

CREATE TABLE api_key (
  hash text PRIMARY KEY, owner text NOT NULL, who text NOT NULL, revoked_at timestamptz);

-- Room on every page, so that a balance is updated in place (HOT) and its index is left alone.
CREATE TABLE account (
  no integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE, kind text NOT NULL, owner text NOT NULL, currency text NOT NULL,
  status text NOT NULL DEFAULT 'active', limit_minor bigint NOT NULL DEFAULT 0,
  available bigint NOT NULL DEFAULT 0, seq bigint NOT NULL DEFAULT 0) WITH (fillfactor = 50);

CREATE TABLE merchant (
  id text PRIMARY KEY, account text NOT NULL REFERENCES account (id), name text NOT NULL, city text NOT NULL,
  country text NOT NULL, category_code text NOT NULL, currency text NOT NULL,
  status text NOT NULL DEFAULT 'active');

-- What was asked for and how it ended: also what a repeat of the same key is answered from.
CREATE TABLE payment (
  id text PRIMARY KEY, debtor integer NOT NULL, creditor integer NOT NULL, key text NOT NULL, request text NOT NULL,
  amount bigint NOT NULL, currency text NOT NULL, status text NOT NULL, refusal text, facts text NOT NULL,
  at timestamptz NOT NULL, UNIQUE (debtor, key));

CREATE TABLE entry (
  account integer NOT NULL, seq bigint NOT NULL, at timestamptz NOT NULL, type text NOT NULL, subject text NOT NULL,
  delta bigint NOT NULL, available bigint NOT NULL, PRIMARY KEY (account, seq));

CREATE TABLE outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, payment text NOT NULL);

CREATE TABLE report (
  id text PRIMARY KEY, kind text NOT NULL, status text NOT NULL, amount bigint NOT NULL, tip bigint NOT NULL,
  currency text NOT NULL, debtor text NOT NULL, creditor text NOT NULL, participant text NOT NULL, merchant text,
  merchant_name text, reference text, scheme text, refusal text, created_at timestamptz NOT NULL,
  ended_at timestamptz);
CREATE INDEX report_merchant ON report (merchant, id);
CREATE INDEX report_participant ON report (participant, id);

CREATE TABLE callback_endpoint (id text PRIMARY KEY, owner text NOT NULL);
CREATE INDEX callback_endpoint_owner ON callback_endpoint (owner);
CREATE TABLE callback (payment text NOT NULL, endpoint text NOT NULL, PRIMARY KEY (payment, endpoint));

-- Locks are taken payer first, merchant last: payments never wait for each other in a circle, and the row that
-- everybody wants is held for the shortest time.
CREATE FUNCTION pay(
  p_id text, p_debtor integer, p_creditor integer, p_key text, p_request text, p_amount bigint, p_currency text,
  p_facts text,
  OUT id text, OUT status text, OUT refusal text, OUT at timestamptz, OUT replayed boolean, OUT request text,
  OUT facts text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_payer account;
  v_available bigint;
  v_seq bigint;
BEGIN
  id := p_id; at := now(); status := 'completed'; replayed := false; request := p_request;
  INSERT INTO payment VALUES
    (p_id, p_debtor, p_creditor, p_key, p_request, p_amount, p_currency, 'completed', NULL, p_facts, at)
    ON CONFLICT (debtor, key) DO NOTHING;
  IF NOT FOUND THEN
    replayed := true;
    SELECT p.id, p.status, p.refusal, p.at, p.request, p.facts INTO id, status, refusal, at, request, facts
      FROM payment p WHERE p.debtor = p_debtor AND p.key = p_key;
    RETURN;
  END IF;

  IF (SELECT a.status FROM account a WHERE a.no = p_creditor) = 'active' THEN
    UPDATE account a SET available = a.available - p_amount, seq = a.seq + 1
      WHERE a.no = p_debtor AND a.status = 'active' AND a.currency = p_currency
        AND a.available - p_amount >= -a.limit_minor
      RETURNING a.available, a.seq INTO v_available, v_seq;
  ELSE
    refusal := 'merchant.inactive';
  END IF;
  IF v_seq IS NULL THEN
    UPDATE account a SET seq = a.seq + 1 WHERE a.no = p_debtor RETURNING a.* INTO v_payer;
    status := 'declined';
    refusal := coalesce(refusal, CASE
      WHEN v_payer.status <> 'active' THEN 'account.' || v_payer.status
      WHEN v_payer.currency <> p_currency THEN 'payment.currency_mismatch'
      ELSE 'payment.insufficient_funds' END);
    UPDATE payment p SET status = 'declined', refusal = pay.refusal WHERE p.id = p_id;
    INSERT INTO entry VALUES (p_debtor, v_payer.seq, at, 'decline', p_id, 0, v_payer.available);
    INSERT INTO outbox (payment) VALUES (p_id);
    RETURN;
  END IF;

  INSERT INTO entry VALUES (p_debtor, v_seq, at, 'debit', p_id, -p_amount, v_available);
  INSERT INTO outbox (payment) VALUES (p_id);
  WITH credited AS (
    UPDATE account a SET available = a.available + p_amount, seq = a.seq + 1
      WHERE a.no = p_creditor AND a.status = 'active' RETURNING a.seq, a.available)
  INSERT INTO entry SELECT p_creditor, c.seq, at, 'accept', p_id, p_amount, c.available FROM credited c;
  IF NOT FOUND THEN RAISE EXCEPTION 'the merchant became inactive: nothing was done'; END IF;
END $$;

-- One turn of the outbox worker: the oldest rows become report rows and callbacks, and are done with.
CREATE FUNCTION project(p_limit integer) RETURNS bigint LANGUAGE sql AS $$
  WITH taken AS (
    DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT p_limit FOR UPDATE SKIP LOCKED)
    RETURNING payment),
  told AS (
    INSERT INTO callback SELECT p.id, e.id FROM taken t
      JOIN payment p ON p.id = t.payment
      JOIN callback_endpoint e ON e.owner IN (p.facts::jsonb ->> 'merchant', p.facts::jsonb ->> 'payerParticipant')
    ON CONFLICT DO NOTHING),
  reported AS (
    INSERT INTO report
      SELECT p.id, 'payment', p.status, p.amount, coalesce((f.facts ->> 'tipMinor')::bigint, 0), p.currency, d.id,
        c.id, f.facts ->> 'payerParticipant', f.facts ->> 'merchant', f.facts ->> 'merchantName',
        f.facts ->> 'reference', f.facts ->> 'scheme', p.refusal, p.at, p.at
      FROM taken t JOIN payment p ON p.id = t.payment
        CROSS JOIN LATERAL (SELECT p.facts::jsonb AS facts) f
        JOIN account d ON d.no = p.debtor JOIN account c ON c.no = p.creditor
    ON CONFLICT DO NOTHING)
  SELECT count(*) FROM taken
$$;
