-- Disclosure notices (luovutusilmoitus) by their own ids, so that one that arrives again is not logged twice. What a
-- notice says stands in the log of the discloser's register, and nowhere else.
CREATE TABLE notices (
  notice TEXT NOT NULL PRIMARY KEY,   -- OID of the bundle entry's fullUrl
  controller TEXT NOT NULL,
  connecting TEXT NOT NULL,
  digest TEXT NOT NULL,               -- of the notice, keyed: it tells whether another one is the same, and nothing else
  received_at BIGINT NOT NULL
);
CREATE INDEX notices_by_controller ON notices (controller, received_at);
