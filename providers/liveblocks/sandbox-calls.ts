import type { SandboxAnswer, SandboxHandler, SandboxRequest } from "../_shared/sandbox-server.ts";
import type { Answers } from "./sandbox-answers.ts";
import { checkCounts, checkCreate, checkKeys, checkRoomId, checkUpdate, isBody, type Rules } from "./sandbox-checks.ts";
import { listAllRooms, listRooms, type PageSizes } from "./sandbox-list.ts";
import { emptyRoom, type LiveblocksSandboxRoom, patchRoom, type RoomPatch, rewriteScopes } from "./sandbox-room.ts";
import { deleteRoom, renameRoom, type Store, setRoom } from "./sandbox-store.ts";

export type Settings = {
  readonly rules: Rules;
  readonly answers: Answers;
  readonly pages: PageSizes;
  readonly rewrites: boolean;
  readonly missingDelete: 204 | 404;
  readonly takenRoomId: 409 | 422;
  now(): number;
};

/** What the dev server knows by name and does not do. */
const NOT_ON_DEV_SERVER = new Set(["upsert", "update-room-id", "update-organization-id", "prewarm"]);

/** Answers requests over one state. `changed` is called after each write, before the answer. */
export const handlerOf = (store: Store, settings: Settings, changed: () => void): SandboxHandler => {
  const { answers, rules } = settings;
  const rooms = roomCalls(store, settings, changed);
  return (request) => {
    const { method, segments } = request;
    const [version, collection, id, action, ...more] = segments;
    if (!rules.strict && request.path === "/health") return { status: 200, body: { status: "ok" } };
    const refusal = answers.refuse(request);
    if (refusal !== undefined) return refusal;
    if (version !== "v2" || collection !== "rooms" || id === "" || more.length > 0) return answers.noPath;
    if (!request.validJson) return answers.badJson;
    // The documents ask for JSON; that another content type is refused is our reading.
    if (rules.strict && request.hasBody && !/^application\/json\b/u.test(request.headers["content-type"] ?? "")) {
      return answers.invalid("The content type of the body must be application/json.");
    }
    if (!rules.strict && action !== undefined && NOT_ON_DEV_SERVER.has(action)) {
      return { status: 501, body: { error: "Not implemented", message: `${action} is not implemented` } };
    }
    const call = callOf(rooms, id, action);
    if (call === undefined) return answers.noPath;
    return call[method]?.(request, id ?? "") ?? answers.noMethod;
  };
};

type RoomCall = (request: SandboxRequest, id: string) => SandboxAnswer;
type Calls = { readonly [method: string]: RoomCall };
type RoomCalls = { readonly collection: Calls; readonly room: Calls; readonly actions: ReadonlyMap<string, Calls> };

const callOf = (calls: RoomCalls, id: string | undefined, action: string | undefined): Calls | undefined => {
  if (id === undefined) return calls.collection;
  return action === undefined ? calls.room : calls.actions.get(action);
};

