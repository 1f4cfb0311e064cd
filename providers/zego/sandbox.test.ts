import { request as httpRequest } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { codeFault, sampleState, startZegoSandbox, type ZegoSandbox, type ZegoSandboxOptions } from "./sandbox.ts";
import { signatureOf } from "./sandbox-gateway.ts";

const START = 1_800_000_000_000;
const running: ZegoSandbox[] = [];
let clock = START;

const start = async (options: ZegoSandboxOptions = {}): Promise<ZegoSandbox> => {
  clock = START;
  const sandbox = await startZegoSandbox({ now: () => clock, ...options });
  running.push(sandbox);
  return sandbox;
};

afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.close();
});

type Params = { readonly [name: string]: string | readonly (string | number)[] | undefined };
type Reply = { readonly status: number; readonly code: number; readonly data: unknown; readonly date: string | null };

let nonces = 0;

/** A query as the sheet says it is written; `undefined` leaves a public parameter out. */
const queryOf = (sandbox: ZegoSandbox, action: string, params: Params = {}): string => {
  nonces += 1;
  const nonce = nonces.toString(16).padStart(16, "0");
  const timestamp = String(Math.floor(clock / 1000));
  const all: Params = {
    Action: action,
    AppId: String(sandbox.appId),
    SignatureNonce: nonce,
    Timestamp: timestamp,
    SignatureVersion: "2.0",
    Signature: signatureOf(sandbox.appId, nonce, sandbox.serverSecret, timestamp),
    ...params,
  };
  const pieces: string[] = [];
  for (const [name, value] of Object.entries(all)) {
    for (const item of value === undefined ? [] : [value].flat()) {
      pieces.push(`${encodeURIComponent(name)}=${encodeURIComponent(item)}`);
    }
  }
  return pieces.join("&");
};

const send = async (sandbox: ZegoSandbox, query: string, init?: RequestInit): Promise<Reply> => {
  const response = await fetch(`${sandbox.url}/?${query}`, init);
  const body = (await response.json()) as { Code: number; Data?: unknown };
  return { status: response.status, code: body.Code, data: body.Data, date: response.headers.get("date") };
};

const ask = (sandbox: ZegoSandbox, action: string, params: Params = {}): Promise<Reply> =>
  send(sandbox, queryOf(sandbox, action, params));

const BOTH = { "ModuleAuth[]": [1, 2], "GraphicAuth[]": [32, 2] };

describe("the signature", () => {
  it.each([
    [12345, "4fd24687296dd9f3", "9193cc662a4c0ec135ec71fb57194b38", 1615186943, "43e5cfcca828314675f91b001390566a"],
    [1234567890, "15215528852396", "0123456789abcdef0123456789abcdef", 1700000000, "f650dea5bece00500004f5841f2609c1"],
    [4294967295, "00000000000000ff", "f".repeat(32), 1767225600, "b0d115feb352550224b3ff847ad3a025"],
    [
      2000000001,
      "0a1b2c3d4e5f6071",
      "a1b2c3d4e5f60718293a4b5c6d7e8f90",
      1800000000,
      "3090f4600a06a925e824c1a517852891",
    ],
    [
      2000000001,
      "0A1B2C3D4E5F6071",
      "a1b2c3d4e5f60718293a4b5c6d7e8f90",
      1800000000,
      "5292c83f42eb8aafbd12d4ffef057db0",
    ],
  ])("is the documented one for app %i and nonce %s", (appId, nonce, secret, timestamp, signature) => {
    expect(signatureOf(appId, nonce, secret, timestamp)).toBe(signature);
  });

  it("lets the golden request of the sheet through, id and all", async () => {
    const sandbox = await start({ appId: 12345, serverSecret: "9193cc662a4c0ec135ec71fb57194b38" });
    clock = 1_615_186_943_000;
    sandbox.login("class #7&8", "alice");
    const golden =
      "Action=SetWhiteboardRoomAuth&AppId=12345&SignatureNonce=4fd24687296dd9f3&Timestamp=1615186943&SignatureVersion=2.0" +
      "&Signature=43e5cfcca828314675f91b001390566a&RoomId=class%20%237%268&ModuleAuth%5B%5D=1&ModuleAuth%5B%5D=2" +
      "&GraphicAuth%5B%5D=32&GraphicAuth%5B%5D=2";
    expect((await send(sandbox, golden)).code).toBe(0);
    expect(sandbox.room("class #7&8")?.auth).toEqual({ module: [1, 2], graphic: [32, 2] });
  });
});

