-- What was published of counts about people. A release is never changed. counted has the
-- counts themselves, which only app/disclosure reads: later releases are weighed against
-- them.
CREATE TABLE disclosure_releases (
	of_id   TEXT NOT NULL,
	name    TEXT NOT NULL,
	no      BIGINT NOT NULL,
	at      BIGINT NOT NULL,
	counted {{bytes}} NOT NULL,
	PRIMARY KEY (of_id, name, no)
);
