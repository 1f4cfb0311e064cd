/** Sends one call. The request is built from the address and the spec that the call leaves, never from printed text. */
import type { Call, Sent } from "../../engine/model.ts";
import { ServiceFailure } from "../../engine/provider.ts";
import { addressParts } from "../../engine/util/address.ts";
import type { Api } from "./api.ts";
import { isPresent } from "./ask.ts";
import { SET_ROOM, SET_USER } from "./calls.ts";
import { authOfSpec, setQuery } from "./convert.ts";
import type { WriteReply } from "./judge.ts";

/** "Setting failed" may mean that nobody is there any more. */
const UNSURE: ReadonlySet<string | undefined> = new Set(["120000101", "120000103"]);

/** See `Writer.send`. */
export const sendCall = async (api: Api, call: Call, signal?: AbortSignal): Promise<Sent> => {
  const [, , room = "", user] = addressParts(call.changes[0] ?? "");
  const spec = call.leaves.get(call.changes[0] ?? "") ?? {};
  const auth = authOfSpec(spec);
  if (auth === undefined) {
    return { type: "failed", error: { message: "ZEGOCLOUD: permissions cannot be cleared", kind: "refused" } };
  }
  const action = user === undefined ? SET_ROOM : SET_USER;
  const reply = await api.write(action, setQuery(room, user, auth), signal);
  if (reply.type === "done") return { type: "done", seen: new Map() };
  return (await isGone(api, reply, room, user, signal))
    ? { type: "failed", error: { ...reply.error, kind: "away" } }
    : reply;
};

const isGone = async (
  api: Api,
  reply: Exclude<WriteReply, { readonly type: "done" }>,
  room: string,
  user: string | undefined,
  signal: AbortSignal | undefined,
): Promise<boolean> => {
  if (reply.type !== "unknown" || !UNSURE.has(reply.error.code)) return false;
  try {
    return !(await isPresent(api, room, user, signal));
  } catch (error) {
    if (error instanceof ServiceFailure) return false;
    throw error;
  }
};
