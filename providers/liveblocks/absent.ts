/** What an answer of 404 to the read of one room says. */
import { ServiceFailure } from "../../engine/provider.ts";
import { isRecord } from "../../engine/util/record.ts";
import type { ReadAnswer, ReadTransport } from "../_shared/http.ts";
import { ROOM_PATH, ROOMS_PATH } from "./calls.ts";

/** Where the list of rooms is known to be served. */
const served = new WeakMap<ReadTransport, Promise<void>>();

/**
 * Makes sure that a 404 says "no such room" and not "no such path", as behind a wrong base URL: it has the documented code,
 * or the list of rooms is served there, which is asked for once. Throws `ServiceFailure`.
 */
export const assertAbsent = async (
  transport: ReadTransport,
  { json }: ReadAnswer,
  id: string,
  signal: AbortSignal | undefined,
): Promise<void> => {
  if (isRecord(json) && json.error === "ROOM_NOT_FOUND") return;
  const asked = served.get(transport) ?? askForList(transport, id, signal);
  served.set(transport, asked);
  try {
    await asked;
  } catch (error) {
    served.delete(transport);
    throw error;
  }
};

const askForList = async (transport: ReadTransport, id: string, signal: AbortSignal | undefined): Promise<void> => {
  const { status } = await transport.get({ path: ROOMS_PATH, query: { limit: 1 }, accept: [404], signal });
  if (status !== 404) return;
  throw new ServiceFailure(
    `Liveblocks answered GET ${ROOM_PATH} (id ${JSON.stringify(id)}) and GET ${ROOMS_PATH} with 404: its API is not at this address, the base URL may be wrong`,
    "stop",
  );
};
