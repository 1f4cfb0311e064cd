import { describe, it } from "vitest";
import type { Provider } from "../../engine/provider.ts";
import { conformanceCases } from "../_shared/conformance.ts";
import { zego } from "./index.ts";
import { startZegoSandbox } from "./sandbox.ts";

const HEADER = `version: 1
providers:
  zego: { appId: 1234567890, serverSecret: { env: ZEGO_SERVER_SECRET } }
roles:
  teacher: { zego: { module: all, graphic: all } }
  pupil: { zego: { module: [zoom, scroll], graphic: [create] } }
  guest: { zego: { module: [scroll], graphic: none } }`;

const STATES = [
  // The room was open to all, and carol had an override that nobody wrote down.
  "rooms: { lesson: { default: guest, users: { alice: teacher } } }",
  "rooms: { lesson: { default: pupil, users: { alice: teacher, bob: guest } } }",
  "rooms: { lesson: { default: pupil, users: { bob: teacher } } }",
  // The second room is not there: pending.
  "rooms: { lesson: { default: teacher, users: {} }, later: { default: guest, users: { erin: teacher } } }",
  "rooms: { lesson: { default: guest, mode: { users: additive }, users: { alice: pupil } } }",
  "rooms: { lesson: { default: guest, users: {} } }",
];

/** A clock of their own for both sides: the limits hold, and nobody waits. */
const clock = { time: Date.parse("2026-06-01T12:00:00Z") };
const now = (): number => clock.time;
const sleep = async (ms: number): Promise<void> => {
  clock.time += ms;
};
const timed: Provider = {
  ...zego,
  reader: (connection) => zego.reader({ ...connection, now, sleep }),
  writer: (connection) => zego.writer({ ...connection, now, sleep }),
};

const start = async () => {
  const sandbox = await startZegoSandbox({ now });
  for (const user of ["alice", "bob", "carol"]) sandbox.login("lesson", user);
  sandbox.editAuth("lesson", "carol", { module: [1], graphic: [16, 4] });
  const { appId, serverSecret } = sandbox;
  return { ...sandbox, baseUrl: sandbox.url, values: { appId, serverSecret } };
};

describe("the zego provider", () => {
  for (const { name, run } of conformanceCases({
    provider: timed,
    header: HEADER,
    states: STATES,
    start,
    isWrite: ({ query }) => query.get("Action")?.startsWith("Set") === true,
    writes: { query: { Action: "Set*" } },
  })) {
    it(name, run, 30_000);
  }
});