describe("the public parameters", () => {
  it.each<[number, string, Params]>([
    [100000006, "no Action", { Action: undefined }],
    [100000007, "another Action", { Action: "DeleteWhiteboardRoomAuth" }],
    [100000007, "an Action in another case", { Action: "getwhiteboardroomauth" }],
    [100000001, "no AppId", { AppId: undefined }],
    [100000001, "an AppId with letters", { AppId: "12x" }],
    [100000001, "an AppId beyond uint32", { AppId: "4294967296" }],
    [100000002, "no Timestamp", { Timestamp: undefined }],
    [100000002, "an empty Timestamp", { Timestamp: "" }],
    [100000003, "a Timestamp that is no number", { Timestamp: "soon" }],
    [100000008, "no nonce", { SignatureNonce: undefined }],
    [100000009, "no Signature", { Signature: undefined }],
    [100000013, "no SignatureVersion", { SignatureVersion: undefined }],
    [100000014, "SignatureVersion 1.0", { SignatureVersion: "1.0" }],
    [100000004, "a Timestamp 601 s old", { Timestamp: String(START / 1000 - 601) }],
    [100000004, "a Timestamp 601 s ahead", { Timestamp: String(START / 1000 + 601) }],
    [100000010, "the AppId of somebody else", { AppId: "42" }],
    [100000005, "a wrong Signature", { Signature: "0".repeat(32) }],
    [2, "an IsTest that is neither", { IsTest: "maybe" }],
    // The order of the checks, each with the next one wrong too.
    [100000006, "no Action before a bad AppId", { Action: undefined, AppId: "x" }],
    [100000001, "a bad AppId before no Timestamp", { AppId: "x", Timestamp: undefined }],
    [100000002, "no Timestamp before no nonce", { Timestamp: undefined, SignatureNonce: undefined }],
    [100000008, "no nonce before no Signature", { SignatureNonce: undefined, Signature: undefined }],
    [100000009, "no Signature before a bad version", { Signature: undefined, SignatureVersion: "1" }],
    [100000014, "a bad version before an old Timestamp", { SignatureVersion: "1", Timestamp: "1" }],
    [100000004, "an old Timestamp before a wrong Signature", { Timestamp: "1", Signature: "x" }],
    [100000005, "a wrong Signature before a room that is not there", { Signature: "x", RoomId: "nowhere" }],
  ])("gives %i for %s, on HTTP 200", async (code, _, params) => {
    const sandbox = await start();
    sandbox.login("r", "alice");
    expect(await ask(sandbox, "GetWhiteboardRoomAuth", { RoomId: "r", ...params })).toMatchObject({
      status: 200,
      code,
    });
  });

  it.each([-600, 600])("takes a Timestamp %i s from its clock", async (offset) => {
    const sandbox = await start();
    sandbox.login("r", "alice");
    const query = queryOf(sandbox, "GetWhiteboardRoomAuth", { RoomId: "r" });
    clock += offset * 1000;
    expect((await send(sandbox, query)).code).toBe(0);
  });

  it("says 120000001 in their place when told to", async () => {
    const sandbox = await start({ rules: { signatureCodes: "service" } });
    expect((await ask(sandbox, "GetWhiteboardRoomAuth", { RoomId: "r", Timestamp: "1" })).code).toBe(120000001);
    expect((await ask(sandbox, "GetWhiteboardRoomAuth", { RoomId: "r", Signature: "x" })).code).toBe(120000001);
  });

  it("sends the Date of its own clock, also with 100000004", async () => {
    const sandbox = await start();
    clock += 3600_000;
    const reply = await ask(sandbox, "GetWhiteboardRoomAuth", { RoomId: "r", Timestamp: String(START / 1000) });
    expect(reply).toMatchObject({ code: 100000004, date: new Date(START + 3600_000).toUTCString() });
  });

  it("shows a nonce that was used twice, and refuses it when told to", async () => {
    const sandbox = await start({ rules: { nonces: "once" } });
    sandbox.login("r", "alice");
    const query = queryOf(sandbox, "GetWhiteboardRoomAuth", { RoomId: "r" });
    expect([(await send(sandbox, query)).code, (await send(sandbox, query)).code]).toEqual([0, 100000005]);
    expect(new Set(sandbox.nonces).size).toBe(1);
    expect(sandbox.nonces).toHaveLength(2);
  });

  it("needs IsTest where the app has only a test environment", async () => {
    const sandbox = await start({ rules: { environment: "test" } });
    sandbox.login("r", "alice");
    expect((await ask(sandbox, "GetWhiteboardRoomAuth", { RoomId: "r" })).code).toBe(100000016);
    expect((await ask(sandbox, "GetWhiteboardRoomAuth", { RoomId: "r", IsTest: "TRUE" })).code).toBe(0);
  });

  it("refuses another Host, another method and another path", async () => {
    const sandbox = await start();
    const query = queryOf(sandbox, "DescribeUserNum", { "RoomId[]": ["r"] });
    // fetch decides over the Host header itself.
    const body = await new Promise<string>((resolve, reject) => {
      httpRequest(`${sandbox.url}/?${query}`, { headers: { host: "evil.example" } }, (response) => {
        response.setEncoding("utf8").on("data", resolve);
      })
        .on("error", reject)
        .end();
    });
    expect(JSON.parse(body)).toMatchObject({ Code: 100000000 });
    expect((await fetch(`${sandbox.url}/?${query}`, { method: "POST" })).status).toBe(405);
    expect((await fetch(`${sandbox.url}/v1?${query}`)).status).toBe(404);
  });
});