const roomCalls = (store: Store, settings: Settings, changed: () => void): RoomCalls => {
  const { answers, rules, rewrites, now } = settings;
  const { strict } = rules;
  const ok = (body: unknown): SandboxAnswer => ({ status: 200, body });
  const roomOf = (id: string): LiveblocksSandboxRoom | undefined => store.rooms.get(id)?.room;

  /** Stores a patched room when it keeps the limits. All is checked before anything is written. */
  const save = (room: LiveblocksSandboxRoom, patch: RoomPatch): SandboxAnswer => {
    const patched = patchRoom(room, patch);
    const wrong = checkCounts(patched, rules);
    if (wrong !== undefined) return answers.invalid(wrong);
    const stored = rewrites ? rewriteScopes(patched) : patched;
    setRoom(store, stored);
    changed();
    return ok(stored);
  };

  const newRoom = (id: string, body: { readonly [key: string]: unknown }): LiveblocksSandboxRoom => {
    const { organizationId } = body;
    const room = emptyRoom(id, now());
    const open = strict ? room : { ...room, defaultAccesses: ["room:write"] };
    return typeof organizationId === "string" ? { ...open, organizationId } : open;
  };

  const list: RoomCall = (request) => {
    if (strict) {
      const page = listRooms(store, request, settings.pages);
      return typeof page === "string" ? answers.invalid(page) : ok(page);
    }
    const data = listAllRooms(store, request.query);
    if (data === undefined) return { status: 422, body: { error: "INVALID_QUERY", message: "Invalid query" } };
    return ok({ nextPage: null, nextCursor: null, data });
  };

  const create: RoomCall = ({ body, query }) => {
    // A presence flag: `?idempotent=false` has the same effect. The body is ignored when the room is there.
    const there = isBody(body) && typeof body.id === "string" ? roomOf(body.id) : undefined;
    if (there !== undefined && query.has("idempotent")) return ok(there);
    const wrong = checkCreate(body, rules);
    if (wrong !== undefined || !isBody(body)) return answers.invalid(wrong ?? "");
    if (there !== undefined) return answers.roomExists(there.id);
    return save(newRoom(String(body.id), body), body as RoomPatch);
  };

  const get: RoomCall = (_, id) => {
    const room = roomOf(id);
    return room === undefined ? answers.noRoom(id) : ok(room);
  };

  const update: RoomCall = ({ body }, id) => {
    const room = roomOf(id);
    if (room === undefined) return answers.noRoom(id);
    const wrong = checkUpdate(body, rules);
    return wrong === undefined ? save(room, body as RoomPatch) : answers.invalid(wrong);
  };

  const remove: RoomCall = (_, id) => {
    if (!store.rooms.has(id)) return settings.missingDelete === 204 ? { status: 204 } : answers.noRoom(id);
    deleteRoom(store, id);
    changed();
    return { status: 204 };
  };

  const upsert: RoomCall = ({ body }, id) => {
    if (!isBody(body)) return answers.invalid("The body must be a JSON object.");
    const { update: patch, create: first } = body;
    const wrong =
      checkKeys(body, ["update", "create"], strict) ??
      (isBody(patch) && Object.keys(patch).length > 0 ? undefined : "'update' must have at least one key.") ??
      checkUpdate(patch, rules) ??
      (first === undefined ? undefined : checkCreate(first, rules, true)) ??
      (isBody(first) && first.id !== undefined && first.id !== id ? "'create.id' is another id." : undefined);
    if (wrong !== undefined || !isBody(patch)) return answers.invalid(wrong ?? "");
    const room = roomOf(id);
    if (room !== undefined) return save(room, patch as RoomPatch);
    // The documents do not say where the default must stand for a new room: either place will do, none will not.
    const missing =
      checkRoomId(id, rules) ??
      (isBody(first) || Array.isArray(patch.defaultAccesses) ? undefined : "Missing key: 'defaultAccesses'.");
    if (missing !== undefined) return answers.invalid(missing);
    const start = isBody(first) ? first : {};
    return save(patchRoom(newRoom(id, start), start as RoomPatch), patch as RoomPatch);
  };

  const updateId: RoomCall = ({ body }, id) => {
    if (!store.rooms.has(id)) return answers.noRoom(id);
    if (!isBody(body)) return answers.invalid("The body must be a JSON object.");
    const { newRoomId } = body;
    const wrong = checkKeys(body, ["newRoomId"], strict) ?? checkRoomId(newRoomId, rules, "newRoomId");
    if (wrong !== undefined) return answers.invalid(wrong);
    const newId = String(newRoomId);
    if (store.rooms.has(newId)) {
      return settings.takenRoomId === 409 ? answers.roomExists(newId) : answers.invalid(`'${newId}' is taken.`);
    }
    renameRoom(store, id, newId);
    changed();
    return ok(roomOf(newId));
  };

  const activeUsers: RoomCall = (_, id) => {
    if (!store.rooms.has(id)) return answers.noRoom(id);
    const users = store.users.get(id) ?? [];
    return ok({ data: strict ? users.map((user) => ({ ...user, info: user.info ?? {} })) : users });
  };

  const prewarm: RoomCall = (_, id) => (store.rooms.has(id) ? { status: 204 } : answers.noRoom(id));

  return {
    collection: { GET: list, POST: create },
    room: { GET: get, POST: update, DELETE: remove },
    actions: new Map([
      ["upsert", { POST: upsert }],
      ["update-room-id", { POST: updateId }],
      ["active_users", { GET: activeUsers }],
      ["active-users", { GET: activeUsers }],
      ["prewarm", { GET: prewarm }],
    ]),
  };
};
