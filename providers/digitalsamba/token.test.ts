import { afterEach, describe, expect, it } from "vitest";
import { resolvePolicy } from "../../engine/load/resolve.ts";
import { record } from "../../engine/util/record.ts";
import { connectionTo, load } from "./harness.ts";
import { type DigitalsambaSandbox, sampleState, startDigitalsambaSandbox } from "./sandbox.ts";
import { issueToken, tokenGrant } from "./token.ts";

const open: DigitalsambaSandbox[] = [];
afterEach(async () => {
  for (const sandbox of open.splice(0)) await sandbox.close();
});
const start = async (): Promise<DigitalsambaSandbox> => {
  const sandbox = await startDigitalsambaSandbox({ state: sampleState(), foreignTokenRole: "accept" });
  open.push(sandbox);
  return sandbox;
};
const { document } = load(`roles: { assistant: { digitalsamba: existing }, attendee: { digitalsamba: existing } }
rooms:
  class-7a: { default: attendee, users: { alice: assistant } }
`);
const room = resolvePolicy(document, "digitalsamba", new Set(), 0).policy.rooms.get("class-7a");
if (room === undefined) throw new Error("no room");
const expires = Date.parse("2027-01-01T00:00:00Z");

describe("a token", () => {
  it("names the role of somebody in the files, and none for anybody else", () => {
    expect(tokenGrant(room, "alice")).toEqual(record([["role", "assistant"]]));
    expect(tokenGrant(room, "bob")).toEqual(record());
  });

  it("ends at an absolute time, in seconds, and belongs to the user", async () => {
    const sandbox = await start();
    const token = await issueToken(connectionTo(sandbox), room, "alice", tokenGrant(room, "alice"), expires);
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    expect(claims).toMatchObject({ ud: "alice", role: "assistant", exp: expires / 1000 });
  });

  it("is not asked for with a role that the room does not have", async () => {
    const sandbox = await start();
    const issued = issueToken(connectionTo(sandbox), room, "alice", record([["role", "guest"]]), expires);
    await expect(issued).rejects.toThrow('room "class-7a" does not have the role "guest" yet; apply first');
    expect(sandbox.requests.map(({ method }) => method)).toEqual(["GET"]);
  });

  it("is not asked for a room that is not there", async () => {
    const sandbox = await start();
    const issued = issueToken(connectionTo(sandbox), { ...room, id: "nowhere" }, "alice", record(), expires);
    await expect(issued).rejects.toMatchObject({ kind: "refused" });
  });

  it.each(["eyJ0.eyJ1.\u001b[2Jc2ln", "eyJ0.eyJ1.c2ln\n", "a b", "\u202eeyJ0"])(
    "is refused and not shown where the answer holds something else: %j",
    async (token) => {
      const sandbox = await start();
      const match = { method: "POST" };
      sandbox.setFaults([{ fault: "status", status: 200, body: { token, link: "https://example.com" }, match }]);
      const issued = issueToken(connectionTo(sandbox), room, "alice", record(), expires);
      const error: unknown = await issued.catch((failure: unknown) => failure);
      expect(error).toMatchObject({ name: "ServiceFailure", message: expect.stringContaining("is not shown") });
      expect(String(error)).not.toContain(token.trim());
    },
  );
});
