-- PostgreSQL takes no more than 2,704 bytes into an entry of an index, and a URL may be longer.
DROP INDEX products_by_url;
CREATE INDEX products_by_url ON products (account, substr(url, 1, 200), id) WHERE url IS NOT NULL;
