-- Old entries go, some at a time, by when they came here: an event may say any time of itself.
CREATE INDEX entries_by_arrival ON entries (stored_at);

-- What happened is not edited afterwards, and not made to go early, whoever holds the service's password.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.stored_at < now() - interval '28 days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'entries of the trail are not changed, and not deleted in their first 28 days';
END
$$;