describe("the query", () => {
  it.each(["a&b", "a=b", "a+b", "a b", "a#b", "a'b", "a,b", "a/b", "a%b", "a%20b", "a;b", "<a>", "é中", "__proto__"])(
    "carries the room id %s as it is",
    async (roomId) => {
      const sandbox = await start();
      sandbox.login(roomId, roomId);
      expect((await ask(sandbox, "SetWhiteboardRoomAuth", { RoomId: roomId, ...BOTH })).code).toBe(0);
      const user = await ask(sandbox, "SetWhiteboardUserAuth", { RoomId: roomId, UserId: roomId, ...BOTH });
      expect(user.code).toBe(0);
      expect((await ask(sandbox, "GetWhiteboardRoomAuth", { RoomId: roomId })).data).toMatchObject({ RoomId: roomId });
      expect(sandbox.state().rooms).toHaveLength(1);
      expect(sandbox.user(roomId, roomId)?.auth).toEqual({ module: [1, 2], graphic: [32, 2] });
    },
  );

  it.each([
    ["a plus for a space", "RoomId=a+b", 2],
    ["a stray percent sign", "RoomId=100%", 2],
    ["bytes that are not UTF-8", "RoomId=%ff", 2],
    ["a slash that is not encoded", "RoomId=a/b", 2],
    ["an empty piece", "RoomId=a&&", 2],
    ["a name without a value", "RoomId=a&b", 2],
    ["what an id with & leaves behind", "RoomId=a&b=c", 120000002],
    ["a single parameter twice", "RoomId=a&RoomId=a", 120000002],
    ["an indexed array", "RoomId=a&ModuleAuth[0]=1&GraphicAuth[]=2", 120000002],
    ["a bare repeat", "RoomId=a&ModuleAuth=1&GraphicAuth=2", 120000002],
    ["a name in another case", "roomid=a&ModuleAuth[]=1&GraphicAuth[]=2", 120000002],
  ])("refuses %s", async (_, tail, code) => {
    const sandbox = await start();
    sandbox.login("a", "alice");
    sandbox.login("a b", "alice");
    const before = sandbox.state();
    expect((await send(sandbox, `${queryOf(sandbox, "SetWhiteboardRoomAuth")}&${tail}`)).code).toBe(code);
    expect(sandbox.state()).toEqual(before);
  });

  it("takes bare repeats and a plus behind the lenient switch", async () => {
    const sandbox = await start({ rules: { lenient: true } });
    sandbox.login("a b", "alice");
    const tail = "RoomId=a+b&ModuleAuth=1&ModuleAuth=2&GraphicAuth=2";
    expect((await send(sandbox, `${queryOf(sandbox, "SetWhiteboardRoomAuth")}&${tail}`)).code).toBe(0);
    expect(sandbox.room("a b")?.auth).toEqual({ module: [1, 2], graphic: [2] });
  });

  it("takes the brackets of an array literally too", async () => {
    const sandbox = await start();
    sandbox.login("a", "alice");
    const tail = "RoomId=a&ModuleAuth[]=1&GraphicAuth[]=2";
    expect((await send(sandbox, `${queryOf(sandbox, "SetWhiteboardRoomAuth")}&${tail}`)).code).toBe(0);
  });

  it("keeps signature and nonce out of its log, and the targets as sent apart", async () => {
    const sandbox = await start();
    const query = queryOf(sandbox, "DescribeUserNum", { "RoomId[]": ["a+b"] });
    await send(sandbox, query);
    expect(sandbox.targets).toEqual([`/?${query}`]);
    const [logged] = sandbox.requests;
    expect(logged?.query.get("Signature")).toBe("***");
    expect(logged?.query.get("SignatureNonce")).toBe("***");
    expect(logged?.query.get("RoomId[]")).toBe("a+b");
  });
});

