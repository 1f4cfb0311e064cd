import { afterEach, describe, expect, it } from "vitest";
import { resolvePolicy } from "../../engine/load/resolve.ts";
import { grantFor } from "../../engine/token/grant-for.ts";
import { record } from "../../engine/util/record.ts";
import { AT, connectionTo, documentOf, memoryLedger } from "./fixtures.ts";
import { daily } from "./index.ts";
import { type StandIn, standIn } from "./stand-in.ts";
import { issueToken } from "./token.ts";

const HEADER = `version: 1
providers: { daily: { apiKey: { env: DAILY_API_KEY }DOMAIN } }
roles:
  none: { daily: { canSend: false } }
  chair: { daily: { canAdmin: [participants] } }
  speaker: { daily: { canSend: [audio] } }
  deaf: { daily: { canReceive: { base: false } } }
  picky: { daily: { canReceive: { byUserId: { bob: false } } } }
`;
/** What a token of alice holds. */
const permissions = (rooms: string, domain?: string): unknown => {
  const header = HEADER.replace("DOMAIN", domain === undefined ? "" : `, roomDefaults: { default: ${domain} }`);
  const document = documentOf(`rooms: { a: ${rooms} }`, header);
  const found = grantFor({ document, name: "daily", provider: daily, room: "a", user: "alice", at: AT });
  if (found.type !== "grant") throw new Error(found.why);
  return (JSON.parse(JSON.stringify(found.grant)) as { permissions: unknown }).permissions;
};

describe("a token", () => {
  const users = "users: { alice: chair, bob: speaker }";

  it("leaves to the service what neither the role nor any default of the files says", () => {
    expect(permissions(`{ default: chair, ${users} }`)).toEqual({ canAdmin: ["participants"] });
    expect(permissions(`{ ${users} }`)).toEqual({ canAdmin: ["participants"] });
  });

  it("takes what the role leaves out from the room's default, then from the domain's", () => {
    const chair = { canAdmin: ["participants"] };
    expect(permissions(`{ default: none, ${users} }`, "speaker")).toEqual({ ...chair, canSend: false });
    expect(permissions(`{ default: chair, ${users} }`, "none")).toEqual({ ...chair, canSend: false });
  });

  it("leaves out what the files do not say of a room whose default is not theirs", () => {
    expect(permissions(`{ ${users} }`, "speaker")).toEqual({ canAdmin: ["participants"] });
  });

  it("has a whole canReceive where it has a part of it", () => {
    const picks = { byUserId: { bob: false } };
    expect(permissions("{ users: { alice: picky } }")).toEqual({ canReceive: { base: true, ...picks } });
    expect(permissions("{ default: none, users: { alice: picky } }", "deaf")).toEqual({
      canSend: false,
      canReceive: { base: false, ...picks },
    });
    expect(permissions("{ default: deaf, users: { alice: picky } }")).toEqual({
      canReceive: { base: false, ...picks },
    });
    expect(permissions("{ default: picky, users: { alice: deaf } }")).toEqual({
      canReceive: { base: false, ...picks },
    });
    expect(permissions("{ default: chair, users: { alice: chair, bob: deaf } }")).toEqual({
      canAdmin: ["participants"],
    });
  });
});

describe("the answer to a token", () => {
  let service: StandIn | undefined;
  afterEach(async () => {
    await service?.close();
  });
  const ask = async (token: unknown): Promise<string> => {
    service = await standIn(() => [200, { token }]);
    const document = documentOf("rooms: { a: { users: { alice: host } } }");
    const room = resolvePolicy(document, "daily", new Set(), AT).policy.rooms.get("a");
    if (room === undefined) throw new Error("no room");
    return issueToken(connectionTo(service, memoryLedger()), room, "alice", record(), AT);
  };

  it("is the token", async () => {
    expect(await ask("eyJhbGciOi_J9.eyJy-IjoiYSJ9.c2ln")).toBe("eyJhbGciOi_J9.eyJy-IjoiYSJ9.c2ln");
  });

  it.each(["eyJ0.eyJ1.\u001b[2Jc2ln", "eyJ0.eyJ1.c2ln\n", "a b", "eyJ0.é.c2ln", "\u202eeyJ0"])(
    "is refused and not shown where it is no token: %j",
    async (token) => {
      const error: unknown = await ask(token).catch((failure: unknown) => failure);
      expect(error).toMatchObject({ name: "ServiceFailure", message: expect.stringContaining("is not shown") });
      expect(String(error)).not.toContain(token.trim());
    },
  );

  it.each(["", 7, null, undefined])("is refused where there is none: %j", async (token) => {
    await expect(ask(token)).rejects.toThrow("Daily answered without a token");
  });
});
