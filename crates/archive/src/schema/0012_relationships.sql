-- The relationships of a client in every register: asked for by each message, so never by reading the whole table.
CREATE INDEX relationships_by_client ON relationships (client);
