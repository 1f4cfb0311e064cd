import { expect, it } from "vitest";
import type { Call, Sent } from "../model.ts";
import { type ExecuteInput, execute } from "./execute.ts";

const OBJECT = "toy/object/a";
const CALL: Call = {
  id: "c1",
  provider: "toy",
  changes: [OBJECT],
  method: "PUT",
  path: "/a",
  leaves: new Map([[OBJECT, { value: "new" }]]),
  after: [],
  direction: "widens",
};

/** Sends one call; the object stays as it was. */
const sendOnce = async (answer: Sent) => {
  const events: string[] = [];
  const input: ExecuteInput = {
    calls: [CALL],
    alreadyDone: new Set(),
    parallelism: 1,
    onError: "stop",
    send: async () => answer,
    read: async () => new Map([[OBJECT, { value: "old" }]]),
    before: () => ({ value: "old" }),
    journal: async ({ event }) => void events.push(event),
    onOutcome: () => {},
    sleep: async () => {},
    signal: new AbortController().signal,
  };
  const { outcomes } = await execute(input);
  return { outcome: outcomes[0], sendings: events.filter((event) => event === "sending").length };
};

const LOST: Sent = { type: "unknown", error: { message: "no answer", kind: "unreachable" } };

it("sends again what a fresh read shows to be not done, five times in all", async () => {
  const { outcome, sendings } = await sendOnce(LOST);
  expect([outcome?.status, outcome?.error, sendings]).toEqual(["failed", "no answer", 5]);
});

it("does not send again what the provider tried for as long as it makes sense", async () => {
  const { outcome, sendings } = await sendOnce({ ...LOST, exhausted: true });
  expect([outcome?.status, outcome?.error, sendings]).toEqual(["failed", "no answer", 1]);
});

it("does not send again what was refused, whatever became of it", async () => {
  const refused: Sent = { type: "unknown", error: { message: "sent elsewhere", kind: "refused", status: 303 } };
  const { outcome, sendings } = await sendOnce(refused);
  expect([outcome?.status, outcome?.error, sendings]).toEqual(["failed", "sent elsewhere", 1]);
});
