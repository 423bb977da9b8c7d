// What IoredisLibrary tells it, ioredis does: an order a line on standard input, NUMBER WORD ARGUMENT..., and for each
// an answer on standard output, "ok NUMBER TEXT" or "failed NUMBER TEXT"; "message master|sentinel TEXT" in between.
"use strict";

const readline = require("node:readline");
const Redis = require("ioredis");

const [name, ports, protocol, patience] = process.argv.slice(2);
const sentinels = ports.split(",").map((port) => ({ host: "127.0.0.1", port: Number(port) }));
const common = { protocol: Number(protocol), commandTimeout: Number(patience), connectTimeout: Number(patience) };
// Without failoverDetector: with it, a client that is just looking for the master when the switch is announced ends.
const family = { ...common, sentinels, name };

function connected(options) {
  const client = new Redis(options);
  client.on("error", (error) => process.stderr.write(`${error}\n`));
  return client;
}

const master = connected(family);
const listener = connected(family);
const sentinel = connected({ ...common, ...sentinels[0] });
const sentinelListener = connected({ ...common, ...sentinels[0] });

function say(...words) {
  process.stdout.write(`${words.join(" ")}\n`);
}

function listen(client, who, channel) {
  client.on("message", (from, text) => say("message", who, text));
  return client.subscribe(channel);
}

async function masterField(field) {
  const pairs = await sentinel.sentinel("master", name);
  return pairs[pairs.indexOf(field) + 1];
}

const orders = {
  write: (key, number) => master.sadd(key, number),
  listen: (channel) => listen(listener, "master", channel),
  listenAtSentinel: (channel) => listen(sentinelListener, "sentinel", channel),
  masterField,
};

readline.createInterface({ input: process.stdin }).on("line", async (line) => {
  const [number, word, ...rest] = line.split(" ");
  try {
    say("ok", number, await orders[word](...rest));
  } catch (error) {
    say("failed", number, String(error).replaceAll("\n", " "));
  }
});