describe("the Set Actions", () => {
  it.each<[number, string, Params]>([
    [120000002, "no room", { RoomId: undefined }],
    [120000002, "an empty room", { RoomId: "" }],
    [120000002, "a room of 129 bytes", { RoomId: "r".repeat(129) }],
    [120000002, "no user", { UserId: undefined }],
    [120000002, "a user of 65 bytes", { UserId: "é".repeat(33) }],
    [120000105, "no ModuleAuth", { "ModuleAuth[]": undefined }],
    [120000105, "an empty GraphicAuth", { "GraphicAuth[]": [""] }],
    [120000002, "a word", { "ModuleAuth[]": ["zoom"] }],
    [120000106, "a sum of values", { "GraphicAuth[]": [34] }],
    [120000106, "GraphicAuth 1", { "GraphicAuth[]": [1] }],
    [120000106, "ModuleAuth 4", { "ModuleAuth[]": [4] }],
    [120000106, "0 beside another value", { "ModuleAuth[]": [0, 1] }],
    [120000106, "an illegal value before a user who is not there", { UserId: "nobody", "ModuleAuth[]": [3] }],
    [120000201, "a user who is not there", { UserId: "nobody" }],
    [120000201, "a room that is not there", { RoomId: "nowhere" }],
  ])("give %i for %s and store nothing", async (code, _, params) => {
    const sandbox = await start();
    sandbox.login("r", "alice");
    const before = sandbox.state();
    const reply = await ask(sandbox, "SetWhiteboardUserAuth", { RoomId: "r", UserId: "alice", ...BOTH, ...params });
    expect(reply).toMatchObject({ status: 200, code, data: undefined });
    expect(sandbox.state()).toEqual(before);
  });

  it("answer what the switches say where the documents say nothing", async () => {
    const rules = {
      zeroWithOthers: "taken",
      notNumber: 120000106,
      missingArray: 120000002,
      userAuthWithoutRoom: 120000301,
    };
    const sandbox = await start({ rules: rules as ZegoSandboxOptions["rules"] & object });
    sandbox.login("r", "alice");
    const set = (params: Params): Promise<Reply> =>
      ask(sandbox, "SetWhiteboardUserAuth", { RoomId: "r", UserId: "alice", ...BOTH, ...params });
    expect((await set({ "ModuleAuth[]": [0, 1] })).code).toBe(0);
    expect((await set({ "ModuleAuth[]": ["zoom"] })).code).toBe(120000106);
    expect((await set({ "ModuleAuth[]": undefined })).code).toBe(120000002);
    expect((await set({ RoomId: "nowhere" })).code).toBe(120000301);
  });

  it("replace both arrays and keep their order", async () => {
    const sandbox = await start();
    sandbox.login("r", "alice");
    await ask(sandbox, "SetWhiteboardRoomAuth", { RoomId: "r", ...BOTH });
    await ask(sandbox, "SetWhiteboardRoomAuth", { RoomId: "r", "ModuleAuth[]": [0], "GraphicAuth[]": [32, 2, 2] });
    expect((await ask(sandbox, "GetWhiteboardRoomAuth", { RoomId: "r" })).data).toEqual({
      RoomId: "r",
      ModuleAuth: [0],
      GraphicAuth: [32, 2, 2],
    });
  });

  it("need a room for its default", async () => {
    const sandbox = await start();
    expect((await ask(sandbox, "SetWhiteboardRoomAuth", { RoomId: "r", ...BOTH })).code).toBe(120000301);
  });

  it("tell of each new state before they answer", async () => {
    const seen: unknown[] = [];
    const sandbox = await start({ onChange: (state) => seen.push(state) });
    sandbox.login("r", "alice");
    await ask(sandbox, "SetWhiteboardRoomAuth", { RoomId: "r", ...BOTH });
    await ask(sandbox, "GetWhiteboardRoomAuth", { RoomId: "r" });
    expect(seen).toHaveLength(2);
    expect(seen.at(-1)).toEqual(sandbox.state());
  });
});

