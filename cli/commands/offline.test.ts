import { lookup } from "node:dns";
import { readdirSync, readFileSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Workplace, workplace } from "../../test/run.ts";

vi.mock("node:dns", { spy: true });

const TEXT = `version: 1
providers:
  liveblocks: { secretKey: { env: LIVEBLOCKS_SECRET_KEY } }
  daily: { apiKey: { env: DAILY_API_KEY } }
  digitalsamba: { teamId: { env: DIGITALSAMBA_TEAM_ID }, developerKey: { env: DIGITALSAMBA_DEVELOPER_KEY } }
  zego: { appId: 1234567890, serverSecret: { env: ZEGO_SERVER_SECRET } }
roles:
  guest:
    liveblocks: [room:read]
    daily: { canSend: [audio], canAdmin: false }
    digitalsamba: { display_name: Guest, permissions: { raise_hand: true } }
    zego: { module: [zoom], graphic: none }
rooms:
  weekly:
    on: [liveblocks, daily, digitalsamba, zego]
    default: guest
checks:
  - { name: nobody writes, in: weekly, cannot: liveblocks:room:write }
`;
const CANARIES = {
  LIVEBLOCKS_SECRET_KEY: "sk_prod_canary",
  DAILY_API_KEY: "canary",
  DIGITALSAMBA_TEAM_ID: "canary",
  DIGITALSAMBA_DEVELOPER_KEY: "canary",
  ZEGO_SERVER_SECRET: "canary",
};

let work: Workplace;
beforeEach(() => {
  work = workplace({ "rolecall.yaml": TEXT });
  vi.spyOn(Socket.prototype, "connect").mockImplementation(() => {
    throw new Error("a socket was opened");
  });
  vi.spyOn(globalThis, "fetch").mockRejectedValue(new Error("something was fetched"));
});
afterEach(() => {
  vi.restoreAllMocks();
  work.remove();
});

it.each([["validate"], ["validate", "--json"], ["test"], ["fmt"], ["fmt", "--check"], ["schema"]])(
  "rolecall %s %s opens no socket, asks for no name, and needs no secret",
  async (...argv) => {
    const before = readdirSync(work.dir);
    const ran = await work.run(argv);
    expect([ran.code, ran.err]).toEqual([0, ""]);
    expect(await work.run(argv, { env: CANARIES })).toEqual(ran);
    expect(ran.out).not.toContain("canary");
    expect(vi.mocked(Socket.prototype.connect)).not.toHaveBeenCalled();
    expect(vi.mocked(fetch)).not.toHaveBeenCalled();
    expect(vi.mocked(lookup)).not.toHaveBeenCalled();
    expect(readdirSync(work.dir)).toEqual(before);
    expect(readFileSync(join(work.dir, "rolecall.yaml"), "utf8")).toBe(TEXT);
  },
);
