import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A second, small reading of ZEGOCLOUD's server API, apart from the sandbox: what one of them misreads the other may show. */
export type ZegoStandIn = {
  readonly url: string;
  /** People by room, with what was set for them; the default stands under `""`. */
  readonly rooms: Map<string, Map<string, StandInAuth | undefined>>;
  /** What was set, in order: `Action room user module graphic`. */
  readonly sets: string[];
  /** Each Action that was asked for, in order. */
  readonly asked: string[];
  /** What is wrong with the requests so far. */
  readonly complaints: string[];
  /** What stands in the place of `Data` where nothing is set; undefined leaves it out. */
  nothing: unknown;
  /** How many people a page of the list holds. */
  pageSize: number;
  close(): Promise<void>;
};
type StandInAuth = { readonly module: readonly string[]; readonly graphic: readonly string[] };

export const APP = { appId: 12345, serverSecret: "9193cc662a4c0ec135ec71fb57194b38" };

/** Hex MD5 over the four texts joined. */
export const md5Of = (appId: string, nonce: string, secret: string, timestamp: string): string =>
  createHash("md5").update([appId, nonce, secret, timestamp].join("")).digest("hex");

const LEGAL: { readonly [name: string]: ReadonlySet<string> } = {
  "ModuleAuth[]": new Set(["0", "1", "2"]),
  "GraphicAuth[]": new Set(["0", "2", "4", "8", "16", "32"]),
};
const COMMON = ["Action", "AppId", "SignatureNonce", "Timestamp", "Signature", "SignatureVersion"];
const OWN: { readonly [action: string]: readonly string[] } = {
  SetWhiteboardRoomAuth: ["RoomId", "ModuleAuth[]", "GraphicAuth[]"],
  SetWhiteboardUserAuth: ["RoomId", "UserId", "ModuleAuth[]", "GraphicAuth[]"],
  GetWhiteboardRoomAuth: ["RoomId"],
  GetWhiteboardUserAuth: ["RoomId", "UserId[]"],
  DescribeUserNum: ["RoomId[]"],
  DescribeUserList: ["RoomId", "Mode", "Limit", "Marker"],
  DescribeUsers: ["RoomId", "UserId[]"],
};

/** Beyond what a JavaScript number can hold: a marker is a uint64 and comes as a JSON number. */
const FIRST_MARKER = 9007199254740993n;