describe("the Get Actions", () => {
  it.each([
    ["absent", undefined],
    ["null", null],
    ["object", {}],
    ["array", []],
  ] as const)("show a room without permissions as Data %s", async (shape, data) => {
    const sandbox = await start({ rules: { emptyRoom: shape, emptyUsers: shape } });
    sandbox.login("r", "alice");
    expect(await ask(sandbox, "GetWhiteboardRoomAuth", { RoomId: "r" })).toMatchObject({ code: 0, data });
    expect(await ask(sandbox, "GetWhiteboardUserAuth", { RoomId: "r", "UserId[]": ["alice"] })).toMatchObject({
      code: 0,
      data,
    });
  });

  it("tell a room that is not there from one without permissions", async () => {
    const sandbox = await start();
    expect((await ask(sandbox, "GetWhiteboardRoomAuth", { RoomId: "r" })).code).toBe(120000301);
    expect((await ask(sandbox, "GetWhiteboardUserAuth", { RoomId: "r", "UserId[]": ["alice"] })).code).toBe(120000301);
  });

  it("leave users without an override out, present or not", async () => {
    const sandbox = await start();
    sandbox.login("r", "alice");
    sandbox.login("r", "bob");
    const read = { RoomId: "r", "UserId[]": ["alice", "bob", "erin"] };
    expect((await ask(sandbox, "GetWhiteboardUserAuth", read)).data).toEqual([]);
    await ask(sandbox, "SetWhiteboardUserAuth", { RoomId: "r", UserId: "bob", ...BOTH });
    expect((await ask(sandbox, "GetWhiteboardUserAuth", read)).data).toEqual([
      { UserId: "bob", ModuleAuth: [1, 2], GraphicAuth: [32, 2] },
    ]);
  });

  it("take ten users, not eleven and not none", async () => {
    const sandbox = await start();
    sandbox.login("r", "alice");
    const read = (count: number): Promise<Reply> =>
      ask(sandbox, "GetWhiteboardUserAuth", {
        RoomId: "r",
        "UserId[]": Array.from({ length: count }, (_, n) => `u${n}`),
      });
    expect([(await read(0)).code, (await read(10)).code, (await read(11)).code]).toEqual([120000002, 0, 120000107]);
  });
});

