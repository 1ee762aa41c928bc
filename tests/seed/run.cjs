// Runs the snippet on standard input: node run.cjs <package of the SDK> <base URL of the server>
//
// The snippet's `require` gives it the SDK, which talks to that server, and an Express whose apps
// listen where the system wants and say so.
'use strict';

const { readFileSync } = require('node:fs');

const [sdk, baseUrl] = process.argv.slice(2);
const { hostname: host, port } = new URL(baseUrl);

const stripe = (key) => require(sdk)(key, { host, port, protocol: 'http' });

const express = () => {
  const app = require('express')();
  const listen = app.listen.bind(app);
  app.listen = () => {
    const server = listen(0, '127.0.0.1', () => console.log(server.address().port));
  };
  return app;
};

const packages = { stripe: () => stripe, express: () => express };
const requireForSnippet = (name) => (packages[name] ?? (() => require(name)))();

const AsyncFunction = (async () => {}).constructor;
new AsyncFunction('require', readFileSync(0, 'utf8'))(requireForSnippet);