/** Starts one on a free port of loopback. The caller closes it. */
export const zegoStandIn = async (): Promise<ZegoStandIn> => {
  const nonces = new Set<string>();
  const server = createServer((request, response) => serve(request, response));
  const self: ZegoStandIn = {
    url: "",
    rooms: new Map(),
    sets: [],
    asked: [],
    complaints: [],
    nothing: undefined,
    pageSize: 200,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };

  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const [path, query = ""] = (request.url ?? "").split("?");
    const params = new Map<string, string[]>();
    for (const piece of query.split("&")) {
      const [name = "", value = ""] = piece.split("=").map(decodeURIComponent);
      params.set(name, [...(params.get(name) ?? []), value]);
      if (/[^A-Za-z0-9\-_.!~*'()%=[\]]/u.test(piece)) self.complaints.push(`not encoded: ${piece}`);
    }
    const one = (name: string): string => params.get(name)?.[0] ?? "";
    const action = one("Action");
    self.asked.push(action);
    if (request.method !== "GET" || path !== "/") self.complaints.push(`${request.method} ${path}`);
    for (const name of params.keys()) {
      if (![...COMMON, ...(OWN[action] ?? [])].includes(name)) self.complaints.push(`${action} takes no ${name}`);
    }
    const wanted = md5Of(String(APP.appId), one("SignatureNonce"), APP.serverSecret, one("Timestamp"));
    if (one("AppId") !== String(APP.appId) || one("Signature") !== wanted) self.complaints.push("signature");
    if (one("SignatureVersion") !== "2.0" || !/^\d{10}$/u.test(one("Timestamp")))
      self.complaints.push("version or time");
    if (!/^[0-9a-f]{16}$/u.test(one("SignatureNonce"))) self.complaints.push("nonce");
    if (nonces.has(one("SignatureNonce"))) self.complaints.push("nonce used twice");
    nonces.add(one("SignatureNonce"));
    response.writeHead(200, { "content-type": "application/json" });
    response.end(`{"Code":${answer(action, params, one)},"RequestId":"18446744073709551615"}`);
  };

  const answer = (action: string, params: Map<string, string[]>, one: (name: string) => string): string => {
    const room = self.rooms.get(one("RoomId"));
    const data = (value: unknown): string => `0,"Message":"ok"${value === undefined ? "" : `,"Data":${json(value)}`}`;
    switch (action) {
      case "SetWhiteboardRoomAuth":
      case "SetWhiteboardUserAuth": {
        const [module, graphic] = ["ModuleAuth[]", "GraphicAuth[]"].map((name) => params.get(name) ?? []);
        if (module === undefined || graphic === undefined) return "2";
        if (!legal("ModuleAuth[]", module) || !legal("GraphicAuth[]", graphic)) return "120000106";
        const user = action === "SetWhiteboardUserAuth" ? one("UserId") : "";
        if (room === undefined) return user === "" ? "120000301" : "120000201";
        if (user !== "" && !room.has(user)) return "120000201";
        room.set(user, { module, graphic });
        self.sets.push([one("RoomId"), user, module.join("+"), graphic.join("+")].join(" "));
        return data(undefined);
      }
      case "GetWhiteboardRoomAuth": {
        if (room === undefined) return "120000301";
        const auth = room.get("");
        return data(auth === undefined ? self.nothing : { RoomId: one("RoomId"), ...shown(auth) });
      }
      case "GetWhiteboardUserAuth": {
        const users = params.get("UserId[]") ?? [];
        if (users.length < 1 || users.length > 10) return "120000107";
        if (room === undefined) return "120000301";
        const found = users.flatMap((user) => {
          const auth = room.get(user);
          return auth === undefined ? [] : [{ UserId: user, ...shown(auth) }];
        });
        return data(found.length === 0 ? self.nothing : found.reverse());
      }
      case "DescribeUserNum": {
        const ids = params.get("RoomId[]") ?? [];
        if (ids.length < 1 || ids.length > 10) return "50011";
        return data({ UserCountList: ids.map((id) => ({ RoomId: id, UserCount: peopleOf(id).length })) });
      }
      case "DescribeUserList": {
        const start = one("Marker") === "" ? 0 : Number(BigInt(one("Marker")) - FIRST_MARKER);
        const people = peopleOf(one("RoomId"));
        const end = start + self.pageSize;
        const UserList = people.slice(start, end).map((UserId) => ({ UserId, UserName: UserId, UserRole: 1 }));
        const Marker = end < people.length ? FIRST_MARKER + BigInt(end) : "";
        return data({ Marker, UserList });
      }
      case "DescribeUsers": {
        if (room === undefined) return "50001";
        const users = params.get("UserId[]") ?? [];
        return data({ UserStatusList: users.map((UserId) => ({ UserId, Status: room.has(UserId) ? 1 : 0 })) });
      }
      default:
        return "100000007";
    }
  };

  const peopleOf = (room: string): readonly string[] => [...(self.rooms.get(room)?.keys() ?? [])].filter(Boolean);

  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(self, { url: `http://127.0.0.1:${port}` });
};

const shown = ({ module, graphic }: StandInAuth): object => ({
  GraphicAuth: graphic.map(Number).reverse(),
  ModuleAuth: module.map(Number).reverse(),
});

const legal = (name: string, values: readonly string[]): boolean =>
  values.length > 0 &&
  values.every((value) => LEGAL[name]?.has(value) === true) &&
  !(values.includes("0") && values.length > 1);

/** JSON in which a bigint is a number, digit for digit. */
const json = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? `\u0001${item}\u0001` : item)).replaceAll(
    /"\\u0001(\d+)\\u0001"/gu,
    "$1",
  );