describe("the room reads", () => {
  it("count people and bots, none in a room that is not there", async () => {
    const sandbox = await start();
    sandbox.login("r", "alice");
    sandbox.login("r", "recorder", { role: 4 });
    expect((await ask(sandbox, "DescribeUserNum", { "RoomId[]": ["r", "nowhere"] })).data).toEqual({
      UserCountList: [
        { RoomId: "r", UserCount: 2, AdminUserCount: 1 },
        { RoomId: "nowhere", UserCount: 0, AdminUserCount: 0 },
      ],
    });
    const eleven = Array.from({ length: 11 }, (_, n) => `r${n}`);
    expect((await ask(sandbox, "DescribeUserNum", { "RoomId[]": eleven })).code).toBe(50011);
  });

  it.each([
    ["0", ["alice", "bob", "erin"]],
    ["1", ["erin", "bob", "alice"]],
  ])("list users page by page, Mode %s", async (mode, wanted) => {
    const sandbox = await start();
    for (const user of ["alice", "bob", "erin"]) sandbox.login("r", user);
    const listed: string[] = [];
    let marker = "";
    do {
      const { data } = await ask(sandbox, "DescribeUserList", { RoomId: "r", Mode: mode, Limit: "2", Marker: marker });
      const page = data as { Marker: string; UserList: { UserId: string }[] };
      for (const { UserId } of page.UserList) listed.push(UserId);
      marker = page.Marker;
      clock += 1000;
    } while (marker !== "");
    expect(listed).toEqual(wanted);
  });

  it("list nobody in a room that is not there, and refuse a page of 201", async () => {
    const sandbox = await start();
    expect((await ask(sandbox, "DescribeUserList", { RoomId: "r" })).data).toEqual({ Marker: "", UserList: [] });
    expect((await ask(sandbox, "DescribeUserList", { RoomId: "s", Limit: "201" })).code).toBe(2);
  });

  it("tell who is there since when", async () => {
    const sandbox = await start();
    expect((await ask(sandbox, "DescribeUsers", { RoomId: "r", "UserId[]": ["alice"] })).code).toBe(50001);
    sandbox.login("r", "alice");
    clock += 5000;
    sandbox.login("r", "alice");
    const { data } = await ask(sandbox, "DescribeUsers", { RoomId: "r", "UserId[]": ["alice", "bob"] });
    expect(data).toMatchObject({
      UserStatusList: [
        { UserId: "alice", Status: 1, LoginTime: START + 5000 },
        { UserId: "bob", Status: 0 },
      ],
    });
  });

  it("close rooms and kick users", async () => {
    const sandbox = await start();
    for (const user of ["alice", "bob"]) sandbox.login("r", user);
    expect((await ask(sandbox, "KickoutUser", { RoomId: "r", "UserId[]": ["bob", "nobody"] })).code).toBe(0);
    expect(sandbox.room("r")?.users.map((user) => user.userId)).toEqual(["alice"]);
    expect((await ask(sandbox, "CloseRoom", { RoomId: "r" })).code).toBe(0);
    clock += 1000;
    expect((await ask(sandbox, "CloseRoom", { RoomId: "r" })).code).toBe(5024);
  });
});

