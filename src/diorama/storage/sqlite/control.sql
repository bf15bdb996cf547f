CREATE TABLE definition (
	version TEXT NOT NULL,
	name TEXT NOT NULL,
	data BLOB NOT NULL,
	PRIMARY KEY (version)
);
CREATE TABLE sandbox (
	id TEXT NOT NULL,
	project TEXT NOT NULL,
	definition TEXT NOT NULL,
	seed TEXT NOT NULL,
	key_hash TEXT NOT NULL,
	owner TEXT NOT NULL,
	created_us INTEGER NOT NULL,
	ttl_s INTEGER NOT NULL,
	durability TEXT NOT NULL,
	PRIMARY KEY (id)
);
CREATE TABLE sandbox_removal (
	id TEXT NOT NULL,
	PRIMARY KEY (id)
);
