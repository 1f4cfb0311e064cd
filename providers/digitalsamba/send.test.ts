import { describe, expect, it } from "vitest";
import type { Call, Method, Spec } from "../../engine/model.ts";
import type { Transport, WriteAnswer, WriteOptions } from "../_shared/http.ts";
import { sendCall } from "./send.ts";

const call = (method: Method, object: string, leaves: Spec | null = null): Call => ({
  id: "c1",
  provider: "digitalsamba",
  changes: [`digitalsamba/${object}`],
  method,
  path: method === "POST" ? `/${object.split("/")[0]}s` : `/${object.split("/")[0]}s/${object.split("/")[1]}`,
  leaves: new Map([[`digitalsamba/${object}`, leaves]]),
  after: [],
  direction: "neutral",
});
const answering = (answer: WriteAnswer) => {
  const asked: WriteOptions[] = [];
  const transport: Transport = {
    get: () => Promise.reject(new Error("nothing is read")),
    send: async (request) => {
      asked.push(request);
      return answer;
    },
    close: async () => {},
  };
  return { transport, asked };
};
const done = (json: unknown): WriteAnswer => ({ type: "done", status: 200, json });
const failed = (status: number): WriteAnswer => ({
  type: "failed",
  status,
  json: undefined,
  error: { message: "no", status, kind: status === 403 ? "stop" : "refused" },
});
const role = { id: "1", name: "host", display_name: "Host", permissions: { raise_hand: true } };

describe("a call", () => {
  it("goes to the address of its object, whatever its id holds", async () => {
    const { transport, asked } = answering({ type: "done", status: 204, json: undefined });
    await sendCall(transport, call("DELETE", "room/a%2F..%2Fb"));
    expect(asked).toMatchObject([{ method: "DELETE", path: "/rooms/{room}", params: { room: "a/../b" } }]);
  });

  it("is answered with the object as it is now", async () => {
    const { transport } = answering(done({ ...role, permissions: { raise_hand: true, remote_muting: false } }));
    const sent = await sendCall(transport, call("POST", "role/host"));
    expect(sent).toMatchObject({ type: "done" });
    expect(sent.type === "done" && sent.seen.get("digitalsamba/role/host")).toEqual({
      display_name: "Host",
      permissions: { raise_hand: true },
    });
  });

  it("shows of a room what was planned, and nothing of the rest", async () => {
    const room = {
      id: "r",
      friendly_url: "lobby",
      privacy: "private",
      roles: [{ name: "b" }, { name: "a" }],
      default_role: { name: "a" },
    };
    const { transport } = answering(done({ ...room, chat_enabled: false, is_locked: true, restream_key: "canary" }));
    const leaves = { privacy: "private", roles: ["a", "b"], default_role: "a", is_locked: true };
    const sent = await sendCall(transport, call("PATCH", "room/lobby", leaves));
    expect(sent.type === "done" && sent.seen.get("digitalsamba/room/lobby")).toEqual(leaves);
  });

  it.each([
    ["is empty", done(undefined)],
    ["shows another role", done({ ...role, name: "guest" })],
    ["shows no permissions", done({ ...role, permissions: undefined })],
  ])("may mean anything when its answer %s", async (_, answer) => {
    expect((await sendCall(answering(answer).transport, call("PATCH", "role/host"))).type).toBe("unknown");
  });

  it("that deletes is done when the object is gone", async () => {
    expect((await sendCall(answering(failed(404)).transport, call("DELETE", "role/host"))).type).toBe("done");
    expect((await sendCall(answering(failed(404)).transport, call("PATCH", "role/host"))).type).toBe("failed");
  });

  it.each([400, 403, 409, 422])(
    "that deletes a role in use is refused with %i, and stops nothing else",
    async (status) => {
      const sent = await sendCall(answering(failed(status)).transport, call("DELETE", "role/host"));
      expect(sent).toMatchObject({ type: "failed", error: { kind: "refused" } });
    },
  );
});