describe("rooms and people", () => {
  const withAuth = async (rules: ZegoSandboxOptions["rules"] = {}): Promise<ZegoSandbox> => {
    const sandbox = await start({ rules });
    sandbox.login("r", "alice");
    sandbox.editAuth("r", undefined, { module: [1], graphic: [0] });
    sandbox.editAuth("r", "alice", { module: [1], graphic: [32] });
    return sandbox;
  };

  it("end with the last one who leaves, permissions and all", async () => {
    const sandbox = await withAuth();
    const before = sandbox.room("r");
    sandbox.logout("r", "alice");
    expect(sandbox.room("r")).toBeUndefined();
    sandbox.login("r", "alice");
    const after = sandbox.room("r");
    expect(after?.auth).toBeUndefined();
    expect(after?.users[0]?.auth).toBeUndefined();
    expect(after?.sessionId).not.toBe(before?.sessionId);
  });

  it("last half an hour empty where the vendor set it so; the override is gone", async () => {
    const sandbox = await withAuth({ emptyRoomMs: 1800_000 });
    sandbox.kick("r", "alice");
    clock += 1799_999;
    sandbox.login("r", "alice");
    expect(sandbox.room("r")?.auth).toEqual({ module: [1], graphic: [0] });
    expect(sandbox.user("r", "alice")?.auth).toBeUndefined();
    sandbox.kick("r", "alice");
    clock += 1800_000;
    expect(sandbox.room("r")).toBeUndefined();
  });

  it.each(["drops", "keeps"] as const)("a second login %s the override, as the switch says", async (relogin) => {
    const sandbox = await withAuth({ relogin });
    const before = sandbox.user("r", "alice");
    sandbox.login("r", "alice");
    const after = sandbox.user("r", "alice");
    expect(after?.auth !== undefined).toBe(relogin === "keeps");
    expect(after?.sessionId).not.toBe(before?.sessionId);
  });

  it("a lost heartbeat is a leave after 90 s, and nothing when the connection is back before", async () => {
    const sandbox = await withAuth();
    sandbox.heartbeatLoss("r", "alice");
    clock += 89_999;
    sandbox.reconnect("r", "alice");
    clock += 90_000;
    expect(sandbox.user("r", "alice")?.auth).toEqual({ module: [1], graphic: [32] });
    sandbox.heartbeatLoss("r", "alice");
    clock += 90_000;
    expect(sandbox.room("r")).toBeUndefined();
  });

  it("a room can be another one under the same id", async () => {
    const sandbox = await withAuth();
    const before = sandbox.room("r");
    clock += 1000;
    sandbox.recreateRoom("r");
    const after = sandbox.room("r");
    expect(after?.auth).toBeUndefined();
    expect(after?.sessionId).not.toBe(before?.sessionId);
    expect(after?.users[0]?.loginTime).toBe(START + 1000);
  });

  it("go on from a saved state", async () => {
    const first = await start({ state: sampleState() });
    first.login("r", "alice");
    const saved = JSON.parse(JSON.stringify(first.state()));
    const second = await start({ state: saved });
    expect(second.state()).toEqual(first.state());
    second.login("s", "bob");
    const sessions = second
      .state()
      .rooms.flatMap((room) => [room.sessionId, ...room.users.map((user) => user.sessionId)]);
    expect(new Set(sessions).size).toBe(sessions.length);
    expect(sessions.every((id) => BigInt(id) > BigInt(Number.MAX_SAFE_INTEGER))).toBe(true);
  });
});

describe("the limits", () => {
  const codes = async (sandbox: ZegoSandbox, count: number, action: string, params: Params): Promise<number[]> => {
    const all: number[] = [];
    for (let n = 0; n < count; n += 1) all.push((await ask(sandbox, action, params)).code);
    return all;
  };

  it("are 50 in a second over the four whiteboard Actions together", async () => {
    const sandbox = await start();
    sandbox.login("r", "alice");
    const reads = await codes(sandbox, 25, "GetWhiteboardRoomAuth", { RoomId: "r" });
    const writes = await codes(sandbox, 26, "SetWhiteboardRoomAuth", { RoomId: "r", ...BOTH });
    expect([...reads, ...writes].filter((code) => code === 0)).toHaveLength(50);
    expect(writes.at(-1)).toBe(7);
    clock += 20;
    expect(await codes(sandbox, 2, "GetWhiteboardRoomAuth", { RoomId: "r" })).toEqual([0, 7]);
  });

  it("are 1 in a second in the test environment", async () => {
    const sandbox = await start();
    sandbox.login("r", "alice");
    const test = { RoomId: "r", IsTest: "true" };
    expect(await codes(sandbox, 2, "GetWhiteboardRoomAuth", test)).toEqual([0, 7]);
    clock += 999;
    expect(await codes(sandbox, 1, "GetWhiteboardRoomAuth", test)).toEqual([7]);
    clock += 1;
    expect(await codes(sandbox, 1, "GetWhiteboardRoomAuth", test)).toEqual([0]);
  });

  it.each<[string, number, Params, number]>([
    ["DescribeUserNum", 10, { "RoomId[]": ["r"] }, 206],
    ["DescribeUsers", 10, { RoomId: "r", "UserId[]": ["alice"] }, 206],
    ["DescribeUserList", 1, { RoomId: "r" }, 207],
    ["CloseRoom", 1, { RoomId: "r" }, 206],
  ])("let %s through %i times in a second", async (action, count, params, code) => {
    const sandbox = await start();
    sandbox.login("r", "alice");
    const all = await codes(sandbox, count + 1, action, params);
    expect(all).toEqual([...Array.from({ length: count }, () => 0), code]);
  });

  it("can be switched off", async () => {
    const sandbox = await start({ rules: { limited: false } });
    sandbox.login("r", "alice");
    expect(new Set(await codes(sandbox, 5, "DescribeUserList", { RoomId: "r" }))).toEqual(new Set([0]));
  });
});

