import { describe, expect, it } from "vitest";
import { language } from "../../providers/daily/language.ts";
import { loadDocument } from "../load/load.ts";
import { readText } from "../load/read-text.ts";
import type { Document } from "../model.ts";
import type { Provider } from "../provider.ts";
import { DAY_MS, grantFor, HOUR_MS } from "./grant-for.ts";

const AT = Date.parse("2026-06-01T12:00:00Z");
const TEXT = `version: 1
providers:
  daily: { apiKey: { env: DAILY_API_KEY } }
roles:
  host: { daily: { canSend: true } }
rooms:
  standup:
    users:
      alice: host
      bob: { role: host, expires: "2026-06-01T12:20:00Z" }
      carol: { role: host, starts: 2026-07-01 }
  retired: { absent: true }
`;

const documentOf = (): Document => {
  const { file } = readText("rolecall.yaml", new TextEncoder().encode(TEXT));
  const files = file === undefined ? [] : [file];
  const { document, diagnostics } = loadDocument(files, {
    policyFiles: [],
    languages: new Map([["daily", language]]),
    allowEnv: [],
    at: AT,
  });
  if (document === undefined) throw new Error(diagnostics.map((one) => one.summary).join("; "));
  return document;
};

const provider = {
  ...language,
  tokenGrant: (_room: unknown, user: string) => ({ user_id: user }),
} as unknown as Provider;
const ask = (user: string, room = "standup", ttl?: number) =>
  grantFor({
    document: documentOf(),
    name: "daily",
    provider,
    room,
    user,
    at: AT,
    ...(ttl === undefined ? {} : { ttl }),
  });

describe("grantFor", () => {
  it("gives what the files give, for an hour", () => {
    expect(ask("alice")).toMatchObject({ type: "grant", grant: { user_id: "alice" }, expires: AT + HOUR_MS });
  });

  it("never lasts longer than the grant", () => {
    expect(ask("bob")).toMatchObject({ type: "grant", expires: AT + 20 * 60_000 });
    expect(ask("bob", "standup", DAY_MS)).toMatchObject({ expires: AT + 20 * 60_000 });
  });

  it.each([
    ["somebody whom no file names", "dave", "standup", undefined, /give "dave" nothing/u],
    ["a grant that has not begun", "carol", "standup", undefined, /nothing in the room "standup" at this time/u],
    ["a room that no file governs", "alice", "elsewhere", undefined, /no file gives anybody anything/u],
    ["a room that is to go", "alice", "retired", undefined, /no file gives anybody anything/u],
    ["more than a day", "alice", "standup", DAY_MS + 1, /at most 24 hours/u],
  ])("refuses %s", (_, user, room, ttl, why) => {
    const refused = ask(user, room, ttl);
    expect(refused.type).toBe("refused");
    expect(refused.type === "refused" ? refused.why : "").toMatch(why);
  });
});