describe("faults", () => {
  it.each([1, 7, 100000015, 120000103, 120000101])("answer %i for the next requests, then no more", async (code) => {
    const sandbox = await start({ faults: [codeFault(code, { action: "SetWhiteboardRoomAuth", times: 2 })] });
    sandbox.login("r", "alice");
    const set = async (): Promise<number> =>
      (await ask(sandbox, "SetWhiteboardRoomAuth", { RoomId: "r", ...BOTH })).code;
    expect((await ask(sandbox, "GetWhiteboardRoomAuth", { RoomId: "r" })).code).toBe(0);
    expect([await set(), await set()]).toEqual([code, code]);
    expect(sandbox.room("r")?.auth).toBeUndefined();
    expect(await set()).toBe(0);
  });

  it("lose the answer of a write that was done", async () => {
    const sandbox = await start({
      faults: [{ fault: "lost", commits: true, match: { query: { Action: "Set*" } }, times: 1 }],
    });
    sandbox.login("r", "alice");
    await expect(ask(sandbox, "SetWhiteboardRoomAuth", { RoomId: "r", ...BOTH })).rejects.toThrow();
    expect(sandbox.room("r")?.auth).toEqual({ module: [1, 2], graphic: [32, 2] });
    expect(sandbox.targets).toHaveLength(1);
  });

  it("show reads the state of some time ago", async () => {
    const sandbox = await start({ faults: [{ fault: "stale", ms: 1000 }] });
    sandbox.login("r", "alice");
    clock += 2000;
    await ask(sandbox, "SetWhiteboardRoomAuth", { RoomId: "r", ...BOTH });
    expect((await ask(sandbox, "GetWhiteboardRoomAuth", { RoomId: "r" })).data).toBeUndefined();
    clock += 1000;
    expect((await ask(sandbox, "GetWhiteboardRoomAuth", { RoomId: "r" })).data).toMatchObject({ ModuleAuth: [1, 2] });
  });

  it("take a write for done and forget it", async () => {
    const sandbox = await start({ faults: [{ fault: "ignored" }] });
    sandbox.login("r", "alice");
    expect((await ask(sandbox, "SetWhiteboardRoomAuth", { RoomId: "r", ...BOTH })).code).toBe(0);
    expect(sandbox.room("r")?.auth).toBeUndefined();
  });

  it("put another room in the place of one between a read and a write", async () => {
    const sandbox = await start();
    sandbox.login("r", "alice");
    const before = sandbox.room("r");
    sandbox.editAuth("r", "alice", { module: [0], graphic: [0] });
    sandbox.beforeNext("SetWhiteboardRoomAuth", () => sandbox.recreateRoom("r"));
    expect((await ask(sandbox, "GetWhiteboardRoomAuth", { RoomId: "r" })).code).toBe(0);
    expect((await ask(sandbox, "SetWhiteboardRoomAuth", { RoomId: "r", ...BOTH })).code).toBe(0);
    const after = sandbox.room("r");
    expect(after?.sessionId).not.toBe(before?.sessionId);
    expect(after?.auth).toEqual({ module: [1, 2], graphic: [32, 2] });
    expect(after?.users[0]?.auth).toBeUndefined();
  });
});
